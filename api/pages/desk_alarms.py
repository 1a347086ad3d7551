"""Alarms on the dispatcher's desk: every open one in the queue, and one with ladder, people, file and rescue note."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.v1.alarms import note_look, ranking_of
from api.v1.shifts import on_duty_now
from api.views.alarm import alarm_detail, alarm_view, file_view, names_of
from api.world import World
from data.queries.alarms import AlarmFilter, inside_of, list_alarms, open_alarms
from data.queries.paging import Ask
from data.queries.scope import find, seen
from data.store.kinds.alarms import ALARM
from dispatch.alarms.fact import Alarm
from dispatch.alarms.inside import inside_now
from dispatch.alarms.steps import next_step_at
from grid.account import Account
from maps.facts import Pin

PROPOSED = 4
EARLIER = 5


def alarm_rows(world: World, session: Session, account: Account, now: datetime) -> list[dict[str, Any]]:
    """Give every open alarm as the queue shows it: those nobody has taken first, the newest on top."""
    found = open_alarms(session, seen(ALARM, account.actor(), world.scheme))
    names = names_of(session, found)
    return [
        alarm_view(world, alarm, account, now)
        | {"kind": "alarm", "whom": names.get(alarm.resident, ""), "due_at": _next(world, alarm)}
        for alarm in found
    ]


def alarm_context(world: World, account: Account, no: str) -> dict[str, Any]:
    """Give what the panel of an alarm shows; that its file was looked at is kept."""
    now, rules = world.clock(), world.catalogue.alarms
    with world.database.read() as session:
        alarm = find(session, ALARM, no, account.actor(), world.scheme)
        detail = alarm_detail(world, session, alarm, account, now)
        file = file_view(world, session, alarm)
        ranking = ranking_of(world, session, alarm) if alarm.closed_at is None else None
        earlier: list[dict[str, Any]] = []
        if alarm.resident:
            wanted = AlarmFilter(resident=alarm.resident, until=alarm.raised_at)
            page = list_alarms(
                session,
                seen(ALARM, account.actor(), world.scheme),
                wanted,
                Ask(sort="-raised_at", limit=EARLIER),
            )
            earlier = [alarm_view(world, a, account, now) for a in page.items]
    note_look(world, account, alarm)
    asked = {task["person"] for task in detail["tasks"]}
    proposals = [p for p in ranking.proposals if p.responder.person not in asked] if ranking else []
    return {
        "alarm": detail | {"due_at": _next(world, alarm)},
        "can": {a["action"]: a["label"] for a in detail["actions"]},
        "file": file,
        "proposals": [
            {
                "person": p.responder.person,
                "travel_s": p.travel_s,
                "ferry_s": p.ferry_s,
                "place_from": p.responder.place_from,
                "place_age_s": p.position_age_s,
            }
            for p in proposals[:PROPOSED]
        ],
        "earlier": earlier,
        "closings": list(rules.closings.values()),
        "labels": {
            m.action: m.label for state in rules.lifecycle.states for m in rules.lifecycle.possible(state)
        },
    }


def _next(world: World, alarm: Alarm) -> str | None:
    due_at = next_step_at(alarm, world.catalogue.alarms)
    return due_at.isoformat() if due_at else None


def watch_context(world: World, session: Session, account: Account, now: datetime) -> dict[str, Any]:
    """Give who is inside somewhere now, who is on duty, and which shift will be empty."""
    prefix = world.scheme.prefix(account.area) if account.area else ""
    lines = inside_now(inside_of(session, prefix), now)
    return {"inside": [line for line in lines if line.cause == "toilet_stay"], "shift": on_duty_now(world)}


def alarm_pins(detail: dict[str, Any]) -> list[Pin]:
    """Mark who goes to an alarm, where they last said to be."""
    return [
        Pin(
            lon=task["lon"],
            lat=task["lat"],
            label="去",
            kind="candidate",
            id=task["person"],
            tooltip=f"{task['person']}\n{task['state_name']}",
        )
        for task in detail["tasks"]
        if task["lon"] is not None
    ]
