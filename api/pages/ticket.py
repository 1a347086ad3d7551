"""One ticket as everybody who may see it sees it: facts, deadline, timeline, photos, map, actions."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from api.locale.places import place_name
from api.locale.words import words
from api.pages.shell import language_of, look, map_page, page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.views.names import cell_name, line_name
from api.views.reasons import evidence, limit, reason
from api.views.ticket import ticket_detail
from api.world import World
from data.errors import MissingError
from data.queries.scope import find
from data.store.kinds.cases import TICKET
from geo.place import Box
from grid.account import Account
from grid.tickets.dialogue import SPOKEN
from grid.tickets.ticket import possible
from maps.facts import CellShape, Pin
from maps.pages import desk_map
from maps.style import State

router = Router(include_in_schema=False)
VisitorDep = Annotated[Account, Depends(visitor())]
AROUND_DEG = 0.004
LAMP_STATES: Mapping[str, State] = {"green": "ok", "yellow": "warn", "orange": "warn", "red": "late"}
TOLD_FIELDS = (
    "stage",
    "reason",
    "note",
    "department",
    "limit",
    "review_on",
    "parent",
    "rating",
    "solved",
    "due_at",
    "cause",
    "distance_m",
    "line",
    "number",
    "cell",
    "cell_before",
)
ROLE_WORDS = {
    "resident": "居民",
    "worker": "网格员",
    "dispatcher": "调度员",
    "department": "部门",
    "provider": "服务商",
    "hotline": "外线",
    "leader": "领导",
    "admin": "管理员",
    "officer": "数据保护员",
    "nurse": "社区护士",
    "clock": "系统计时",
}


def ticket_context(
    request: Request, world: World, session: Session, account: Account, no: str
) -> dict[str, Any]:
    """Collect what the parts of a ticket page show.

    Raises
    ------
    MissingError
        When there is no such ticket for this account.
    """
    lang, now = language_of(request), world.clock()
    found = find(session, TICKET, no, account.actor(), world.scheme)
    shown = ticket_detail(world, session, found, account, now)
    number, _, clock = shown["limit"].partition(" ")
    return {
        "t": shown,
        "steps": [_step(world, step, lang) for step in shown["timeline"] if _worth_telling(step)],
        "stretches": [s | {"why": reason(s["why"], lang)} for s in shown["explanation"]],
        "staged": [_staged(stage, lang) for stage in shown["stages"]],
        "said": [said(word, lang) for word in shown["dialogue"]],
        "may_say": any(m.action == "say" for m in possible(found, account.actor(), world.catalogue.rulebook)),
        "why": reason(shown["why"], lang),
        "limit_words": limit(shown["limit"], lang),
        "limit_number": number,
        "limit_clock": clock,
        "limit_unit": limit(shown["limit"], lang).partition(" ")[2],
        "takers": takers(world),
        "departments": [(d.code, d.name_zh) for d in world.catalogue.rulebook.departments.values()],
    }


def takers(world: World) -> list[tuple[str, str]]:
    """Give the outside lines that take tickets, as code and name."""
    return [(code, line.name) for code, line in world.catalogue.rulebook.lines.items() if line.takes]


def _staged(stage: dict[str, Any], lang: str) -> dict[str, Any]:
    return stage | {
        "limit_words": limit(stage["limit"], lang),
        "stretches": [s | {"why": reason(s["why"], lang)} for s in stage["explanation"]],
    }


def said(word: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Show one thing said: who in the reader's words, and the system's messages written out."""
    say = words(lang).gettext
    written = {
        "merged": say("与同一问题 %(no)s 合并办理，按较早的时限办结，两个号码都能查进度"),
        "absorbed": say("另有一件相同的上报 %(no)s 并入，一并办理"),
        "closed": say("合并办理的 %(no)s 已结案"),
    }
    text = written[word["message"]] % {"no": word["about"]} if word["message"] in written else word["text"]
    return {
        "at": word["at"],
        "by": word.get("by", ""),
        "who": say("系统") if word["role"] == "clock" else say(ROLE_WORDS.get(word["role"], word["role"])),
        "mine": word["role"] == "resident",
        "text": text,
        "question": word["question"],
    }


def natures(world: World, lang: str) -> list[tuple[str, str]]:
    """Give code and name of what a report can be to its reporter, as the catalogue orders them."""
    return [
        (n.code, n.name_en if lang == "en" else n.name_zh) for n in world.catalogue.rulebook.natures.values()
    ]


