"""Days of rounds as they are shown: workers, stops, sums; persons only to those who work with them."""

from collections.abc import Collection, Mapping
from statistics import median
from typing import Any

from api.views.names import actions_view, cell_name
from api.views.shape import plain
from api.world import World
from data.city.rounds import moment
from data.registers.day_rounds import Faces
from data.store.kinds.people import KEEPERS
from dispatch.resident import masked_resident
from dispatch.rounds.arrange import change_of
from dispatch.rounds.day import ARRIVED, LEFT_OUT, PLANNED, SKIPPED, DayRounds, Errand, Member, hours
from grid.account import Account

STOP_STATES = {PLANNED: "待去", LEFT_OUT: "未排上", ARRIVED: "已到", SKIPPED: "已跳过"}
STOP_WHYS = {
    "no_skill": "没有人有这项技能",
    "no_way": "没有路通到那里",
    "no_time": "当班时间内去不了",
    "not_worth": "路太远，不值得专程去",
    "full": "能去的人已经排满",
    "taken_out": "调度员取下",
}
WORKER = "worker"
MINUTE_S = 60


def round_view(
    world: World, day: DayRounds, account: Account, faces: Faces, problems: Mapping[str, str]
) -> dict[str, Any]:
    """Show a day of rounds; a worker sees the own round alone."""
    own = account.role == WORKER
    lifecycle = world.catalogue.rounds.lifecycle
    members = [m for m in day.members if not own or m.user == account.user]
    shown = _head(world, day)
    shown |= {
        "made_by": day.made_by,
        "reason": day.reason,
        "version": day.version,
        "sums": sums_of(world, day, faces, [m.user for m in members] if own else None),
        "workers": [_worker(world, day, m, account, faces, problems.get(m.user, "")) for m in members],
        "left_out": []
        if own
        else [_stop(world, day, e, account, faces) for e in day.errands if e.state == LEFT_OUT],
        "actions": actions_view(lifecycle.possible(day.state, account.role)),
    }
    return shown


def round_listed(world: World, day: DayRounds, account: Account) -> dict[str, Any]:
    """Show a day of rounds as one of a list."""
    own = [account.user] if account.role == WORKER else None
    nobody = Faces(residents={}, names={}, found={})
    return _head(world, day) | {
        "workers": 1 if own else len(day.members),
        "sums": sums_of(world, day, nobody, own),
    }


def change_view(
    world: World, before: DayRounds, after: DayRounds, account: Account, faces: Faces
) -> dict[str, Any]:
    """Show what a change of a day would do, and the day as it would be."""
    change: dict[str, Any] = plain(change_of(before, after), world.zone)
    sums = {"before": sums_of(world, before, faces), "after": sums_of(world, after, faces)}
    return change | sums | {"round": round_view(world, after, account, faces, {})}


def sums_of(
    world: World, day: DayRounds, faces: Faces, users: Collection[str] | None = None
) -> dict[str, Any]:
    """Count what is planned and done, of some workers or of all."""
    own = None if users is None else set(users)
    members = [m for m in day.members if own is None or m.user in own]
    errands = [e for e in day.errands if own is None or e.worker in own]
    late = [minutes for e in errands if (minutes := _late_min(world, day, e)) is not None]
    needed_s, there_s = hours(members, errands)
    counts = {state: sum(e.state == state for e in errands) for state in STOP_STATES}
    return {
        "errands": len(errands),
        **counts,
        "visited": sum(e.resident in faces.found for e in errands if e.resident),
        "late_min": round(median(late)) if late else None,
        "travel_s": sum(m.travel_s for m in members),
        "needed_s": needed_s,
        "there_s": there_s,
    }


def _head(world: World, day: DayRounds) -> dict[str, Any]:
    area = world.city.areas.get(day.area)
    shown: dict[str, Any] = plain(
        {
            "no": day.no,
            "state": day.state,
            "area": day.area,
            "day": day.day,
            "made_at": day.made_at,
            "published_at": day.published_at,
        },
        world.zone,
    )
    return shown | {
        "state_name": world.catalogue.rounds.lifecycle.labels.get(day.state, day.state),
        "area_name": area.name if area else day.area,
    }


def _worker(
    world: World, day: DayRounds, member: Member, account: Account, faces: Faces, problem: str
) -> dict[str, Any]:
    times = {
        "from_at": member.from_s,
        "until_at": member.until_s,
        "leave_at": member.leave_s,
        "back_at": member.back_s,
        "pause_at": member.pause_at_s,
    }
    return {
        "user": member.user,
        "name": faces.names.get(member.user, member.user),
        "profile": member.profile,
        "lon": member.start_lon,
        "lat": member.start_lat,
        "travel_s": member.travel_s,
        "off": member.off,
        "why": member.why,
        "problem": problem,
        "stops": [_stop(world, day, e, account, faces) for e in day.round_of(member.user)],
    } | _times(world, day, times)


def _stop(world: World, day: DayRounds, errand: Errand, account: Account, faces: Faces) -> dict[str, Any]:
    rule = world.catalogue.rounds.errands.get(errand.what)
    shown: dict[str, Any] = {
        name: plain(getattr(errand, name), world.zone)
        for name in ("id", "what", "state", "worker", "turn", "cell", "service_s", "windows", "skills", "why")
    }
    times = {
        "arrive_at": errand.arrive_s,
        "begin_at": errand.begin_s,
        "leave_at": errand.leave_s,
        "told_from": errand.told_from_s,
        "told_until": errand.told_until_s,
    }
    shown |= _times(world, day, times)
    shown |= {
        "what_name": rule.name_zh if rule else errand.what,
        "state_name": STOP_STATES.get(errand.state, errand.state),
        "cell_name": cell_name(world, errand.cell),
        "arrived_at": plain(errand.arrived_at, world.zone),
        "late_min": _late_min(world, day, errand),
        "why_name": STOP_WHYS.get(errand.why, errand.why),
        "found": faces.found.get(errand.resident, "") if errand.resident else "",
    }
    return shown | _person(errand, faces) if account.role in KEEPERS else shown


def _person(errand: Errand, faces: Faces) -> dict[str, Any]:
    """Show whom a stop is at, masked, and where."""
    known = faces.residents.get(errand.resident)
    masked = masked_resident(known) if known else None
    return {
        "resident": errand.resident,
        "name": masked.name if masked else "",
        "address": masked.address if masked else "",
        "ticket": errand.ticket,
        "note": errand.note,
        "lon": errand.lon,
        "lat": errand.lat,
    }


def _times(world: World, day: DayRounds, seconds: Mapping[str, int | None]) -> dict[str, Any]:
    """Write seconds of the day as times."""
    at = {name: None if s is None else moment(world.city, day, s) for name, s in seconds.items()}
    shown: dict[str, Any] = plain(at, world.zone)
    return shown


def _late_min(world: World, day: DayRounds, errand: Errand) -> int | None:
    """Tell by how many minutes somebody came after the planned begin, 0 when before it; None when nobody came."""
    if errand.arrived_at is None or errand.begin_s is None:
        return None
    late = errand.arrived_at - moment(world.city, day, errand.begin_s)
    return max(0, round(late.total_seconds() / MINUTE_S))
