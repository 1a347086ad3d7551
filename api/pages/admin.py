"""The administrator's page: every register listed, searched, created, changed, ended, with its history; and imports."""

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from api.forms import Form
from api.pages.admin_fields import FIELD_WORDS, HINT_WORDS, fields_of, written
from api.pages.admin_registers import BY_NAME, REGISTERS, REGISTERS_WORDS, Asked, Register
from api.pages.applications import waiting_applications
from api.pages.shell import page, visitor
from api.roles import WorldDep, is_whole
from api.routing import Router
from api.views.shape import plain
from api.world import World
from data.errors import MissingError
from data.files.runs import KEPT
from data.files.undo import KINDS as UNDOABLE
from data.registers.changes import changes_of, imports_of
from dispatch.errors import BadFieldError, UnknownProviderError
from dispatch.lifecycle import Move
from grid.account import Account

router = Router(include_in_schema=False)
AdminDep = Annotated[Account, Depends(visitor("admin"))]
LONGEST = 60
IMPORTED_WORDS = {
    "residents": "居民",
    "providers": "服务商",
    "devices": "安全设备",
    "cells": "网格",
    "areas": "区域",
    "visits": "走访",
    "tickets": "工单",
}
COLUMN_WORDS = {
    "devices": "设备数",
    "level": "级别",
    "marked": "有标签的人",
    "open_tickets": "在办工单",
    "parent": "上级",
    "people": "人数",
    "providers": "服务商数",
    "removed_at": "拆除时间",
    "closed_on": "停办日期",
    "closed_why": "停办原因",
    "area_name": "社区",
    "department_name": "部门",
    "state": "状态",
    "tickets": "工单数",
    "visits": "走访数",
    "worker_name": "网格员",
    "vacant": "空缺",
    "community_name": "社区",
    "no": "编号",
}
EVENT_WORDS = {
    "registered": "登记",
    "added": "新增",
    "replaced": "替换",
    "changed": "修改",
    "change": "修改",
    "confirmed": "核实",
    "password": "改密码",
    "disable": "停用",
    "enable": "启用",
    "ended": "结束",
    "resumed": "恢复",
    "closed": "停办",
    "reopened": "重新开办",
    "heard_again": "恢复联系",
    "hold": "暂停",
    "resume": "恢复",
    "retire": "注销",
    "new_key": "换新密钥",
    "release": "放行",
    "refuse": "拒收",
}
COUNTED = ("people", "marked", "providers", "devices", "open_tickets", "tickets", "visits")


@router.get("/admin")
def admin(request: Request, world: WorldDep, account: AdminDep) -> HTMLResponse:
    """Show the first of the registers."""
    return listed("residents", request, world, account)


@router.get("/admin/imports")
def imports(request: Request, world: WorldDep, account: AdminDep) -> HTMLResponse:
    """Show the files that were taken in, with what became of their rows; for the whole district."""
    if not is_whole(world, account):
        return admin_missing(request, world, account)
    with world.database.read() as session:
        runs = imports_of(session)
    more = {
        "runs": runs,
        "kinds": IMPORTED_WORDS.items(),
        "labels_of": IMPORTED_WORDS,
        "sources": sorted({one for many in world.catalogue.files.sources.order.values() for one in many}),
        "undoable": UNDOABLE,
        "undone_since": world.clock() - KEPT,
        "local": world.local,
    }
    return admin_page(request, world, account, "admin_imports.html", name="imports", **more)


@router.get("/admin/{name}")
def listed(
    name: str, request: Request, world: WorldDep, account: AdminDep, text: str = "", after: str = ""
) -> HTMLResponse:
    """List the records of a register that lie in one's area."""
    register, wanted = BY_NAME.get(name), text.strip()[:LONGEST]
    if register is None:
        return admin_missing(request, world, account)
    try:
        rows, following = register.find(world, account, Asked(text=wanted, after=after[:400]))
    except BadFieldError:  # a mark of another list
        rows, following = (), ""
    told = [(str(row[register.key]), [written(row[column]) for column in register.columns]) for row in rows]
    more = {"register": register, "rows": told, "wanted": wanted, "next": following}
    return admin_page(request, world, account, "admin.html", name=name, **more)


@router.get("/admin/{name}/new")
def made(name: str, request: Request, world: WorldDep, account: AdminDep) -> HTMLResponse:
    """Show the form of a new record."""
    register = BY_NAME.get(name)
    if register is None or register.new is None:
        return admin_missing(request, world, account)
    return _record(request, world, account, register, register.new, {}, "")


@router.get("/admin/{name}/{key}")
def record(name: str, key: str, request: Request, world: WorldDep, account: AdminDep) -> HTMLResponse:
    """Show one record of one's area with its form and history."""
    register = BY_NAME.get(name)
    if register is None or register.show is None or register.change is None:
        return admin_missing(request, world, account)
    try:
        shown = dict(register.show(world, account, key))
    except (MissingError, UnknownProviderError):
        return admin_missing(request, world, account)
    return _record(request, world, account, register, register.change, shown, key)


def _record(
    request: Request,
    world: World,
    account: Account,
    register: Register,
    form: type[Form],
    shown: dict[str, Any],
    key: str,
) -> HTMLResponse:
    if "removed_at" in shown:
        shown["removed"] = shown["removed_at"] is not None
    if "closed_on" in shown:
        shown["closed"] = shown["closed_on"] is not None
    with world.database.read() as session:
        history = changes_of(session, register.kind, str(shown[register.key])) if key else []
    return admin_page(
        request,
        world,
        account,
        "admin_record.html",
        name=register.name,
        register=register,
        key=key,
        shown=shown,
        fields=fields_of(form, shown, register.masked if key else frozenset()),
        counted=[
            (column, shown[column]) for column in COUNTED if column in shown and register.name == "cells"
        ],
        moves=_moves(world, register, shown) if key else (),
        history=plain(history, world.zone),
    )


def _moves(world: World, register: Register, shown: dict[str, Any]) -> tuple[Move, ...]:
    """Return what an administrator may do to a provider now."""
    if register.name != "providers":
        return ()
    moves = world.catalogue.provider_lifecycle.possible(shown["state"], "admin")
    return tuple(move for move in moves if move.action != "adjust")


def admin_missing(request: Request, world: World, account: Account) -> HTMLResponse:
    """Tell that there is no such record in one's area; one elsewhere looks the same."""
    answer = admin_page(request, world, account, "admin_missing.html", name="")
    answer.status_code = 404
    return answer


def admin_page(
    request: Request,
    world: World,
    account: Account,
    template: str,
    *,
    name: str,
    **context: Any,  # noqa: ANN401 - what templates take
) -> HTMLResponse:
    """Render a page of the administrator, with the registers as tabs; what is of the whole district for its own alone."""
    labels = FIELD_WORDS | COLUMN_WORDS
    names = [
        *(one.name for one in REGISTERS),
        "corrections",
        "modules",
        *(("imports", "feeds", "operations") if is_whole(world, account) else ()),
    ]
    tabs = [(one, REGISTERS_WORDS[one], f"/admin/{one}") for one in names]
    more = {"tabs": tabs, "current": name, "labels": labels, "hints": HINT_WORDS, "events": EVENT_WORDS}
    with world.database.read() as session:
        waiting = waiting_applications(world, session, account)
    return page(request, world, account, template, applications=waiting, **more, **context)
