"""The page of shifts: a week by post with its gaps, who is on now, swaps, notes from shift to shift, load by agent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from api.pages.shell import page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.v1.shifts import DESK, on_duty_now
from api.world import World
from data.models import AccountRow, HandOverRow
from data.registers.agent_load import agent_loads
from data.registers.rota import ROLES_OF_POST, rota, written_posts
from dispatch.alarms.shift import Gap, Rota, Shift
from grid.account import Account

router = Router(include_in_schema=False)
NOTES = 10
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """One post on one day: the shifts that begin on it, and the times of it that nobody holds."""

    day: date
    shifts: tuple[Shift, ...]
    gaps: tuple[Gap, ...]


def squares(world: World, plan: Rota, post: str, days: Sequence[date]) -> list[Square]:
    """Lay a post's shifts and gaps out by day; gaps only where the rota says anything of the post."""
    edges = [datetime.combine(day, time(0), world.zone) for day in (*days, days[-1] + timedelta(days=1))]
    known = [s for s in plan.shifts(edges[0], edges[-1]) if s.post == post]
    written = post in written_posts(plan)
    return [
        Square(
            day=day,
            shifts=tuple(s for s in known if start <= s.start < end),
            gaps=plan.gaps(post, start, end) if written else (),
        )
        for day, start, end in zip(days, edges, edges[1:], strict=False)
    ]


@router.get("/desk/rota")
def rota_page(
    request: Request,
    world: WorldDep,
    account: Annotated[Account, Depends(visitor(*DESK))],
    week: date | None = None,
) -> HTMLResponse:
    """Show the week of a day, by default this one."""
    now = world.clock()
    day = week or world.local(now).date()
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    start = datetime.combine(monday, time(0), world.zone)
    with world.database.read() as session:
        plan = rota(session, world.zone)
        posts = [p for p in ROLES_OF_POST if p in written_posts(plan) or p in ("agent", "shift_leader")]
        loads = agent_loads(session, plan, start, start + WEEK)
        latest = select(HandOverRow).order_by(HandOverRow.id.desc()).limit(NOTES)
        notes = [
            (n.post, n.by, n.to, world.local(n.at), n.note, n.open_alarms) for n in session.scalars(latest)
        ]
        people = {
            row.user: row.name
            for row in session.scalars(select(AccountRow).where(AccountRow.active).order_by(AccountRow.user))
            if any(row.role in roles for roles in ROLES_OF_POST.values())
        }
    return page(
        request,
        world,
        account,
        "desk_rota.html",
        days=days,
        today=world.local(now).date(),
        before=monday - WEEK,
        after=monday + WEEK,
        grid=[(post, squares(world, plan, post, days)) for post in posts],
        written=written_posts(plan),
        duty=on_duty_now(world),
        loads=loads,
        notes=notes,
        people=people,
        local=world.local,
    )
