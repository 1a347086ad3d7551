"""Alarms at the door: raised or joined, acted on by people, carried on by the clock.

Whoever changes something of a home locks the home first, then the alarm: two presses of one key at once join.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from data.desk.contacts import keep_contact
from data.desk.countdowns import TABLE as COUNTDOWNS
from data.desk.countdowns import end_of_alarm, keep_countdowns
from data.desk.homes import home_of, lock_home
from data.desk.tasks import offered, withdrawn
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import AlarmRow, DeviceRow, NoticeRow, columns_of, fact_of, table_of
from data.registers.duty import OnDuty, Scene, own_plan
from data.registers.rota import rota
from data.store.done import Done
from data.store.kinds.alarms import ALARM, DEVICE
from dispatch.alarms import alarm as alarms
from dispatch.alarms.alarm import AlarmOutcome, Cry
from dispatch.alarms.countdown import Countdown, is_due, raised
from dispatch.alarms.device import AlarmDevice, heard
from dispatch.alarms.fact import Alarm
from dispatch.alarms.notice import Notice, follows_at
from dispatch.alarms.steps import next_step_at
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor
from dispatch.resident import Contact

TABLE, NOTICES = table_of(AlarmRow), table_of(NoticeRow)
CLOCK = Actor(user="clock", role="clock")
ADVANCE = Action(name="advance", by=CLOCK)
"""What the timers ask for: carry out whatever is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAlarm(Start[Alarm]):
    """A cry, its number still empty; one that belongs to an open alarm presses that again.

    ``contact`` is how to reach who cried where no resident is known.
    """

    cry: Cry
    contact: Contact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseCountdown(Start[Alarm]):
    """A countdown, by its row, whose time has come."""

    row: int


def lock_home_of(work: Work, no: str) -> None:
    """Lock the home of an alarm.

    Raises
    ------
    MissingError
        When there is no such alarm.
    """
    found = work.session.execute(select(TABLE.c.resident, TABLE.c.device).where(TABLE.c.no == no)).first()
    if found is None:
        raise MissingError(f"alarm {no} does not exist")
    lock_home(work, found.resident, found.device)


def raise_alarm(work: Work, new: RaiseAlarm, by: Actor) -> Done[Alarm]:
    """Raise an alarm, or press one there is again.

    Raises
    ------
    BadFieldError
        For a cause that is not in the catalogue.
    """
    cry = new.cry
    lock_home(work, cry.resident, cry.device)
    done = raised_or_joined(work, cry, by)
    if done.before is None:
        keep_contact(work, done.fact.no, new.contact)
    return done


def raised_or_joined(work: Work, cry: Cry, by: Actor) -> Done[Alarm]:
    """Raise an alarm, or press one there is again; the home is locked."""
    rules = work.catalogue.alarms
    rules.cause(cry.cause)
    known = _joined(work, cry)
    if known is not None:
        return _decided(work, known, Action(name="press", by=Actor(user=by.user, role="device")))
    cry = replace(cry, no=work.draw(ALARM))
    scene = Scene(alarm=cry.no, resident=cry.resident, cell=cry.cell, place=cry.place)
    duty = _on_duty(work, scene)
    outcome = alarms.raise_alarm(cry, by, rules, duty, work.now, own_plan(work.session, cry.resident))
    return _kept(work, None, outcome)


def raise_countdown(work: Work, new: RaiseCountdown, by: Actor) -> Done[Alarm]:
    """Raise the alarm of a countdown, of the time it was due.

    Raises
    ------
    NotPossibleError
        When it ended or was raised in the meantime.
    """
    gone = NotPossibleError(f"countdown {new.row} is not due; it ended or was raised")
    query = select(COUNTDOWNS).where(COUNTDOWNS.c.id == new.row)
    row = work.session.execute(query).first()
    if row is None:
        raise gone
    lock_home(work, row.resident, row.device)
    row = work.session.execute(query.with_for_update()).one()
    countdown = fact_of(Countdown, row)
    if not is_due(countdown, work.now):
        raise gone
    home = home_of(work, countdown.device, by)
    cry = Cry(
        no="",
        cause=countdown.cause,
        at=countdown.due_at,
        resident=countdown.resident,
        device=countdown.device,
        place=home.place,
        cell=home.cell,
        area=work.catalogue.rulebook.scheme.community_of(home.cell) if home.cell else "",
    )
    done = raised_or_joined(work, cry, by)
    keep_countdowns(work, (raised(countdown, done.fact.no),))
    return done


