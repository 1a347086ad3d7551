"""Who can be told of an alarm now: read post by post, when a step asks for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.city.city import City
from data.city.responders import responders
from data.models import AccountRow, AlarmRow, CarePlanRow, KinRow, fact_of
from data.registers.positions import told_of
from data.registers.rota import ROLES_OF_POST, on_post
from dispatch.alarms.care import CarePlan, Kin
from dispatch.alarms.duty import Person
from dispatch.alarms.responder import Question, Ranking
from dispatch.alarms.rules import NO_PLAN, OwnPlan
from dispatch.alarms.shift import Rota
from geo.place import LonLat
from grid.area import CodeScheme

ACCOUNT_CHANNELS = ("live",)
KIN_CHANNELS = ("call", "sms")
POSTS = (*ROLES_OF_POST, "holder", "family")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where an alarm is and whose; ``declined`` cannot come."""

    alarm: str = ""
    resident: str = ""
    cell: str = ""
    place: LonLat | None = None
    declined: frozenset[str] = frozenset()


class OnDuty(Mapping[str, tuple[Person, ...]]):
    """Post -> the people who hold it now; a post that nobody holds is empty.

    Parameters
    ----------
    session : Session
        Read from as long as this is used.
    scheme : CodeScheme
    city : City or None
        For the ways of responders; without it that post is empty.
    scene : Scene
    plan : Rota
    at : datetime
    """

    def __init__(
        self, session: Session, scheme: CodeScheme, city: City | None, scene: Scene, plan: Rota, at: datetime
    ) -> None:
        self._session, self._scheme, self._city = session, scheme, city
        self._scene, self._plan, self._at = scene, plan, at
        self._known: dict[str, tuple[Person, ...]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(POSTS)

    def __len__(self) -> int:
        return len(POSTS)

    def __getitem__(self, post: str) -> tuple[Person, ...]:
        if post not in POSTS:
            raise KeyError(post)
        if post not in self._known:
            self._known[post] = self._people(post)
        return self._known[post]

    def _people(self, post: str) -> tuple[Person, ...]:
        if post == "family":
            return tuple(
                Person(key=k.no, channels=KIN_CHANNELS)
                for k in kin_of(self._session, self._scene.resident)
                if k.available and k.phone
            )
        if post == "responder":
            return tuple(_person(p.responder.person) for p in self.ranking.proposals)
        if post == "holder":
            desk = select(AccountRow.user).where(
                AccountRow.role.in_(("dispatcher", "admin")), AccountRow.active
            )
            return tuple(_person(user) for user in self._session.scalars(desk.order_by(AccountRow.user)))
        held = [row for row in on_post(self._session, self._plan, post, self._at) if self._answers(post, row)]
        if post == "agent":
            load = self._load()
            held.sort(key=lambda row: load.get(row.user, 0))
        return tuple(_person(row.user) for row in held)

    def _answers(self, post: str, row: AccountRow) -> bool:
        """Tell whether an account answers for the place; where that is unknown every agent does, and no worker."""
        cell = self._scene.cell
        if post in ("agent", "shift_leader"):
            return not cell or not row.area or cell.startswith(self._scheme.prefix(row.area))
        if not cell:
            return False
        if post == "street":
            own = row.department or row.area
            return own != "" and own == self._scheme.street_of(cell)
        return row.area != "" and cell.startswith(self._scheme.prefix(row.area))

    @cached_property
    def ranking(self) -> Ranking:
        """Who could go, nearest first by road, with why the others are not proposed."""
        scene = self._scene
        if self._city is None or scene.place is None:
            return Ranking(proposals=())
        question = Question(alarm=scene.alarm, place=scene.place, at=self._at, declined=scene.declined)
        workers = [row.user for row in on_post(self._session, self._plan, "responder", self._at)]
        shared = told_of(self._session, self._city, self._plan, self._at)
        return responders(self._session, self._city, question, workers, shared)

    def _load(self) -> Mapping[str, int]:
        query = select(AlarmRow.agent, func.count()).where(AlarmRow.closed_at.is_(None), AlarmRow.agent != "")
        return {agent: int(n) for agent, n in self._session.execute(query.group_by(AlarmRow.agent))}


def kin_of(session: Session, resident: str) -> list[Kin]:
    """List whom to call for a person, in the order of call; empty without a person."""
    if not resident:
        return []
    mine = (KinRow.resident == resident) & KinRow.ended_on.is_(None)
    query = select(KinRow).where(mine).order_by(KinRow.turn, KinRow.no)
    return [fact_of(Kin, row) for row in session.scalars(query)]


def care_plan_of(session: Session, resident: str) -> CarePlan | None:
    """Give a person's plan; None where none was written."""
    row = session.scalar(select(CarePlanRow).where(CarePlanRow.resident == resident)) if resident else None
    return None if row is None else fact_of(CarePlan, row)


def own_plan(session: Session, resident: str) -> OwnPlan:
    """Give the part of a person's plan that alarms are judged by; `NO_PLAN` where none was written."""
    plan = care_plan_of(session, resident)
    return NO_PLAN if plan is None else plan.own


def _person(user: str) -> Person:
    return Person(key=user, channels=ACCOUNT_CHANNELS)