def entries_view(world: World, entries: list[Any], lang: str) -> list[dict[str, Any]]:
    """Show ledger entries with the names of their kinds and their evidence in the reader's words."""
    kinds, zone = world.catalogue.rulebook.deductions, world.zone
    return [
        {
            "unit": e.unit,
            "unit_name": world.city.department_name(e.unit),
            "subject": e.subject,
            "kind": kinds[e.kind].name_zh if e.kind in kinds else words(lang).gettext("冲销"),
            "step": e.step,
            "points": e.points_centi / 100,
            "at": e.at.astimezone(zone),
            "evidence": evidence(e.evidence, lang, zone, world.catalogue.rulebook.stage_names),
            "rules": e.rules,
        }
        for e in entries
    ]


@router.get("/ticket/{no}")
def ticket(request: Request, no: str, world: WorldDep, account: VisitorDep) -> HTMLResponse:
    """Show one ticket; who may not see it is told the same as if there were none."""
    try:
        with world.database.read() as session:
            context = ticket_context(request, world, session, account, no)
    except MissingError:
        answer = page(request, world, account, "ticket_missing.html", no=no)
        answer.status_code = 404
        return answer
    return page(request, world, account, "ticket.html", **context)


@router.get("/ticket/{no}/map")
def ticket_map(request: Request, no: str, world: WorldDep, account: VisitorDep) -> Response:
    """Draw where a ticket lies, with its cell and those across a near border."""
    with world.database.read() as session:
        found = find(session, TICKET, no, account.actor(), world.scheme)
    lon, lat = found.place.lon, found.place.lat
    category = world.catalogue.rulebook.category(found.category)
    cells = [
        CellShape(id=code, name=world.city.cells[code].name, shape=world.city.cell_shapes[code])
        for code in (found.cell, *found.border_cells)
        if code in world.city.cells
    ]
    pin = Pin(
        lon=lon,
        lat=lat,
        label=category.name_zh[:1],
        kind="ticket",
        id=no,
        tooltip=f"{category.name_zh}\n{found.address or found.description[:40]}",
        state=LAMP_STATES[found.lamp],
    )
    around = Box(lon - AROUND_DEG, lat - AROUND_DEG, lon + AROUND_DEG, lat + AROUND_DEG)
    return map_page(request, desk_map(look(request, world, around), None, others=[pin], cells=cells))


def _worth_telling(step: Mapping[str, Any]) -> bool:
    """Leave out what was said, which stands apart, and ticks that only changed a lamp on its way to red."""
    if step["name"] in SPOKEN - {"wait", "answer", "reply"}:
        return False
    told = step["payload"]
    return bool(step["name"] != "tick" or told.get("lamp") == "red" or "line_silent" in told)


def _step(world: World, step: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Show one line of a timeline: its label, who, and what was said."""
    payload = step["payload"]
    label = _label(world, step, lang)
    said = {name: payload[name] for name in TOLD_FIELDS if payload.get(name) not in (None, "")}
    if "department" in said:
        said["department"] = place_name(world.city.department_name(said["department"]), lang)
    for name in ("cell", "cell_before"):
        if name in said:
            said[name] = place_name(cell_name(world, said[name]), lang)
    if line := said.get("line") or payload.get("line_silent"):
        said["line"] = line_name(world, line)
    if "limit" in said:
        said["limit"] = limit(said["limit"], lang)
    if "stage" in said:
        names = world.catalogue.rulebook.stage_names
        said["stage"] = words(lang).gettext(names.get(said["stage"], said["stage"]))
    late = step["name"] == "tick" or payload.get("on_time") is False or step["name"] in ("fail", "contest")
    return {
        "label": label,
        "at": step["at"],
        "by": step["by"],
        "role": words(lang).gettext(ROLE_WORDS.get(step["role"], step["role"])),
        "said": said,
        "photos": payload.get("evidence", []),
        "state": "late" if late else "",
        "to": world.catalogue.rulebook.lifecycle.labels.get(payload.get("to", ""), ""),
    }


def _label(world: World, step: Mapping[str, Any], lang: str) -> str:
    """Name a step by the label its action has in the lifecycle."""
    say = words(lang).gettext
    if "line_silent" in step["payload"]:
        return say("外线逾期未回")
    own = {"reported": say("上报"), "tick": say("超过时限"), "recompute": say("节假日公布，时限重新计算")}
    if step["name"] in own:
        return own[step["name"]]
    lifecycle, begun = world.catalogue.rulebook.lifecycle, step["payload"].get("from", "")
    labels = {move.action: move.label for move in lifecycle.possible(begun)} if begun else {}
    name: str = step["name"]
    return labels.get(name, name)
