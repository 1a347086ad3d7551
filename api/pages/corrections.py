"""The administrator's page of records that cannot be right: by check, with what to do about each."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.pages.admin import AdminDep, admin_page
from api.pages.shell import language_of
from api.roles import WorldDep, part_of
from api.routing import Router
from api.views.correction import correction_view
from data.queries.corrections import CorrectionFilter, cell_truths, count_open, list_corrections
from data.queries.paging import Ask
from data.queries.scope import seen
from data.store.kinds.upkeep import CORRECTION
from dispatch.errors import BadFieldError

router = Router(include_in_schema=False)
SHOWN = 50
WORST_CELLS = 20


@router.get("/admin/corrections")
def listed(
    request: Request, world: WorldDep, account: AdminDep, check: str = "", after: str = ""
) -> HTMLResponse:
    """List open corrections of one's area, of one check where that is named, and the cells least fresh."""
    scope, lang = seen(CORRECTION, account.actor(), world.scheme), language_of(request)
    rule, now = world.catalogue.rulebook.registers.records["residents"], world.clock()
    with world.database.read() as session:
        counts = count_open(session, scope)
        try:
            page = list_corrections(
                session,
                scope,
                CorrectionFilter(check=check[:60]),
                Ask(limit=SHOWN, after=after[:400] or None),
            )
        except BadFieldError:  # a mark of another list
            page = list_corrections(session, scope, CorrectionFilter(check=check[:60]), Ask(limit=SHOWN))
        cells = [c for c in cell_truths(session, part_of(world, account), rule, now) if c.people]
    checks = world.catalogue.checks.checks
    more = {
        "rows": [correction_view(world, one, lang) for one in page.items],
        "next": page.next,
        "check": check,
        "counts": [
            (code, one.name_en if lang == "en" else one.name_zh, counts.get(code, 0))
            for code, one in checks.items()
        ],
        "hour": world.catalogue.checks.hour,
        "fresh_days": rule.fresh.days,
        "cells": sorted(cells, key=lambda c: (c.fresh / c.people, c.cell))[:WORST_CELLS],
    }
    return admin_page(request, world, account, "admin_corrections.html", name="corrections", **more)
