"""The own score with every entry behind it, appeals against entries, and their two reviews."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.forms import Form, Short
from api.locale.words import words
from api.pages.shell import language_of, page, visitor
from api.pages.ticket import ROLE_WORDS
from api.roles import WorldDep, part_of
from api.routing import Router
from api.v1.appeals import appeal_for, appeal_view, line_view
from api.v1.asks import MONTH
from api.v1.figures import league_rows
from api.views.figures import definitions
from api.views.reasons import evidence
from api.views.shape import plain
from api.world import World
from data.desk.appeals import entry_of
from data.figures.appraisals import LedgerLine, appeals_of, appraisal_for, ledger_lines
from data.queries.tickets import timeline
from grid.account import Account
from grid.period import month_period
from grid.reasons import read_reason

router = Router(include_in_schema=False)
ClerkDep = Annotated[Account, Depends(visitor("department", "admin"))]
ReaderDep = Annotated[Account, Depends(visitor("department", "dispatcher", "leader", "admin"))]
TABS = ("mine", "open", "all")


class AppealsAsk(Form):
    """Which appeals: those that wait for the reader, all that are not decided, or all; of one department or all."""

    tab: Annotated[str, Field(pattern=f"^({'|'.join(TABS)})$")] = "mine"
    department: Short = ""
    lang: Short = ""


@router.get("/work/score")
def own_score(
    request: Request,
    world: WorldDep,
    account: ClerkDep,
    month: Annotated[str, Query(pattern=rf"^$|{MONTH}")] = "",
) -> HTMLResponse:
    """Show the own score of a month with every entry behind it, and let it be appealed against in time."""
    now = world.clock()
    month = month or f"{world.local(now):%Y-%m}"
    with world.database.read() as session:
        lines = ledger_lines(
            session, month_period(month, _zone(world)), account.department, part_of(world, account)
        )
        appraisal = appraisal_for(session, month)
    place = next(iter(league_rows(world, account, month)), None) if account.department else None
    open_until = appraisal.open_until if appraisal and appraisal.state == "open" else None
    return page(
        request,
        world,
        account,
        "work_score.html",
        month=month,
        place=place,
        defined=definitions(language_of(request)),
        entries=[_entry(request, world, line, account, open_until) for line in lines],
        department=world.city.department_name(account.department),
        appraisal=appraisal,
        open_until=plain(open_until, _zone(world)),
        as_of=now,
    )


@router.get("/appeals")
def appeals(
    request: Request, ask: Annotated[AppealsAsk, Query()], world: WorldDep, account: ReaderDep
) -> HTMLResponse:
    """List appeals, late reviews first."""
    unit = account.department if account.role == "department" else ask.department
    with world.database.read() as session:
        found = [
            appeal_view(world, a, account) for a in appeals_of(session, unit, prefix=part_of(world, account))
        ]
    sets = {
        "mine": [a for a in found if a["actions"]],
        "open": [a for a in found if not a["ended"]],
        "all": found,
    }
    shown = sorted(
        sets[ask.tab], key=lambda a: (not a["late"], a["ended"], a["due_at"] if not a["ended"] else "")
    )
    return page(
        request,
        world,
        account,
        "appeals.html",
        ask=ask,
        items=shown,
        sizes={tab: len(rows) for tab, rows in sets.items()},
        late=sum(a["late"] for a in found),
        department_name=world.city.department_name(unit) if unit else "",
        as_of=world.clock(),
    )


@router.get("/appeals/{no}")
def appeal(request: Request, no: str, world: WorldDep, account: ReaderDep) -> HTMLResponse:
    """Show one appeal: the deduction, what both sides said, the ledger before and after, and what can be done."""
    found = appeal_for(world, no, account)
    with world.database.read() as session:
        steps = timeline(session, "appeal", no)
        entry = entry_of(session, found.entry)
        month = f"{world.local(found.entry_at):%Y-%m}"
        lines = ledger_lines(session, month_period(month, _zone(world)), found.unit)
        late_month = f"{world.local(found.decided_at or found.entry_at):%Y-%m}"
        if late_month != month:
            lines += ledger_lines(session, month_period(late_month, _zone(world)), found.unit)
    about = [line for line in lines if line.id == found.entry or _gives_back(line, found.no)]
    return page(
        request,
        world,
        account,
        "appeal.html",
        a=appeal_view(world, found, account),
        entry=plain(entry, _zone(world)),
        entry_said=evidence(
            entry.evidence, language_of(request), _zone(world), world.catalogue.rulebook.stage_names
        ),
        lines=[_entry(request, world, line, account, None) for line in about],
        steps=[_step(request, world, step) for step in plain(steps, _zone(world))],
        as_of=world.clock(),
    )


def _gives_back(line: LedgerLine, no: str) -> bool:
    if line.entry.kind != "reversal":
        return False
    why = read_reason(line.entry.evidence)
    return f"appeal {no}:" in line.entry.evidence if why is None else why.given.get("appeal") == no


def _entry(
    request: Request, world: World, line: LedgerLine, account: Account, open_until: datetime | None
) -> dict[str, Any]:
    lang = language_of(request)
    shown = line_view(world, line, account, open_until)
    kind = words(lang).gettext("冲销") if line.entry.kind == "reversal" else shown["kind_name"]
    return shown | {
        "kind_name": kind,
        "said": evidence(line.entry.evidence, lang, _zone(world), world.catalogue.rulebook.stage_names),
    }


def _step(request: Request, world: World, step: dict[str, Any]) -> dict[str, Any]:
    """Show one line of what happened to an appeal."""
    say, told = words(language_of(request)).gettext, step["payload"]
    lifecycle = world.catalogue.appeals.lifecycle
    labels = {m.action: m.label for m in lifecycle.possible(told.get("from", ""))}
    said = {name: told[name] for name in ("reason", "note") if told.get(name)}
    return {
        "label": labels.get(step["name"], say("提出申诉")),
        "at": step["at"],
        "by": step["by"],
        "role": say(ROLE_WORDS.get(step["role"], step["role"])),
        "said": said,
        "photos": told.get("evidence", []),
        "state": "late" if step["role"] == "clock" else "",
    }


def _zone(world: World) -> Any:  # noqa: ANN401 - the district's ZoneInfo
    return world.zone
