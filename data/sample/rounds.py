"""Visits within a rehearsal: each worker calls on half of the special elders of the own community in a month."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from data.city.city import City
from data.desk.door import Desk
from data.desk.visits import NewVisit
from data.models import ResidentRow
from data.registers.elders import last_assessments, special
from data.sample.habits import worker
from geo.place import LonLat
from grid.home_visits import Told
from grid.period import Period

At = Callable[[datetime, Callable[[datetime], None]], None]
MONTH_DAYS = 30
SEEN = 0.5
"""Which share of the special elders is called on in a month."""
FINDINGS, OFTEN = ("well", "absent", "needs", "risk", "moved"), (84, 7, 6, 2, 1)
CONFIRMED = 0.6


class Rounds:
    """Plays visits; draws from a seed of its own, and raises no tickets, so that these and orders stay as they are.

    Parameters
    ----------
    desk : Desk
    city : City
    seed : int
    at : callable
        Puts something on the rehearsal's agenda.
    """

    def __init__(self, desk: Desk, city: City, seed: int, at: At) -> None:
        self.desk, self.city, self._at = desk, city, at
        self._draw = random.Random(f"{seed} visits")  # noqa: S311 - sample data

    def plan(self, start: datetime, until: datetime) -> None:
        """Spread the visits over the hours of daylight."""
        rulebook = self.desk.catalogue.rulebook
        period = Period(start=start, end=until)
        assessed = last_assessments(rulebook, period)
        query = (
            select(ResidentRow.no, ResidentRow.cell, ResidentRow.lon, ResidentRow.lat)
            .outerjoin(assessed, assessed.c.resident == ResidentRow.no)
            .where(special(rulebook, period, assessed))
            .order_by(ResidentRow.id)
        )
        days, zone = (until - start).days, rulebook.worktime.zone
        for no, cell, lon, lat in self.desk.database.write(lambda session: session.execute(query).all()):
            if self._draw.random() >= SEEN * days / MONTH_DAYS:
                continue
            day = (start + timedelta(days=self._draw.uniform(0, days))).astimezone(zone)
            at = day.replace(hour=self._draw.randrange(9, 17))
            if start <= at < until:
                self._at(at, partial(self._visit, no, cell, LonLat(lon, lat)))

    def _visit(self, no: str, cell: str, door: LonLat, now: datetime) -> None:
        finding = self._draw.choices(FINDINGS, OFTEN)[0]
        rules = self.desk.catalogue.rulebook.registers.visits.finding(finding)
        lon, lat = (round(at + self._draw.gauss(0, 0.0001), 6) for at in (door.lon, door.lat))
        told = Told(
            resident=no,
            visited_at=now,
            finding=finding,
            confirmed=rules.counts and self._draw.random() < CONFIRMED,
            at=LonLat(lon, lat),
        )
        salt = f"{self._draw.getrandbits(128):032x}"
        self.desk.start(NewVisit(told=told, salt=salt), worker(self.city, cell), now)
