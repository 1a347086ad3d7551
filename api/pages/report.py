"""The report of a month on paper: what the board shows of it, what changed and how sure that is, and where it comes from."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field

from api.forms import Form
from api.locale.places import place_name
from api.locale.words import words
from api.pages.board_ask import ViewerDep, name_of_area
from api.pages.indicator_words import told
from api.pages.indicators import row_of
from api.pages.report_facts import MonthFacts, last_month, read_month
from api.pages.report_pictures import (
    Block,
    cells_picture,
    days_picture,
    departments_picture,
    reach_picture,
)
from api.pages.report_words import cell_moves, department_moves, leading_moves, number
from api.paper import Document, as_pdf, chinese_font
from api.roles import WorldDep
from api.routing import Router
from api.v1.asks import MONTH, AreaCode
from api.views.figures import definitions, percent
from api.world import World
from grid.account import Account
from grid.figures.sets import SHARES as PARTS

router = Router(include_in_schema=False)
Say = Callable[[str], str]
CELLS_SHOWN = 12
ITEMS_SHOWN = 15
COUNTED = (
    "told",
    "rated",
    "asked",
    "due",
    "on_time",
    "late",
    "overdue",
    "reported",
    "open",
    "reworked",
    "unsigned",
)


class ReportAsk(Form):
    """Which month, the last one that is over when left out; area, one's own when left out."""

    month: Annotated[str, Field(pattern=rf"^$|{MONTH}")] = ""
    area: AreaCode = ""
    lang: Annotated[str, Field(pattern="^(zh|en|)$")] = ""


