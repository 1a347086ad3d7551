"""Where people on shift are, told to open pages: what changed since the last second, in one note a page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.access import SENDERS
from api.views.position import live_view
from api.world import World
from data.registers.positions import told_of
from data.registers.rota import on_shift, rota
from grid.account import Account

PERIOD_S = 1.0


class Moves:
    """Follows the positions that other processes took, drops who is off shift, and tells pages of who may see them."""

    def __init__(self) -> None:
        self._areas: Mapping[str, str] = {}

    def tell(self, world: World, now: datetime) -> None:
        """Tell each page, in one note, of everybody of its area who moved, and who is gone; nothing where nobody did."""
        people = world.city.people
        with world.database.read() as session:
            people.follow(session, now)
            held = people.newest()
            plan = rota(session, world.zone)
            told = told_of(session, world.city, plan, now) if held else {}
        people.forget(held.keys() - told.keys())
        before, self._areas = self._areas, {user: one.area for user, one in told.items()}
        moved = people.changed() & told.keys()
        gone = before.keys() - told.keys()
        if not moved and not gone:
            return

        def note_for(account: Account) -> dict[str, Any] | None:
            if account.role not in SENDERS or not on_shift(plan, account.user, account.role, now):
                return None

            def sees(area: str) -> bool:
                return world.scheme.contains(account.area, area)

            mine = sorted(user for user in moved if sees(told[user].area))
            left = sorted(user for user in gone if sees(before[user]))
            if not mine and not left:
                return None
            shown = [live_view(world, held[user], told[user], now) for user in mine]
            return {"kind": "positions", "moved": shown, "gone": left}

        world.live.tell_each(note_for)
