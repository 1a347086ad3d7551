"""What is answered about alarms, the tasks of those who go, and the files they need."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer, LeftOut
from api.answers.move import MoveAnswer
from api.answers.person import ContactAnswer, PersonAnswer
from data.queries.tickets import Step
from dispatch.alarms.care import CarePlan, Kin
from dispatch.alarms.fact import Alarm
from dispatch.alarms.ladder import Plan, Rung
from dispatch.alarms.notice import Notice
from dispatch.alarms.responder import Ranking
from dispatch.alarms.task import Task
from geo.place import LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAnswer(Answer, Alarm):
    """An alarm as of now, without the person; ``waited_s`` counts from when it last waited for an agent."""

    plan: LeftOut[Plan]
    place: LeftOut[LonLat | None]
    lon: float | None
    lat: float | None
    cause_name: str
    state_name: str
    community_name: str
    cell_name: str
    waited_s: int
    age_s: int
    untaken: bool
    actions: tuple[MoveAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmOrdered(AlarmAnswer):
    """The alarm that was raised instead of an order, for an item that is one."""

    kind: Literal["alarm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RungAnswer(Answer, Rung):
    """One step of a ladder; ``waits`` while it is still to be carried out."""

    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAnswer(Answer, Task):
    """One person's part in an alarm."""

    place: LeftOut[LonLat | None]
    lon: float | None
    lat: float | None
    state_name: str
    actions: tuple[MoveAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionAnswer(Answer):
    """Where a device was last, and when."""

    lon: float
    lat: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmDetail(AlarmAnswer):
    """An alarm with its ladder, notices, tasks and timeline; the person masked, null for nobody known."""

    ladder_steps: tuple[RungAnswer, ...]
    notices: tuple[Notice, ...]
    tasks: tuple[TaskAnswer, ...]
    timeline: tuple[Step, ...]
    person: PersonAnswer | None
    contact: ContactAnswer | None
    position: PositionAnswer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPage(Answer):
    """One page of alarms; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[AlarmAnswer, ...]
    next: str | None
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer(Answer):
    """The person's file in full; ``kin`` in the order of call, ``note`` to be read to 120 line by line."""

    person: PersonAnswer | None
    plan: CarePlan | None
    kin: tuple[Kin, ...]
    contact: ContactAnswer | None
    note: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTask(TaskAnswer):
    """A task with its alarm, and the person's file once it is accepted."""

    of: AlarmAnswer
    file: FileAnswer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTasks(Answer):
    """One's own open tasks."""

    items: tuple[OwnTask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringAnswer(Answer):
    """How soon the alarms of a month were answered; ``late`` want a report, shares are null without alarms."""

    counted: int
    within_60: int
    within_180: int
    late: tuple[str, ...]
    tests: int
    auto_answered: int
    share_60: float | None
    share_180: float | None
    kept: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingAnswer(Answer, Ranking):
    """Who could go, the nearest first, and why the others are not proposed."""