@router.get("/board/report.pdf")
def report(ask: Annotated[ReportAsk, Query()], world: WorldDep, account: ViewerDep) -> Response:
    """Give the report of a month as PDF, over the account's area only."""
    month = ask.month or last_month(world)
    made = month_report(world, account, month, ask.area, ask.lang or "zh")
    name = f"report-{month}{'-' + ask.area if ask.area else ''}.pdf"
    return Response(
        made,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def month_report(world: World, account: Account, month: str, area: str, lang: str) -> bytes:
    """Write the report of a month as PDF; the same figures, rules and font give the same bytes.

    Raises
    ------
    BadFieldError
        See `report_document`.
    NotSetUpError
        Without a Chinese font.
    """
    fonts = world.settings.report_fonts
    font = chinese_font(fonts)
    return as_pdf(report_document(world, account, month, area, lang, font), fonts)


def report_document(world: World, account: Account, month: str, area: str, lang: str, font: str) -> Document:
    """Put the report of a month together.

    Parameters
    ----------
    world : World
    account : Account
        Who reads it: figures are those of its area, for a department of its own tickets, without the indicators.
    month : str
        Such as ``2026-10``; one that is over.
    area : str
        Code of an area; empty for the account's own.
    lang : str
        ``zh`` or ``en``.
    font : str
        Family that the words of pictures are in.

    Raises
    ------
    BadFieldError
        See `read_month`.
    """
    facts = read_month(world, account, month, area, lang)
    say = words(lang).gettext
    name = place_name(name_of_area(world, facts.area.code), lang)
    title = say("{area} · {month} 月报").format(area=name, month=month)
    if account.role == "department":
        title += " · " + place_name(world.city.department_name(account.department), lang)
    return Document(
        title=title,
        lang=lang,
        foot=say("{title} · 规则版本 {version}").format(title=title, version=world.catalogue.version),
        dated=facts.q.period.end,
        blocks=_blocks(world, facts, title, lang, font),
    )


def _blocks(world: World, facts: MonthFacts, title: str, lang: str, font: str) -> list[Block]:
    say = words(lang).gettext
    period = facts.q.period
    span = say("{since} 至 {until}，各数取期末状态；与 {before} 相比。").format(
        since=f"{period.start:%Y-%m-%d}", until=f"{period.last_day:%Y-%m-%d}", before=facts.month_before
    )
    blocks = [
        _heading(title, 1),
        _para(span, quiet=True),
        {"kind": "cards", "cards": _cards(facts, say)},
        _heading(say("这个月变了什么")),
        *_changes(world, facts, lang),
        _heading(say("每天")),
        days_picture(facts.days, say, font) if facts.days else _para(say("期内没有应结案的工单。")),
        _heading(say("哪里")),
    ]
    pictures = [draw(world, facts, say, lang, font) for draw in (cells_picture, reach_picture)]
    blocks += [block for block in pictures if block]
    if pictures[1] is None:
        blocks.append(
            _para(say("这个月没有冻结登记类指标，不画覆盖图：登记只有现状，没有历史。"), quiet=True)
        )
    blocks += [_heading(say("部门排名")), *_league(facts, say, lang, font)]
    blocks += [_heading(say("热点服务")), _services(facts, say)]
    if facts.panel is not None:
        blocks += [_heading(say("52 项指标")), _indicators(world, facts, lang)]
    return [*blocks, _heading(say("口径与来源")), *_sources(world, facts, lang)]


def _heading(text: str, level: int = 2) -> Block:
    return {"kind": "heading", "level": level, "text": text}


def _para(text: str, *, quiet: bool = False) -> Block:
    return {"kind": "para", "text": text, "quiet": quiet}


def _points(items: Sequence[str]) -> Block:
    return {"kind": "points", "items": list(items)}


def _table(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> Block:
    """Make a table; a column is a name and ``number``, ``text`` or ``wide``."""
    shown = [{"name": name, "number": kind == "number", "wide": kind == "wide"} for name, kind in columns]
    return {"kind": "table", "columns": shown, "rows": [list(row) for row in rows]}


def _cards(facts: MonthFacts, say: Say) -> list[Block]:
    """Show what leads on the board in its order; shares with part and whole."""
    now, orders = facts.figures.now, facts.now.orders

    def share(name: str, part: int, whole: int, good: float, sub: str = "") -> Block:
        found = percent(part, whole)
        if found is None:
            return _card(name, "—", "", "idle", sub or say("没有可计的"))
        of = f"{number(part, 0)} / {number(whole, 0)}"
        return _card(name, number(found), "%", "ok" if found >= good else "warn", f"{of} {sub}".strip())

    def of_sets(name: str, label: str, good: float, sub: str = "") -> Block:
        return share(label, now[PARTS[name].part], now[PARTS[name].whole], good, sub)

    answered = percent(now["rated"], now["asked"])
    rated = say("应答率 {share}").format(share=number(answered) + "%") if answered is not None else ""
    return [
        of_sets("solved_of_told", say("居民说已解决"), 90),
        of_sets("satisfied", say("工单满意率"), 90, rated),
        share(say("按时上门率"), orders["arrived"], orders["arrivals_due"], 90),
        of_sets("handled_on_time", say("按期处置率"), 95),
        _card(say("超期未结"), number(now["overdue"], 0), say("件"), "late" if now["overdue"] else "ok", ""),
        share(say("服务满足率"), facts.now.asked - facts.now.unmet, facts.now.asked, 95),
        _card(say("上报工单"), number(now["reported"], 0), say("件"), "idle", ""),
        _card(say("在办"), number(now["open"], 0), say("件"), "info", ""),
        _card(
            say("未按时签收"), number(now["unsigned"], 0), say("件"), "warn" if now["unsigned"] else "ok", ""
        ),
    ]


def _card(name: str, value: str, unit: str, state: str, sub: str) -> Block:
    return {"name": name, "value": value, "unit": unit, "state": state, "sub": sub, "change": ""}


def _changes(world: World, facts: MonthFacts, lang: str) -> list[Block]:
    """Say what moved for sure before what did not; then departments, then cells."""
    say = words(lang).gettext
    leading = leading_moves(facts, world, say)
    blocks = [_points([m.text for m in sorted(leading, key=lambda m: not m.sure)])]
    departments, compared = department_moves(facts, world, lang)
    blocks.append(_heading(say("哪些部门"), 3))
    if departments:
        blocks.append(_points([m.text for m in departments]))
    said = say("比较了 {compared} 个两个月都够件数的部门，其中 {sure} 个的变化超出了同时比较的区间。")
    blocks.append(_para(said.format(compared=compared, sure=len(departments)), quiet=True))
    cells, compared = cell_moves(facts)
    blocks.append(_heading(say("哪些网格"), 3))
    if cells:
        rows = [
            (place_name(name_of_area(world, m.cell), lang), number(m.now, 0), number(m.before, 0), number(m.now - m.before, 0, signed=True))
            for m in cells[:CELLS_SHOWN]
        ]  # fmt: skip
        names = (say("网格"), say("本月上报"), say("上月上报"), say("相差"))
        blocks.append(_table([(names[0], "wide"), *((name, "number") for name in names[1:])], rows))
    said = say("比较了 {compared} 个网格，其中 {sure} 个的变化超出了同时比较的区间；其余可能只是波动。")
    return [*blocks, _para(said.format(compared=compared, sure=len(cells)), quiet=True)]


def _league(facts: MonthFacts, say: Say, lang: str, font: str) -> list[Block]:
    rows = facts.now.ranked
    if not rows:
        return [_para(say("本期没有到期工单"))]
    then = {row["department"]: row for row in facts.before.ranked} if facts.figures.whole else {}
    columns = [("#", "number"), (say("部门"), "wide")]
    columns += [
        (name, "number")
        for name in (
            say("百件扣分"),
            say("得分"),
            say("按期处置率"),
            say("95％ 区间"),
            say("应结案"),
            say("上月名次"),
        )
    ]
    shown = [
        (
            str(row["rank"] or "–"),
            place_name(row["name"], lang),
            say("样本不足") if row["few_cases"] else number(row["lost_per_100"]),
            "—" if row["few_cases"] else number(row["score"]),
            number(100 * row["on_time_share"]) + "%" if row["due"] else "—",
            f"{100 * row['low']:.0f}–{100 * row['high']:.0f}%" if row["due"] else "—",
            number(row["due"], 0),
            str(then.get(row["department"], {}).get("rank") or "–"),
        )
        for row in rows
    ]
    return [_table(columns, shown), departments_picture(rows, say, lang, font)]


def _services(facts: MonthFacts, say: Say) -> Block:
    then = {row["item"]: row for row in facts.before.items}
    columns = [(say("服务项目"), "wide")]
    columns += [(name, "number") for name in (say("订单"), say("上月"), say("未满足"), say("评分"))]
    rows = [
        (
            row["name"],
            number(row["total"], 0),
            number(then.get(row["item"], {}).get("total", 0), 0) if facts.figures.whole else "—",
            number(row["unmet"], 0),
            "—" if row["rating"] is None else f"{row['rating']:.2f}",
        )
        for row in facts.now.items[:ITEMS_SHOWN]
    ]
    return _table(columns, rows) if rows else _para(say("本期没有服务订单"))


def _indicators(world: World, facts: MonthFacts, lang: str) -> Block:
    """List all indicators; one of a register that was not frozen has no value, as it would be another one tomorrow."""
    say, found = words(lang).gettext, facts.panel
    if found is None:
        return _para("")
    rows = []
    for indicator in world.catalogue.indicators:
        row = row_of(found, indicator, lang)
        known = found.frozen_at is not None or not indicator.stock
        rows.append(
            (
                indicator.id,
                row["name"],
                f"{row['value']} {row['unit']}".strip() if known else "—",
                row["changes"]["month"]["text"] if known else "—",
                told(row["rows"], "ticket") if known else "—",
                told(row["left_out"], "ticket") if known else "—",
                row["counted"] if known else say("没有冻结"),
            )
        )
    columns = [("", "text"), (say("指标"), "text")]
    columns += [(name, "number") for name in (say("数值"), say("环比"), say("计入条数"), say("未计入"))]
    return _table([*columns, (say("口径"), "wide")], rows)


def _sources(world: World, facts: MonthFacts, lang: str) -> list[Block]:
    say, defined = words(lang).gettext, definitions(lang)
    now = facts.figures.now
    names = {"solved_of_told": say("居民说已解决"), "satisfied": say("工单满意率"), "handled_on_time": say("按期处置率")}  # fmt: skip
    rows = [
        (names[name], f"{now[PARTS[name].part]} / {now[PARTS[name].whole]}", defined[name]) for name in PARTS
    ]
    arrived = facts.now.orders
    rows.append((say("按时上门率"), f"{arrived['arrived']} / {arrived['arrivals_due']}", defined["arrived"]))
    rows += [(say(SET_WORDS[name]), str(now[name]), defined[name]) for name in COUNTED]
    rows += [(say("百件扣分"), "", defined["lost_per_100"]), (say("得分"), "", defined["score"])]
    columns = [(say("数"), "text"), (say("件数"), "number"), (say("怎样计、什么不计"), "wide")]
    left = say(
        "没有说是否解决的评价 {unsaid} 条、可以评价而没有评价的 {silent} 件、居民取消的订单 {dropped} 单不在分母里。"
    )
    said = left.format(
        unsaid=now["rated"] - now["told"],
        silent=now["asked"] - now["rated"],
        dropped=arrived["promised"] - arrived["arrivals_due"],
    )
    sure = say(
        "“95％ 区间”：比例用 Wilson 区间，两个比例之差用 Newcombe 区间，件数之比由两月合计中本月所占的区间得出；部门、网格许多个同时比较，区间按个数放宽（Bonferroni）。"
    )
    frozen_at = facts.panel.frozen_at if facts.panel is not None else None
    kept = (
        say("指标冻结于 {at}。").format(at=f"{frozen_at.astimezone(world.zone):%Y-%m-%d %H:%M}")
        if frozen_at
        else say("这个月的指标没有冻结。")
    )
    return [_table(columns, rows), _para(f"{said}{kept}"), _para(sure, quiet=True)]


SET_WORDS = {
    "reported": "上报",
    "open": "在办",
    "overdue": "超期未结",
    "due": "应结案",
    "on_time": "按期处置",
    "late": "未按期处置",
    "closed": "已结案",
    "rated": "已评价",
    "content": "满意",
    "told": "说了是否解决",
    "solved": "居民说已解决",
    "asked": "可以评价",
    "reworked": "返工",
    "unsigned": "未按时签收",
}
"""Sets -> their names, as the lists of the board have them."""
