"""What is done to a task of an alarm, and what the alarm hears of it in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.desk.alarm_notices import reached_by_tap
from data.desk.alarms import act_on_alarm, lock_home_of
from data.desk.follow_keys import keep_key
from data.desk.tasks import TABLE, add_task, decided
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import FollowKeyRow, table_of
from data.store.done import Done
from data.store.kinds.alarms import ALARM, TASK
from data.store.session import Database
from dispatch.alarms.task import Task
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor

KEYS = table_of(FollowKeyRow)
HEARD_AS: Mapping[str, str] = {
    "accept": "accept",
    "decline": "decline",
    "give_up": "decline",
    "lapse": "decline",
    "arrive": "arrive",
}
"""What the alarm hears of an action on a task; of the others nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToGo(Start[Task]):
    """One more person is asked to go to an alarm."""

    alarm: str
    person: str


def ask_to_go(work: Work, new: AskToGo, by: Actor) -> Done[Task]:
    """Ask one more person to go.

    Raises
    ------
    NotPossibleError
        When the alarm is closed, or the person has a task of it already.
    """
    lock_home_of(work, new.alarm)
    alarm = work.locked(ALARM, new.alarm)
    if alarm.closed_at is not None:
        raise NotPossibleError(f"{alarm.no} is closed; nobody needs to go")
    made = add_task(work, alarm, new.person, by)
    if not made:
        raise NotPossibleError(f"{new.person} was asked to go to {alarm.no} already")
    return made[0]


def act_on_task(work: Work, no: str, action: Action) -> Done[Task]:
    """Carry out one action on a task, and tell the alarm.

    Raises
    ------
    MissingError
        When there is no such number.
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    alarm_no = work.session.scalar(select(TABLE.c.alarm).where(TABLE.c.no == no))
    if alarm_no is None:
        raise MissingError(f"task {no} does not exist")
    lock_home_of(work, alarm_no)
    heard = HEARD_AS.get(action.name)
    before = work.locked(TASK, no)
    done = decided(work, before, action)
    if action.name in ("accept", "arrive"):
        reached_by_tap(work, alarm_no, before.person)
    if heard is None:
        return done
    fields = {"person": before.person, "reason": action.fields.get("reason")}
    told = act_on_alarm(work, alarm_no, Action(name=heard, by=action.by, fields=fields))
    return replace(done, others=(told,))


def keep_link(database: Database, no: str, key: str) -> None:
    """Keep the key of the link of a task, as a hash; an earlier one opens nothing any more.

    Raises
    ------
    MissingError
        When there is no such task.
    """

    def work(session: Session) -> bool:
        known = session.scalar(select(TABLE.c.id).where(TABLE.c.no == no)) is not None
        if known:
            session.execute(delete(KEYS).where(KEYS.c.no == no))
            keep_key(session, no, key)
        return known

    if not database.write(work):
        raise MissingError(f"task {no} does not exist")


TASKS = Deeds(kind=TASK, starts={AskToGo: ask_to_go}, act=act_on_task)
