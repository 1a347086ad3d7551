"""What a role sees of an alarm: where it stands, its ladder, who was told, who goes, and the person's file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.views.names import actions_view, area_name, cell_name
from api.views.shape import plain
from api.world import World
from data.models import ContactRow, ResidentRow, fact_of
from data.queries.alarms import last_position, notices_of, tasks_of
from data.queries.tickets import timeline
from data.registers.duty import care_plan_of, kin_of
from dispatch.alarms import alarm as alarms
from dispatch.alarms.duty import IN_A_DRILL
from dispatch.alarms.fact import Alarm, met
from dispatch.alarms.ladder import Rung, needed
from dispatch.alarms.task import Task
from dispatch.resident import Contact, Resident, mask_name, masked_contact, masked_resident
from geo.datum import from_wgs84
from grid.account import Account

BY_SYSTEM = frozenset({"step", "lapse", "clock_moved", "unreached", "press", "clear"})
"""Actions that no person takes on a page."""


def alarm_view(world: World, alarm: Alarm, account: Account, now: datetime) -> dict[str, Any]:
    """Show an alarm in a list, without the person."""
    rules, zone = world.catalogue.alarms, world.zone
    cause = rules.causes.get(alarm.cause)
    shown: dict[str, Any] = plain(alarm, zone, without=("plan", "place"))
    return shown | {
        "lon": alarm.place.lon if alarm.place else None,
        "lat": alarm.place.lat if alarm.place else None,
        "cause_name": cause.name_zh if cause else alarm.cause,
        "state_name": rules.lifecycle.labels.get(alarm.state, alarm.state),
        "community_name": area_name(world, alarm.cell),
        "cell_name": cell_name(world, alarm.cell),
        "waited_s": int((now - alarm.queued_at).total_seconds()),
        "age_s": int((now - alarm.raised_at).total_seconds()),
        "untaken": not alarm.agent and alarm.closed_at is None,
        "actions": [
            a
            for a in actions_view(alarms.possible(alarm, rules, account.role))
            if a["action"] not in BY_SYSTEM
        ],
    }


def alarm_detail(
    world: World, session: Session, alarm: Alarm, account: Account, now: datetime
) -> dict[str, Any]:
    """Show an alarm with its ladder, notices, tasks and timeline; the person masked."""
    zone, found = world.zone, last_position(session, alarm.device) if alarm.device else None
    person, caller = _resident(session, alarm), caller_of(session, alarm)
    return alarm_view(world, alarm, account, now) | {
        "ladder_steps": [_rung_view(world, alarm, rung) for rung in alarm.plan],
        "notices": plain(notices_of(session, alarm.no), zone),
        "tasks": [task_view(world, task, account) for task in tasks_of(session, alarm.no)],
        "timeline": plain(timeline(session, "alarm", alarm.no), zone),
        "person": plain(masked_resident(person), zone) if person else None,
        "contact": plain(masked_contact(caller), zone) if caller else None,
        "position": None
        if found is None
        else {"lon": found[0].lon, "lat": found[0].lat, "at": plain(found[1], zone)},
    }


def _rung_view(world: World, alarm: Alarm, rung: Rung) -> dict[str, Any]:
    waits = needed(rung, met(alarm)) and alarm.closed_at is None
    waits = waits and not (alarm.drill and rung.post not in IN_A_DRILL)
    shown: dict[str, Any] = plain(rung, world.zone)
    return shown | {"waits": waits}


def task_view(world: World, task: Task, account: Account) -> dict[str, Any]:
    """Show a task, and what its person or an agent can do about it."""
    lifecycle = world.catalogue.alarms.task_lifecycle
    shown: dict[str, Any] = plain(task, world.zone)
    del shown["place"]
    return shown | {
        "lon": task.place.lon if task.place else None,
        "lat": task.place.lat if task.place else None,
        "state_name": lifecycle.labels.get(task.state, task.state),
        "actions": actions_view(lifecycle.possible(task.state, account.role)),
    }


def file_view(world: World, session: Session, alarm: Alarm) -> dict[str, Any]:
    """Show the file of the person in full, for those who deal with the alarm; the caller keeps who looked.

    Returns
    -------
    dict
        ``person`` None for an alarm of nobody known; ``kin`` in the order of call; ``note`` to read to 120.
    """
    zone, person = world.zone, _resident(session, alarm)
    plan, kin = care_plan_of(session, alarm.resident), kin_of(session, alarm.resident)
    return {
        "person": plain(person, zone) if person else None,
        "plan": plain(plan, zone) if plan else None,
        "kin": plain(kin, zone),
        "contact": plain(caller_of(session, alarm), zone),
        "note": rescue_note(world, session, alarm),
    }


def rescue_note(world: World, session: Session, alarm: Alarm) -> list[str]:
    """Write what is read to 120, 119 or 110: where, who, what, illnesses, way in, who comes to meet them."""
    person, plan = _resident(session, alarm), care_plan_of(session, alarm.resident)
    cause = world.catalogue.alarms.causes.get(alarm.cause)
    local = world.local(alarm.raised_at)
    lines = [f"{cause.name_zh if cause else alarm.cause}，{local:%H:%M:%S} 报警，编号 {alarm.no}"]
    where = person.address if person else ""
    if alarm.place is not None:
        lon, lat = (float(x) for x in from_wgs84(alarm.place.lon, alarm.place.lat, "gcj02"))
        where += f"（WGS-84 {alarm.place.lon:.6f},{alarm.place.lat:.6f}；GCJ-02 {lon:.6f},{lat:.6f}）"
    lines.append(f"地点：{where or '不明'} {cell_name(world, alarm.cell)}".rstrip())
    if person is not None:
        age = f"，{local.year - person.birth_year} 岁" if person.birth_year else ""
        lines.append(f"人：{person.name}{age}，电话 {person.phone}")
    caller = caller_of(session, alarm)
    if caller is not None:
        lines.append(f"报警人：{caller.name}，电话 {caller.phone} {caller.address}".rstrip())
    if plan is not None:
        lines += [
            f"{word}：{text}"
            for word, text in (("病史", plan.illnesses), ("用药", plan.medicines), ("进门", plan.access))
            if text
        ]
    kin = next((k for k in kin_of(session, alarm.resident) if k.available), None)
    if kin is not None:
        lines.append(f"联系人：{kin.name}（{kin.relation or '家属'}）{kin.phone}")
    going = [t for t in tasks_of(session, alarm.no) if t.state in ("accepted", "on_the_way", "arrived")]
    if going:
        lines.append("接应：" + "、".join(t.person for t in going))
    return lines


def caller_of(session: Session, alarm: Alarm) -> Contact | None:
    """Give how to reach who raised an alarm without being of the register; None for others."""
    row = session.scalar(select(ContactRow).where(ContactRow.subject == alarm.no))
    return None if row is None else fact_of(Contact, row)


def names_of(session: Session, found: Iterable[Alarm]) -> dict[str, str]:
    """Name the persons of alarms by their numbers, masked."""
    numbers = {alarm.resident for alarm in found if alarm.resident}
    query = select(ResidentRow.no, ResidentRow.name).where(ResidentRow.no.in_(numbers))
    return {no: mask_name(name) for no, name in session.execute(query)}


def _resident(session: Session, alarm: Alarm) -> Resident | None:
    if not alarm.resident:
        return None
    row = session.scalar(select(ResidentRow).where(ResidentRow.no == alarm.resident))
    return None if row is None else fact_of(Resident, row)
