"""What is shown of a correction: which record, what is wrong with it, who corrects it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.locale.words import words
from api.views.names import area_name
from api.views.shape import plain
from api.world import World
from data.models import ResidentRow, fact_of
from data.queries.corrections import CorrectionFilter, list_corrections, stale_records
from data.queries.paging import Ask
from data.queries.scope import seen
from data.store.kinds.people import RESIDENT
from data.store.kinds.upkeep import CORRECTION
from dispatch.resident import Resident, masked_resident
from grid.account import Account
from grid.correction import Correction

MOST_DUE = 20
PAGES = {"residents": "/person/{}", "tickets": "/ticket/{}", "orders": "/desk?no={}"}
"""Where a record is seen, for those whose place is not among the registers of the administrator."""


def correction_view(world: World, one: Correction, lang: str = "zh") -> dict[str, Any]:
    """Show a correction, with its check in words."""
    rule = world.catalogue.checks.checks.get(one.check)
    shown: dict[str, Any] = plain(one, world.zone)
    return shown | {
        "check_name": _check_name(world, one.check, lang),
        "field": rule.field if rule else "",
        "wrong": rule.wrong if rule else False,
        "area_name": area_name(world, one.area),
        "page": PAGES.get(one.register, "/admin/" + one.register + "/{}").format(one.record),
    }


def _check_name(world: World, code: str, lang: str) -> str:
    """Say what a check finds; a check that is not made any more goes by its code."""
    rule = world.catalogue.checks.checks.get(code)
    return code if rule is None else rule.name_en if lang == "en" else rule.name_zh


def due_view(
    world: World, session: Session, account: Account, now: datetime, lang: str = "zh"
) -> list[dict[str, Any]]:
    """Show whose records a worker has to look at again, masked: those that cannot be right, then those past their age.

    Parameters
    ----------
    world : World
    session : Session
    account : Account
        Whose cells.
    now : datetime
        Aware.
    lang : str, optional
        Language of ``why``.

    Returns
    -------
    list of dict
        At most `MOST_DUE`, each with ``why`` in words; empty when all records are right and fresh.
    """
    actor, rule = account.actor(), world.catalogue.rulebook.registers.records["residents"]
    say = words(lang).gettext
    why: dict[str, list[str]] = {}
    scope = seen(CORRECTION, actor, world.scheme)
    wanted = CorrectionFilter(register="residents")
    for one in list_corrections(session, scope, wanted, Ask(limit=MOST_DUE)).items:
        why.setdefault(one.record, []).append(_check_name(world, one.check, lang))
    living = seen(RESIDENT, actor, world.scheme)
    for stale in stale_records(session, living, rule, now, MOST_DUE):
        why.setdefault(stale.no, []).append(say("登记到期未核对"))
    numbers = list(why)[:MOST_DUE]
    rows = session.scalars(select(ResidentRow).where(ResidentRow.no.in_(numbers), living))
    people = {row.no: masked_resident(fact_of(Resident, row)) for row in rows}
    return [_due(people[no], why[no]) for no in numbers if no in people]


def _due(person: Resident, why: list[str]) -> dict[str, Any]:
    return {
        "no": person.no,
        "name": person.name,
        "address": person.address,
        "household": person.household,
        "cell": person.cell,
        "lon": person.place.lon,
        "lat": person.place.lat,
        "tags": list(person.tags),
        "disabled": False,
        "why": why,
    }