def act_on_alarm(work: Work, no: str, action: Action) -> Done[Alarm]:
    """Carry out one action on an alarm; `ADVANCE` carries out what is due.

    Raises
    ------
    MissingError
        When there is no such number.
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    lock_home_of(work, no)
    return _decided(work, work.locked(ALARM, no), action)


def cleared(work: Work, device: str, causes: Iterable[str], by: Actor) -> tuple[Done[Alarm], ...]:
    """Tell the open alarms of a device that it says all is well.

    Parameters
    ----------
    work : Work
    device : str
        Its number.
    causes : iterable of str
        Only alarms of these.
    by : Actor
        Who passed the message on.

    Returns
    -------
    tuple of Done
        One for each alarm; empty when none is open.
    """
    query = select(TABLE).where(
        TABLE.c.device == device,
        TABLE.c.cause.in_(tuple(causes)),
        TABLE.c.closed_at.is_(None),
        TABLE.c.drill.is_(False),
    )
    found = [fact_of(Alarm, row) for row in work.session.execute(query.with_for_update())]
    clear = Action(name="clear", by=Actor(user=by.user, role="device"))
    return tuple(_decided(work, each, clear) for each in found)


def _decided(work: Work, before: Alarm, action: Action) -> Done[Alarm]:
    rules = work.catalogue.alarms
    scene = Scene(
        alarm=before.no,
        resident=before.resident,
        cell=before.cell,
        place=before.place,
        declined=frozenset((*before.declined_by, *before.unreached)),
    )
    duty = _on_duty(work, scene)
    if action is ADVANCE:
        outcome = alarms.advance(before, rules, duty, work.now)
    elif action.name == "clock_moved":
        by = timedelta(seconds=float(action.fields["by_s"]))
        outcome = alarms.set_clock(before, by, work.now)
    else:
        outcome = alarms.act(before, action, rules, duty, work.now)
    return _kept(work, before, outcome)


def _kept(work: Work, before: Alarm | None, outcome: AlarmOutcome) -> Done[Alarm]:
    """Keep the notices of a decision, offer the tasks that go with them, and end what ends with the alarm."""
    after = outcome.alarm
    if before is not None and after == before:
        return Done(kind=ALARM, before=before, after=before)
    keep_notices(work, outcome.notices)
    others: list[Done[Any]] = [*offered(work, after, outcome.notices)]
    if after.closed_at is not None and (before is None or before.closed_at is None):
        end_of_alarm(work, after.no)
        others += [*withdrawn(work, after.no), *_tried(work, after)]
    return Done(
        kind=ALARM,
        before=before,
        after=after,
        events=outcome.events,
        row={"next_step_at": next_step_at(after, work.catalogue.alarms)},
        others=tuple(others),
    )


def keep_notices(work: Work, notices: Sequence[Notice]) -> None:
    """Keep notices; the table's key lets each step reach a person by a channel once."""
    if notices:
        rows = [{**columns_of(n), "follow_at": follows_at(n)} for n in notices]
        work.session.execute(insert(NOTICES), rows)


def _tried(work: Work, alarm: Alarm) -> tuple[Done[AlarmDevice], ...]:
    """Count an alarm that was a test as the trial of its device."""
    if alarm.closing != "test" or not alarm.device or alarm.drill:
        return ()
    table = table_of(DeviceRow)
    row = work.session.execute(select(table).where(table.c.no == alarm.device).with_for_update()).first()
    if row is None:
        return ()
    known = fact_of(AlarmDevice, row)
    tried = heard(known, alarm.raised_at, tested=True)
    return (Done(kind=DEVICE, before=known, after=tried),)


def _joined(work: Work, cry: Cry) -> Alarm | None:
    """Find the alarm that a cry belongs to: an open one of the person, or device, else the last closed."""
    whose = TABLE.c.resident == cry.resident if cry.resident else TABLE.c.device == cry.device
    if not cry.resident and not cry.device:
        return None
    query = (
        select(TABLE)
        .where(whose, TABLE.c.cause == cry.cause, TABLE.c.drill == cry.drill)
        .order_by(TABLE.c.closed_at.is_not(None), TABLE.c.id.desc())
        .limit(1)
        .with_for_update()
    )
    row = work.session.execute(query).first()
    known = None if row is None else fact_of(Alarm, row)
    join = work.catalogue.alarms.times.join
    return known if known is not None and alarms.joins(known, cry, join) else None


def _on_duty(work: Work, scene: Scene) -> OnDuty:
    catalogue = work.catalogue
    plan = rota(work.session, catalogue.zone)
    return OnDuty(work.session, catalogue.rulebook.scheme, work.city, scene, plan, work.now)


ALARMS = Deeds(
    kind=ALARM, starts={RaiseAlarm: raise_alarm, RaiseCountdown: raise_countdown}, act=act_on_alarm
)
