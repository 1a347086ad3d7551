"""Alarms of a rehearsed time: pressed, stayed too long, fell; taken, rung back, gone to, closed; a few left open at the end."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from data.desk.alarms import RaiseAlarm
from data.desk.care import PutCarePlan, PutKin
from data.desk.door import Desk
from data.models import DeviceRow, ResidentRow, fact_of
from data.sample.habits import DISPATCHER, Voices
from data.sample.people import person_name, phone_number
from data.store.kinds.alarms import ALARM, TASK
from dispatch.alarms.alarm import Cry
from dispatch.alarms.care import CarePlan, Kin
from dispatch.alarms.fact import Alarm
from dispatch.errors import DispatchError
from dispatch.lifecycle import Action, Actor
from dispatch.resident import Resident

GATEWAY = Actor(user="gateway", role="device")
PER_DAY = 4
CAUSES = {
    "emergency_key": 40,
    "toilet_stay": 15,
    "fall": 12,
    "life_key": 12,
    "community_key": 8,
    "smoke": 4,
    "gas": 2,
    "water": 3,
    "out_of_bed": 2,
    "inactivity": 2,
}
ENDS = {"well": 62, "test": 8, "need": 22, "no_answer": 8}
OPEN_AT_THE_END = (("smoke", 41), ("toilet_stay", 228), ("life_key", 95))
"""Causes and seconds before the end of those that nobody closed yet; the toilet stay is taken."""
ILLNESSES = ("房颤，高血压", "糖尿病", "2024 年髋部骨折", "冠心病，支架术后", "轻度认知障碍", "")
MEDICINES = ("华法林（跌倒怕出血）", "胰岛素", "阿司匹林", "氨氯地平", "青霉素过敏", "")
ACCESS = (
    "单元门密码 1942#，钥匙在社区前台",
    "钥匙在对门 401 室鲁家",
    "门内有一只小狗",
    "左耳听不见，请敲卧室窗",
    "",
)
RELATIONS = ("长子", "次女", "儿媳", "邻居", "侄子")


@dataclass(frozen=True, slots=True)
class _Home:
    """Somebody with a device."""

    person: Resident
    device: str


class Alarms:
    """Plans alarms on an agenda; the same seed gives the same.

    Parameters
    ----------
    desk : Desk
    seed : int
    at : callable
        Puts a play on the agenda.
    """

    def __init__(
        self, desk: Desk, seed: int, at: Callable[[datetime, Callable[[datetime], None]], None]
    ) -> None:
        self._desk, self._at = desk, at
        self._draw = random.Random(f"{seed} alarms")  # noqa: S311 - sample data
        self._voices = Voices(seed, desk.catalogue.rulebook.natures)

    def plan(self, start: datetime, until: datetime) -> None:
        """Write plans and kin of those with devices, and put the alarms of each day on the agenda."""
        homes = self._homes()
        if not homes:
            return
        for home in homes:
            self._at(start, partial(self._enrol, home.person))
        zone = self._desk.catalogue.zone
        last = until - timedelta(minutes=30)
        for day in range((until - start).days + 1):
            midnight = datetime.combine((start + timedelta(days=day)).astimezone(zone).date(), time(0), zone)
            for _ in range(PER_DAY):
                at = midnight + timedelta(seconds=self._draw.randrange(86400))
                if start + timedelta(hours=1) <= at < last:
                    cause = self._draw.choices(list(CAUSES), list(CAUSES.values()))[0]
                    self._at(at, partial(self._life, self._draw.choice(homes), cause))
        for (cause, before_s), home in zip(OPEN_AT_THE_END, homes, strict=False):
            self._at(until - timedelta(seconds=before_s), partial(self._left_open, home, cause))

    def _homes(self) -> Sequence[_Home]:
        query = (
            select(DeviceRow.no, ResidentRow)
            .join(ResidentRow, ResidentRow.no == DeviceRow.resident)
            .order_by(DeviceRow.id)
        )
        with self._desk.database.read() as session:
            return [_Home(fact_of(Resident, row), no) for no, row in session.execute(query).all()]

    def _enrol(self, person: Resident, now: datetime) -> None:
        """Write what helpers have to know of a person, and whom to call."""
        draw = self._draw
        plan = CarePlan(
            resident=person.no,
            illnesses=draw.choice(ILLNESSES),
            medicines=draw.choice(MEDICINES),
            access=draw.choice(ACCESS),
        )
        self._desk.start(PutCarePlan(plan=plan), DISPATCHER, now)
        for turn in range(1, 1 + draw.randrange(1, 4)):
            kin = Kin(
                no="",
                resident=person.no,
                turn=turn,
                name=person.name[0] + person_name(draw)[1:],
                phone=phone_number(draw),
                relation=draw.choice(RELATIONS),
                has_key=draw.random() < 0.3,
            )
            self._desk.start(PutKin(kin=kin), DISPATCHER, now)

    def _raise(self, home: _Home, cause: str, now: datetime) -> Alarm:
        cry = Cry(
            no="",
            cause=cause,
            at=now,
            resident=home.person.no,
            device=home.device,
            place=home.person.place,
            cell=home.person.cell,
            area=self._desk.catalogue.rulebook.scheme.community_of(home.person.cell),
        )
        return self._desk.start(RaiseAlarm(cry=cry), GATEWAY, now).fact

    def _left_open(self, home: _Home, cause: str, now: datetime) -> None:
        alarm = self._raise(home, cause, now)
        if cause == "toilet_stay":
            self._at(now + timedelta(seconds=19), lambda at: self._do(alarm.no, "take", at))
            self._at(now + timedelta(seconds=62), lambda at: self._do(alarm.no, "no_answer", at))
            self._at(now + timedelta(seconds=101), lambda at: self._goes(alarm.no, at, arrives=False))

    def _life(self, home: _Home, cause: str, now: datetime) -> None:
        """Play an alarm: taken, rung back, and what came of it."""
        alarm = self._raise(home, cause, now)
        taken = now + self._voices.span(11)
        rung = taken + self._voices.span(22)
        end = self._draw.choices(list(ENDS), list(ENDS.values()))[0]
        said = "well" if end == "test" else end
        self._at(taken, lambda at: self._do(alarm.no, "take", at))
        self._at(rung, lambda at: self._do(alarm.no, said, at))
        later = rung + timedelta(minutes=self._draw.uniform(1, 4))
        if said == "well":
            closing = "test" if end == "test" else self._draw.choice(("false", "safe", "service"))
            self._at(later, lambda at: self._close(alarm.no, at, closing))
            return
        seen_at = later + timedelta(minutes=self._draw.uniform(4, 9))
        self._at(later, lambda at: self._goes(alarm.no, at, arrives=True, at_door=seen_at))
        if end == "need" and self._draw.random() < 0.4:
            self._at(later, lambda at: self._do(alarm.no, "hand_over", at, service="120"))
        self._at(seen_at + timedelta(minutes=1), lambda at: self._do(alarm.no, "seen", at))
        over = seen_at + timedelta(minutes=self._draw.uniform(8, 15))
        self._at(over, lambda at: self._close(alarm.no, at, "helped"))

    def _goes(self, no: str, now: datetime, *, arrives: bool, at_door: datetime | None = None) -> None:
        """Let the first who was asked and works here say yes, and be at the door."""
        self._do(no, "note", now, note="已请附近的人前往")
        with self._desk.database.read() as session:
            offered = TASK.table.c
            query = select(offered.no, offered.person).where(
                offered.alarm == no, offered.state == "offered", offered.post != "family"
            )
            row = session.execute(query.order_by(offered.no).limit(1)).first()
        if row is None:
            return
        self._task(row.no, "accept", row.person, now)
        self._task(row.no, "depart", row.person, now + timedelta(seconds=20))
        if arrives and at_door is not None:
            self._at(at_door, lambda at: self._task(row.no, "arrive", row.person, at))

    def _task(self, no: str, name: str, person: str, now: datetime) -> None:
        action = Action(name=name, by=Actor(user=person, role="worker"))
        self._try(lambda: self._desk.act(TASK, no, action, now))

    def _close(self, no: str, now: datetime, closing: str) -> None:
        """Close an alarm; one that lay too long is taken again first."""
        self._do(no, "take", now)
        self._do(no, "close", now, closing=closing)

    def _do(self, no: str, name: str, now: datetime, **fields: Any) -> None:  # noqa: ANN401 - fields of an action
        action = Action(name=name, by=DISPATCHER, fields=fields)
        self._try(lambda: self._desk.act(ALARM, no, action, now))

    @staticmethod
    def _try(deed: Callable[[], object]) -> None:
        """Leave out what the course of an alarm made impossible, as people do."""
        try:
            deed()
        except DispatchError:
            return
