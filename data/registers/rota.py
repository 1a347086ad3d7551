"""The rota as it is kept: layers, swaps, and who holds a post at a time."""

from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import AccountRow, LayerRow, SwapRow, fact_of
from dispatch.alarms.shift import Layer, Rota, Swap

ROLES_OF_POST: Mapping[str, tuple[str, ...]] = {
    "agent": ("dispatcher",),
    "shift_leader": ("admin",),
    "community": ("worker",),
    "responder": ("worker",),
    "street": ("department", "leader"),
}
"""Who holds a post for which no rota was written: everybody of these roles, at any hour."""


def layer_values(layer: Layer) -> dict[str, Any]:
    """Return a layer as the columns of its row."""
    return {
        "code": layer.code,
        "post": layer.post,
        "start": f"{layer.start:%H:%M}",
        "end": f"{layer.end:%H:%M}",
        "members": [list(together) for together in layer.members],
        "first_day": layer.first_day,
        "last_day": layer.last_day,
        "turn_days": layer.turn_days,
        "weekdays": sorted(layer.weekdays),
    }


def layer_of(row: LayerRow) -> Layer:
    """Read a layer from its row."""
    return Layer(
        code=row.code,
        post=row.post,
        start=time.fromisoformat(row.start),
        end=time.fromisoformat(row.end),
        members=tuple(tuple(together) for together in row.members),
        first_day=row.first_day,
        last_day=row.last_day,
        turn_days=row.turn_days,
        weekdays=frozenset(row.weekdays),
    )


def rota(session: Session, zone: ZoneInfo) -> Rota:
    """Read the whole rota; empty where none was written."""
    layers = session.scalars(select(LayerRow).order_by(LayerRow.code))
    swaps = session.scalars(select(SwapRow).order_by(SwapRow.id))
    return Rota(
        zone=zone,
        layers=tuple(layer_of(row) for row in layers),
        swaps=tuple(fact_of(Swap, row) for row in swaps),
    )


def written_posts(plan: Rota) -> frozenset[str]:
    """Give the posts that the rota says anything of."""
    return frozenset(layer.post for layer in plan.layers) | frozenset(swap.post for swap in plan.swaps)


def on_post(session: Session, plan: Rota, post: str, at: datetime) -> list[AccountRow]:
    """List the active accounts that hold a post at a time, longest on first.

    Parameters
    ----------
    session : Session
    plan : Rota
    post : str
        One of `ROLES_OF_POST`.
    at : datetime

    Returns
    -------
    list of AccountRow
        By the rota where it says anything of the post, else all of the post's roles by name.
    """
    if post not in written_posts(plan):
        return _accounts(session, AccountRow.role.in_(ROLES_OF_POST.get(post, ())))
    users = plan.on_duty(post, at)
    known = {row.user: row for row in _accounts(session, AccountRow.user.in_(users))}
    return [known[user] for user in users if user in known]


def on_shift(plan: Rota, user: str, role: str, at: datetime) -> bool:
    """Tell whether somebody is on shift: by the rota where it says anything of a post of their role, else at any hour.

    Parameters
    ----------
    plan : Rota
    user, role : str
        Of an account; a role that holds no post is never on shift.
    at : datetime

    Returns
    -------
    bool
    """
    posts = {post for post, roles in ROLES_OF_POST.items() if role in roles}
    written = posts & written_posts(plan)
    return bool(posts) and (not written or any(user in plan.on_duty(post, at) for post in written))


def _accounts(session: Session, which: Any) -> list[AccountRow]:  # noqa: ANN401 - a condition
    query = select(AccountRow).where(which, AccountRow.active).order_by(AccountRow.user)
    return list(session.scalars(query))


def unreachable(session: Session, users: Collection[str]) -> list[str]:
    """Name those of a rota who have no active account: at an alarm they count as nobody."""
    known = set(session.scalars(select(AccountRow.user).where(AccountRow.user.in_(users), AccountRow.active)))
    return sorted(set(users) - known)
