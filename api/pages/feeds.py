"""The administrator's pages of feeds: how each stands and what to do, rows in quarantine, what is changed of one."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from api.outside.feed_register import FeedChangeForm, NewFeedForm
from api.pages.admin import admin_missing, admin_page
from api.pages.admin_fields import fields_of
from api.pages.shell import visitor
from api.roles import WorldDep, is_whole
from api.routing import Router
from api.views.feed import case_view
from api.world import World
from data.queries.feeds import FeedCase, feed_cases, feed_items
from data.queries.paging import Ask
from data.queries.scope import seen
from data.registers.changes import changes_of
from data.store.kinds.upkeep import FEED
from grid.account import Account

router = Router(include_in_schema=False)
AdminDep = Annotated[Account, Depends(visitor("admin"))]
MOST_ROWS = 50
FINDING_WORDS = {
    "never": "还没有来过数。把编号、密钥和 docs/exchange.md 交给对方，核对对方时钟。",
    "stopped": "到期没有来数。联系来数的部门；恢复后从断点续传，不会重复。",
    "due": "该来数了，还没有来。",
    "refused": "最近一条消息读不懂，整条没收。把原因告诉对方，改好再发。",
    "waiting": "有行在隔离区。打开查看，更正、放行或拒收。",
    "held": "已暂停，不收也不发。",
}
DIRECTION_WORDS = {"in": "收", "out": "发"}
SUBJECT_WORDS = {
    "residents": "居民",
    "providers": "服务商",
    "devices": "安全设备",
    "visits": "走访",
    "tickets": "工单",
}
MOVE_WORDS = {"hold": "暂停", "resume": "恢复", "retire": "注销"}
MOVES: Mapping[str, tuple[str, ...]] = {"on": ("hold", "retire"), "held": ("resume", "retire"), "retired": ()}
OUTCOME_WORDS = {"unreadable": "读不懂", "unfit": "不合登记要求", "held": "随整条搁置"}


def feed_words(world: World) -> dict[str, Any]:
    """Give the words of the pages of feeds."""
    return {
        "findings": FINDING_WORDS,
        "directions": DIRECTION_WORDS,
        "outcomes": OUTCOME_WORDS,
        "move_words": MOVE_WORDS,
        "subjects": SUBJECT_WORDS,
        "departments": world.catalogue.rulebook.departments,
        "local": world.local,
    }


@router.get("/admin/feeds")
def listed(request: Request, world: WorldDep, account: AdminDep) -> HTMLResponse:
    """Show how each feed stands, the worst in front; it is asked for again every 15 seconds."""
    if not is_whole(world, account):
        return admin_missing(request, world, account)
    order = ("late", "warn", "ok")
    found = sorted(
        _cases(world, account), key=lambda c: (c.feed.state == "retired", order.index(c.standing.light))
    )
    more = {"cases": found, **feed_words(world)}
    return admin_page(request, world, account, "admin_feeds.html", name="feeds", **more)


@router.get("/admin/feeds/new")
def made(request: Request, world: WorldDep, account: AdminDep) -> HTMLResponse:
    """Show the form of a new feed."""
    if not is_whole(world, account):
        return admin_missing(request, world, account)
    fields = fields_of(NewFeedForm, {}, frozenset())
    return admin_page(request, world, account, "admin_feed.html", name="feeds", fields=fields, case=None)


@router.get("/admin/feeds/{no}")
def one(no: str, request: Request, world: WorldDep, account: AdminDep) -> HTMLResponse:
    """Show one feed: how it stands, its rows in quarantine, its form and history."""
    case = next((c for c in _cases(world, account) if c.feed.no == no), None)
    if case is None or not is_whole(world, account):
        return admin_missing(request, world, account)
    with world.database.read() as session:
        waiting = feed_items(session, no, "quarantined", Ask(limit=MOST_ROWS)).items
        history = changes_of(session, FEED.name, no)
    more = {
        "fields": fields_of(FeedChangeForm, case_view(world, case), frozenset()),
        "case": case,
        "waiting": waiting,
        "moves": MOVES[case.feed.state],
        "history": history,
        **feed_words(world),
    }
    return admin_page(request, world, account, "admin_feed.html", name="feeds", **more)


def _cases(world: World, account: Account) -> list[FeedCase]:
    with world.database.read() as session:
        return feed_cases(session, seen(FEED, account.actor(), world.scheme), world.clock())
