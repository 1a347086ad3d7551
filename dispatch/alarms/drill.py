"""Drills: what came of them, one by one and by agent; they count in no other figure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from dispatch.alarms.fact import Alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """One drill; seconds count from its beginning, None for what was not done. ``agent`` is empty while nobody took it."""

    no: str
    cause: str
    device: str
    agent: str
    raised_at: datetime
    take_s: float | None
    call_back_s: float | None
    close_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDrills:
    """What an agent did in drills: how many were taken, and the medians of the seconds; None without any."""

    agent: str
    taken: int
    take_s: float | None
    call_back_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillReport:
    """Drills as given, agents by name, and how many of the drills nobody took."""

    drills: tuple[Drilled, ...]
    agents: tuple[AgentDrills, ...]
    untaken: int


def drilled(alarm: Alarm) -> Drilled:
    """Tell what came of one drill."""

    def after(at: datetime | None) -> float | None:
        return (at - alarm.raised_at).total_seconds() if at is not None else None

    return Drilled(
        no=alarm.no,
        cause=alarm.cause,
        device=alarm.device,
        agent=alarm.agent or alarm.closed_by,
        raised_at=alarm.raised_at,
        take_s=after(alarm.taken_at),
        call_back_s=after(alarm.called_at),
        close_s=after(alarm.closed_at),
    )


def report(alarms: Iterable[Alarm]) -> DrillReport:
    """Report on drills.

    Parameters
    ----------
    alarms : iterable of Alarm
        Those that are no drill are left out.

    Returns
    -------
    DrillReport
        Empty without drills.
    """
    found = tuple(drilled(alarm) for alarm in alarms if alarm.drill)
    by_agent: defaultdict[str, list[Drilled]] = defaultdict(list)
    for one in found:
        if one.take_s is not None:
            by_agent[one.agent].append(one)
    agents = tuple(
        AgentDrills(
            agent=agent,
            taken=len(mine),
            take_s=_median([one.take_s for one in mine]),
            call_back_s=_median([one.call_back_s for one in mine]),
        )
        for agent, mine in sorted(by_agent.items())
    )
    return DrillReport(drills=found, agents=agents, untaken=sum(one.take_s is None for one in found))


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
