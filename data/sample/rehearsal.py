"""Days of calls and reports, played through the desk from a seed, so that a new district is alive."""

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import select

from data.city.city import City
from data.desk.door import Desk
from data.desk.tickets import NewTicket
from data.models import ResidentRow, fact_of
from data.sample.alarms import Alarms
from data.sample.budgets import open_budgets
from data.sample.drawn_photos import sample_photo
from data.sample.habits import CHECKER, DISPATCHER, LATENESS, Voices, category_weights, worker
from data.sample.orders import RESIDENT, Orders
from data.sample.reviews import Reviews
from data.sample.rounds import Rounds
from data.store.done import Done
from data.store.home import Home
from data.store.kinds.cases import TICKET
from data.store.photos import SAMPLE, keep_photo
from dispatch.lifecycle import Action, Actor
from dispatch.resident import Contact, Resident
from dispatch.worktime import Limit
from geo.place import LonLat
from grid.errors import OutsideDistrictError
from grid.tickets.effects import answered_by_words
from grid.tickets.ticket import AT_REST, Report, Ticket, tick_at

Progress = Callable[[float], None]
_ONE_MINUTE = Limit.parse("0.02 work_hour")
CLOCK = Actor(user="clock", role="clock")
BATCH_EVENTS = 2000
RESIDENTS_USED = 4000
HOURLY = (1, 1, 1, 1, 1, 2, 5, 9, 12, 13, 12, 10, 7, 7, 10, 11, 11, 10, 8, 7, 6, 4, 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How much happens: days, tickets and orders a day, and the seed; ``orders`` is exactly how many in all, if told."""

    days: int = 30
    tickets_per_day: int = 45
    orders_per_day: int = 60
    orders: int | None = None
    seed: int = 20


@dataclass(order=True, slots=True)
class _Due:
    at: datetime
    number: int
    play: Callable[[datetime], None] = field(compare=False)


class Rehearsal:
    """One run of a script; the same script, district and end give the same history."""

    def __init__(self, desk: Desk, city: City, home: Home, script: Script) -> None:
        self.desk, self.city, self.script = desk, city, script
        self.draw = random.Random(script.seed)  # noqa: S311 - sample data
        self._agenda: list[_Due] = []
        self._numbers = count()
        self._tickets: dict[str, Ticket] = {}
        self._voices = Voices(self.script.seed, self.desk.catalogue.rulebook.natures)
        self._orders = Orders(desk, city, self.draw, self._voices, self._at)
        self._home = home
        self._photos: list[str] = []
        self._people: list[Resident] = []
        self._categories = category_weights(desk.catalogue.rulebook.categories)

    def run(self, until: datetime, progress: Progress) -> dict[str, int]:
        """Play the script up to a time.

        Returns
        -------
        dict
            How many tickets and orders were made.
        """
        start = until - timedelta(days=self.script.days)
        self._prepare(start)
        open_budgets(self.desk, self.city.district.code, start, until)
        self._fill_agenda(start, until)
        Reviews(self.desk, self.script.seed, self._at).plan(start, until)
        Alarms(self.desk, self.script.seed, self._at).plan(start, until)
        Rounds(self.desk, self.city, self.script.seed, self._at).plan(start, until)
        total = (until - start).total_seconds()
        while self._agenda and self._agenda[0].at <= until:
            with self.desk.database.batch(told_at_once=True):
                for _ in range(BATCH_EVENTS):
                    if not self._agenda or self._agenda[0].at > until:
                        break
                    due = heapq.heappop(self._agenda)
                    due.play(due.at)
            if self._agenda:
                progress(min(1.0, (self._agenda[0].at - start).total_seconds() / total))
        progress(1.0)
        return {"tickets": self._made, "orders": self._orders.made}

    def _prepare(self, start: datetime) -> None:
        self._made = 0
        database = self.desk.database
        self._photos = [
            keep_photo(database, self._home, sample_photo(n), SAMPLE, start).sha256 for n in range(6)
        ]
        with database.read() as session:
            numbers = list(session.scalars(select(ResidentRow.id).order_by(ResidentRow.id)))
            chosen = self.draw.sample(numbers, min(RESIDENTS_USED, len(numbers)))
            query = select(ResidentRow).where(ResidentRow.id.in_(chosen)).order_by(ResidentRow.id)
            self._people = [fact_of(Resident, row) for row in session.scalars(query)]
        self._orders.people, self._orders.photos = self._people, self._photos

    def _fill_agenda(self, start: datetime, until: datetime) -> None:
        zone = self.desk.catalogue.zone
        for day in range(self.script.days + 1):
            midnight = datetime.combine((start + timedelta(days=day)).astimezone(zone).date(), time(0), zone)
            for per_day, play in self._played():
                for _ in range(round(per_day * self.draw.uniform(0.8, 1.2))):
                    at = midnight + self._hour()
                    if start <= at < until:
                        self._at(at, play)
        first = datetime.combine(start.astimezone(zone).date(), time(0), zone)
        for _ in range(self.script.orders or 0):
            at = start
            while not start < at < until:
                at = first + timedelta(days=self.draw.randrange(self.script.days + 1)) + self._hour()
            self._at(at, self._orders.call)

    def _played(self) -> list[tuple[int, Callable[[datetime], None]]]:
        """Return what happens so often a day."""
        orders = self.script.orders_per_day if self.script.orders is None else 0
        return [(self.script.tickets_per_day, self._report), (orders, self._orders.call)]

    def _hour(self) -> timedelta:
        """Draw a time of a day, of those when most call."""
        hour = self.draw.choices(range(24), HOURLY)[0]
        return timedelta(hours=hour, seconds=self.draw.randrange(3600))

    def _at(self, at: datetime, play: Callable[[datetime], None]) -> None:
        heapq.heappush(self._agenda, _Due(at, next(self._numbers), play))

    # Tickets

    def _report(self, now: datetime) -> None:
        person = self.draw.choice(self._people)
        lon = person.place.lon + self.draw.gauss(0, 0.00025)
        lat = person.place.lat + self.draw.gauss(0, 0.0002)
        try:
            located = self.city.locate(LonLat(round(lon, 6), round(lat, 6)))
        except OutsideDistrictError:
            return
        category = self.draw.choices(*self._categories)[0]
        by_worker = self.draw.random() < 0.7
        actor = worker(self.city, located.cell) if by_worker else DISPATCHER
        name = self.desk.catalogue.rulebook.category(category).name_zh
        new = Report(
            no="",
            category=category,
            place=LonLat(round(lon, 6), round(lat, 6)),
            cell=located.cell,
            channel="worker" if by_worker else self.draw.choice(("phone", "hotline", "wechat", "web")),
            description=f"{person.address.split('号')[0]}号附近{name}问题，请尽快处理。",
            accuracy_m=round(self.draw.uniform(3, 20), 1),
            border_cells=located.border_cells,
            photos=(self.draw.choice(self._photos),) if by_worker else (),
            nature=self._voices.nature("worker" if by_worker else "resident"),
        )
        contact = None if by_worker else Contact(name=person.name, phone=person.phone)
        done = self.desk.start(NewTicket(report=new, contact=contact), actor, now)
        self._made += 1
        self._follow(done, now)
        if not by_worker:
            self._later(now, 3, 40, done.fact.no, self._accept)

    def _follow(self, done: Done, now: datetime, *, plan: bool = True) -> None:
        """Note the ticket, set the clock's next word, and plan what the department does next."""
        ticket: Ticket = done.fact
        self._tickets[ticket.no] = ticket
        at = tick_at(ticket)
        if at is not None:
            self._at(max(at, now), lambda when: self._tick(ticket.no, at, when))
        if plan and ticket.state == "dispatched":
            self._plan_department(ticket, now)

    def _tick(self, no: str, planned: datetime, now: datetime) -> None:
        ticket = self._tickets[no]
        if tick_at(ticket) == planned and ticket.state not in AT_REST:
            self._act(no, "tick", CLOCK, now)

    def _plan_department(self, ticket: Ticket, now: datetime) -> None:
        minutes = self.draw.expovariate(1 / (12 if ticket.urgent else 55))
        self._working(now + timedelta(minutes=minutes), ticket, lambda at: self._receive(ticket.no, at))

    def _working(self, at: datetime, ticket: Ticket, play: Callable[[datetime], None]) -> None:
        """Plan something for working hours, or at once for urgent matters."""
        if not ticket.urgent:
            worktime = self.desk.catalogue.rulebook.worktime
            segments = worktime.run(at, _ONE_MINUTE)
            at = next(s.start for s in segments if s.counted_s)
        self._at(at, play)

    def _accept(self, no: str, now: datetime) -> None:
        self._act(no, "accept", DISPATCHER, now)

    def _receive(self, no: str, now: datetime) -> None:
        ticket = self._tickets[no]
        if ticket.state != "dispatched":
            return
        clerk = Actor(user=f"d-{ticket.department.lower()}", role="department", department=ticket.department)
        if self.draw.random() < 0.03 and not ticket.ruled:
            self._act(no, "return", clerk, now, reason="不属于本部门职责范围", evidence=[self._photos[0]])
            self._later(now, 20, 200, no, self._judge_return)
            return
        self._act(no, "receive", clerk, now)
        lateness = LATENESS.get(ticket.department, 0.55)
        span = (ticket.due_at - now).total_seconds()
        share = lateness * math.exp(self.draw.gauss(0, 0.5))
        at = now + timedelta(seconds=max(300.0, span * share))
        self._plan_stages(no, clerk, now, lateness)
        self._working(at, ticket, lambda when: self._finish(no, clerk, when))

    def _plan_stages(self, no: str, clerk: Actor, now: datetime, lateness: float) -> None:
        """Plan when the stages before the last are told done; the dawdling are late with some."""
        for stage in self._tickets[no].stages[:-1]:
            span = max(300.0, (stage.due_at - now).total_seconds())
            at = now + timedelta(seconds=span * lateness * math.exp(self.draw.gauss(0, 0.5)))
            self._at(at, partial(self._end_stage, no, clerk, stage.name))

    def _end_stage(self, no: str, clerk: Actor, name: str, now: datetime) -> None:
        ticket = self._tickets[no]
        still_open = {stage.name for stage in ticket.stages[:-1] if stage.done_at is None}
        if (
            ticket.state in ("received", "handling") and name in still_open
        ):  # received twice, it was planned twice
            self._act(no, "stage_done", clerk, now, stage=name, evidence=[self.draw.choice(self._photos)])

    def _judge_return(self, no: str, now: datetime) -> None:
        state = self._tickets[no].state
        if state == "returned":
            self._act(no, "refuse", DISPATCHER, now, reason="按责任清单属于本部门")
        elif state == "arbitration":
            boss = Actor(user="leader", role="leader")
            department = self._tickets[no].department
            self._act(no, "rule", boss, now, reason="裁定由原部门处置", department=department)

    def _finish(self, no: str, clerk: Actor, now: datetime) -> None:
        if self._tickets[no].state not in ("received", "handling"):
            return
        photo = self.draw.choice(self._photos)
        if answered_by_words(self._tickets[no], self.desk.catalogue.rulebook):
            self._act(no, "reply", clerk, now, note="情况已了解，答复如下：将纳入日常工作安排。")
        else:
            self._act(no, "done", clerk, now, evidence=[photo], note="已处置完毕")
        within = timedelta(minutes=self.draw.uniform(10, 110))
        self._working(now + within, self._tickets[no], lambda at: self._check(no, clerk, at))

    def _check(self, no: str, clerk: Actor, now: datetime) -> None:
        evidence = [self.draw.choice(self._photos)]
        if self.draw.random() < 0.05:
            self._act(no, "fail", CHECKER, now, evidence=evidence, reason="现场仍未恢复")
            ticket = self._tickets[no]
            self._working(now + timedelta(hours=3), ticket, lambda at: self._finish(no, clerk, at))
            return
        if answered_by_words(self._tickets[no], self.desk.catalogue.rulebook):
            self._act(no, "confirm", CHECKER, now, note="已电话回访，认可答复")
        else:
            self._act(no, "pass", CHECKER, now, evidence=evidence)
        self._later(now, 5, 60, no, self._close)

    def _close(self, no: str, now: datetime) -> None:
        self._act(no, "close", DISPATCHER, now)
        if self._tickets[no].channel != "worker" and self.draw.random() < 0.7:
            rating = self.draw.choices((5, 4, 3, 2, 1), (48, 30, 12, 6, 4))[0]
            said = self._voices.says(rating)
            self._later(now, 60, 2000, no, lambda n, at: self._act(n, "rate", RESIDENT, at, **said))

    def _later(
        self, now: datetime, least_min: float, most_min: float, no: str, play: Callable[[str, datetime], None]
    ) -> None:
        self._at(now + timedelta(minutes=self.draw.uniform(least_min, most_min)), lambda at: play(no, at))

    def _act(self, no: str, name: str, by: Actor, now: datetime, **fields: Any) -> None:  # noqa: ANN401 - fields of an action
        done = self.desk.act(TICKET, no, Action(name=name, by=by, fields=fields), now)
        self._follow(done, now, plan=name != "tick")
