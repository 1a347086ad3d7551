"""One person, one page: who, whom to call, marks, everything that was done for them in the order of time."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from api.access import KEEPERS
from api.pages.shell import page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.v1.people import caller_view
from api.views.resident import resident_line, resident_view, timeline_view
from api.world import World
from data.errors import MissingError
from data.queries.paging import Ask
from data.queries.scope import find
from data.registers.businesses import Business, Whose, businesses
from data.registers.people import history_of, phones_of
from data.registers.residents import ResidentFilter, find_residents
from data.store.kinds.people import RESIDENT
from dispatch.phone import read_phone, show_phone
from grid.account import Account

router = Router(include_in_schema=False)
KeeperDep = Annotated[Account, Depends(visitor(*KEEPERS))]
FOUND = 30
LONGEST = 60
KINDS = ("alarm", "order", "ticket", "question", "visit", "matter", "counter_session")


@router.get("/person")
def find_person(
    request: Request, world: WorldDep, account: KeeperDep, text: str = "", kind: str = ""
) -> HTMLResponse:
    """Find a person by number, name or telephone; a telephone shows also who is not registered."""
    wanted = text.strip()[:LONGEST]
    told: dict[str, Any] = {"wanted": wanted, "caller": None, "found": [], "kind": "", "counts": {}}
    if (phone := read_phone(wanted)) is not None:
        told["caller"] = shown = caller_view(world, account, phone)
        told |= {"phone": show_phone(phone), **_filtered(shown["timeline"], kind)}
    elif wanted:
        prefix = world.scheme.prefix(account.area) if account.area else ""
        with world.database.read() as session:
            rows = find_residents(session, ResidentFilter(text=wanted), Ask(limit=FOUND), prefix).items
        told["found"] = [resident_line(world, one, account) for one in rows]
    return page(request, world, account, "person_find.html", **told)


@router.get("/person/{no}")
def person(no: str, request: Request, world: WorldDep, account: KeeperDep, kind: str = "") -> HTMLResponse:
    """Show one person of one's area; one elsewhere looks like nobody."""
    actor = account.actor()
    with world.database.read() as session:
        try:
            found = find(session, RESIDENT, no, actor, world.scheme)
        except MissingError:
            missing = page(
                request,
                world,
                account,
                "person_find.html",
                wanted=no,
                caller=None,
                found=[],
                kind="",
                counts={},
            )
            missing.status_code = 404
            return missing
        whose = Whose(resident=no, phones=tuple(phones_of(session, found)))
        rows: Sequence[Business] = businesses(session, whose, actor, world.scheme)
        shown, events = resident_view(world, session, found, account), history_of(session, no)
    timeline = timeline_view(world, rows, account)
    rules = world.catalogue.people
    return page(
        request,
        world,
        account,
        "person.html",
        p=shown,
        care_mode=rules.care_modes.get(shown["particulars"]["care_mode"], ""),
        events=events,
        may_order=account.role in ("dispatcher", "admin"),
        tags=_tag_names(world, shown["tags"]),
        **_filtered(timeline, kind),
    )


def _tag_names(world: World, tags: Sequence[str]) -> list[str]:
    known = world.catalogue.people.tags
    return [known[tag].name_zh if tag in known else tag for tag in tags]


def _filtered(timeline: Sequence[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Give the timeline of one kind, or all of it, and how many there are of each."""
    wanted = kind if kind in KINDS else ""
    counts = Counter(one["kind"] for one in timeline)
    return {
        "kind": wanted,
        "counts": {"": len(timeline), **{name: counts[name] for name in KINDS}},
        "timeline": [one for one in timeline if not wanted or one["kind"] == wanted],
    }
