"""What is watched so that the system goes on: jobs, the process itself, what waits, devices, backups."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from api.alarm_timers import ALARM_TIMERS
from api.answers.operations import Operations, OperationsLine, State
from api.clockwork import state_of
from api.timers import TIMERS
from api.world import World
from data.errors import BadBackupError
from data.registers.backlog import Backlog, backlog
from data.store.backup import last_backup

PATIENCE = timedelta(minutes=1)
"""By which a job may be late before somebody has to look."""
MOST_LAG_S = 10.0
"""A process that follows others later than this leaves the pool of a reverse proxy."""
LOST = timedelta(seconds=15)
"""After which a lost line to the broker is late; a broker that is started again is back before."""
UNTAKEN = timedelta(minutes=1)
UNSENT = timedelta(minutes=2)
BEHIND = timedelta(hours=1)
MANY_SILENT = 0.1
MOST_NAMED = 5
WORST: tuple[State, ...] = ("late", "warn", "ok")


def jobs(world: World) -> Sequence[tuple[str, timedelta]]:
    """List the jobs of a process by name with their periods; none where the settings leave them to another process."""
    if not world.settings.timers:
        return ()
    webhooks = ("webhooks", timedelta(seconds=world.settings.timer_period_s))
    return (*((timer.name, timer.period) for timer in (*ALARM_TIMERS, *TIMERS)), webhooks)


def stands_still(world: World, name: str, period: timedelta) -> bool:
    """Tell whether a job has not run for longer than its period, by the clock that nobody sets."""
    ran_at_s = state_of(world, name).ran_at_s
    since_s = world.elapsed() - (world.started_s if ran_at_s is None else ran_at_s)
    return since_s > (period + PATIENCE).total_seconds()


def operations(world: World, now: datetime) -> Operations:
    """Look at everything that is watched."""
    silent = world.catalogue.rulebook.registers.devices.silent
    with world.database.read() as session:
        waits = backlog(session, now, silent)
    lines = (
        *_jobs(world),
        *_process(world),
        *_waiting(waits, now),
        _devices(waits),
        *_broker(world),
        _backup(world, now),
    )
    state = next(state for state in WORST if any(line.state == state for line in lines))
    return Operations(state=state, at=now, started_at=world.started_at, lines=lines)


def _line(part: str, name: str, state: str = "ok", finding: str = "", **more: Any) -> OperationsLine:  # noqa: ANN401 - fields of a line
    usual = {"count": 0, "at": None, "next_at": None, "note": ""}
    return OperationsLine(part=part, name=name, state=state, finding=finding, **(usual | more))  # type: ignore[arg-type]  # one of the words


def _jobs(world: World) -> Iterator[OperationsLine]:
    """One line a job: late when it stands still or is held, else a warning when it failed on something."""
    for name, period in jobs(world):
        state = state_of(world, name)
        due = None if state.last_run is None else state.last_run + period
        more: dict[str, Any] = {"count": state.done, "at": state.last_run, "next_at": due}
        if state.held:
            yield _line("jobs", name, "late", "held", **more | {"note": state.held})
        elif stands_still(world, name, period):
            yield _line("jobs", name, "late", "stands_still", **more)
        elif state.aside:
            yield _line(
                "jobs",
                name,
                "warn",
                "set_aside",
                **more | {"note": ", ".join(sorted(state.aside)[:MOST_NAMED])},
            )
        elif state.failures:
            yield _line("jobs", name, "warn", "failed", **more | {"note": str(state.failures)})
        else:
            yield _line("jobs", name, **more)
    if not world.settings.timers:
        yield _line("jobs", "elsewhere", "warn", "elsewhere")


def _process(world: World) -> Iterator[OperationsLine]:
    lag_s = world.follower.lag_s if world.settings.follow else 0.0
    late = ("late", "lags") if lag_s >= MOST_LAG_S else ("ok", "")
    yield _line("process", "following", *late, count=round(lag_s))
    table, rules = world.rules.table, world.catalogue
    yield _line(
        "process",
        "rules",
        *(("late", "rules_unfit") if world.rules.unfit else ("ok", "")),
        count=len(rules.rulebook.responsibility),
        at=table.since if table else None,
        note=rules.version,
    )
    free, least = world.home.free_bytes(), world.home.reserve_bytes
    room = (
        ("late", "disk_full") if free < least else ("warn", "disk_short") if free < 2 * least else ("ok", "")
    )
    yield _line("process", "disk", *room, count=free // 2**20)
    stranded = len(world.city.engine.stranded)
    yield _line("process", "stranded", *(("warn", "stranded") if stranded else ("ok", "")), count=stranded)


def _waiting(waits: Backlog, now: datetime) -> Iterator[OperationsLine]:
    alarms, notices, failed = waits.alarms, waits.notices, waits.notices_failed
    is_old = alarms.since is not None and now - alarms.since > UNTAKEN
    yield _line(
        "backlog",
        "alarms",
        *(("late", "untaken") if is_old else ("ok", "")),
        count=alarms.count,
        at=alarms.since,
    )
    is_old = notices.since is not None and now - notices.since > UNSENT
    yield _line(
        "backlog",
        "notices",
        *(("late", "unsent") if is_old else ("ok", "")),
        count=notices.count,
        at=notices.since,
    )
    refused = ("warn", "refused") if failed.count else ("ok", "")
    yield _line("backlog", "notices_failed", *refused, count=failed.count, at=failed.since)
    behind = waits.deliveries
    is_old = waits.systems_failing > 0 and (behind.since is None or now - behind.since > BEHIND)
    told = ("late", "behind") if is_old else ("warn", "behind") if waits.systems_failing else ("ok", "")
    yield _line("backlog", "deliveries", *told, count=behind.count, at=behind.since)
    held = ("warn", "quarantined") if waits.imports_held else ("ok", "")
    yield _line("backlog", "imports", *held, count=waits.imports_held)
    late, troubled = waits.feeds_late, waits.feeds_troubled
    told = ("late", "feeds_late") if late else ("warn", "feeds_troubled") if troubled else ("ok", "")
    yield _line(
        "backlog",
        "feeds",
        *told,
        count=len(late or troubled),
        note=", ".join((late or troubled)[:MOST_NAMED]),
    )


def _devices(waits: Backlog) -> OperationsLine:
    many = waits.devices_silent > MANY_SILENT * waits.devices
    told = ("late" if many else "warn", "silent") if waits.devices_silent else ("ok", "")
    return _line("devices", "silent", *told, count=waits.devices_silent, note=str(waits.devices))


def late_broker(world: World) -> str | None:
    """Say why the line to the broker is lost or takes nothing for too long, None while it is well or not used."""
    broker, now = world.broker, world.clock()
    if broker.state == "lost" and broker.since is not None and now - broker.since > LOST:
        return broker.why
    if broker.state == "connected" and broker.waiting and broker.why:
        return broker.why
    return None


def _broker(world: World) -> Iterator[OperationsLine]:
    broker = world.broker
    if broker.state == "off":
        return
    late = late_broker(world)
    more: dict[str, Any] = {"count": broker.taken, "at": broker.last_message, "note": late or ""}
    if late is not None:
        yield _line("process", "broker", "late", "line_lost", **more)
    elif broker.refused:
        yield _line("process", "broker", "warn", "messages_refused", **more | {"note": str(broker.refused)})
    else:
        yield _line("process", "broker", **more)
    offline = sorted(broker.offline)
    told = ("warn", "gateways_offline") if offline else ("ok", "")
    yield _line("process", "gateways", *told, count=len(offline), note=", ".join(offline[:MOST_NAMED]))


def _backup(world: World, now: datetime) -> OperationsLine:
    try:
        last = last_backup(world.home)
    except BadBackupError as error:
        return _line("backup", "last", "late", "unreadable", note=str(error))
    if last is None:
        return _line("backup", "last", "warn" if world.city.district.sample else "late", "never")
    more: dict[str, Any] = {"at": last.made_at, "note": last.path, "count": last.faults}
    if last.faults:
        return _line("backup", "last", "late", "damaged", **more)
    if now - last.made_at > timedelta(hours=world.settings.backup_hours):
        return _line("backup", "last", "late", "too_old", **more)
    return _line("backup", "last", **more)
