"""How much each agent has to do: hours on shift, alarms in hand, alarms taken and how soon."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import AccountRow, AlarmRow
from data.registers.rota import ROLES_OF_POST
from dispatch.alarms.shift import Rota

DESK = ("agent", "shift_leader")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoad:
    """Of one agent: hours on shift and alarms taken in a span of time, the median seconds until they were taken.

    ``in_hand`` counts the open alarms with the agent now; ``take_s`` is None where none was taken. Drills do not count.
    """

    user: str
    name: str
    shift_h: float
    in_hand: int
    taken: int
    take_s: float | None


def agent_loads(session: Session, plan: Rota, since: datetime, until: datetime) -> list[AgentLoad]:
    """Give the load of everybody who may take alarms, was on shift or took one, by user.

    Parameters
    ----------
    session : Session
    plan : Rota
    since, until : datetime
        Aware.

    Returns
    -------
    list of AgentLoad
        Empty where there is nobody.
    """
    hours: defaultdict[str, float] = defaultdict(float)
    for shift in plan.shifts(since, until):
        if shift.post in DESK:
            span = min(shift.end, until) - max(shift.start, since)
            hours[shift.user] += span.total_seconds() / 3600
    real = ~AlarmRow.drill & (AlarmRow.agent != "")
    open_now = select(AlarmRow.agent, func.count()).where(real, AlarmRow.closed_at.is_(None))
    in_hand = {agent: int(n) for agent, n in session.execute(open_now.group_by(AlarmRow.agent))}
    waits: defaultdict[str, list[float]] = defaultdict(list)
    taken = select(AlarmRow.agent, AlarmRow.raised_at, AlarmRow.taken_at).where(
        real, AlarmRow.taken_at >= since, AlarmRow.taken_at < until
    )
    for agent, raised_at, taken_at in session.execute(taken):
        if taken_at is not None:
            waits[agent].append((taken_at - raised_at).total_seconds())
    busy = {*hours, *in_hand, *waits}
    who = (AccountRow.role.in_(ROLES_OF_POST["agent"]) & AccountRow.active) | AccountRow.user.in_(busy)
    return [
        AgentLoad(
            user=row.user,
            name=row.name,
            shift_h=round(hours[row.user], 1),
            in_hand=in_hand.get(row.user, 0),
            taken=len(waits[row.user]),
            take_s=median(waits[row.user]) if waits[row.user] else None,
        )
        for row in session.scalars(select(AccountRow).where(who).order_by(AccountRow.user))
    ]
