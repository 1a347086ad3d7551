"""Grid workers over HTTP: accounts of this role with the cells that they answer for."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import access
from api.answers.account import WorkerAnswer, WorkerPage
from api.forms import ChangeForm, Short
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.accounts import (
    AccountAsk,
    AreaScope,
    Password,
    PersonName,
    UserName,
    change_account,
    check_reach,
    find_accounts,
    reached,
)
from api.v1.asks import ListAsk
from api.views.shape import plain
from api.world import World
from data.desk.accounts import NewAccount
from data.errors import MissingError
from data.registers.cells import cells_of
from grid.account import Account

router = Router(prefix="/api/v1/workers", tags=["workers"])
ROLE = "worker"
Cells = Annotated[list[Annotated[str, Field(pattern=r"^\d{1,20}$")]], Field(max_length=100)]


class WorkerAsk(ListAsk):
    """Filters of the list of grid workers."""

    text: Short = ""


class WorkerChangeForm(ChangeForm):
    """What is to be changed of a worker; ``cells`` are all that they answer for from now on."""

    name: PersonName | None = None
    area: AreaScope | None = None
    cells: Cells | None = None
    password: Password | None = None
    active: bool | None = None


class NewWorkerForm(ChangeForm):
    """A worker who has no account yet."""

    user: UserName
    name: PersonName
    area: AreaScope
    password: Password
    cells: Cells = Field(default_factory=list)


@router.get("", response_model=WorkerPage, **access("admin", outside="left_out"))
def workers(ask: Annotated[WorkerAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the grid workers of one's area with their cells, also those who may no longer sign in."""
    page = find_accounts(world, account, AccountAsk(role=ROLE, **ask.model_dump()))
    return JSONResponse({"items": workers_view(world, page.items), "next": page.next})


@router.get("/{user}", response_model=WorkerAnswer, **access("admin", outside="hidden"))
def worker(user: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show a grid worker of one's area."""
    return JSONResponse(workers_view(world, [worker_of(world, account, user)])[0])


@router.post("", response_model=WorkerAnswer, status_code=201, **access("admin", outside="refused"))
def add(form: NewWorkerForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Add a grid worker of one's area, with the cells that they answer for."""
    made = Account(role=ROLE, **form.given("password", "cells"))
    check_reach(world, account, made)
    new = NewAccount(account=made, password=form.password, cells=tuple(form.cells))
    done = world.desk.start(new, account.actor(), world.clock())
    return JSONResponse(workers_view(world, [done.fact])[0], status_code=201)


@router.patch("/{user}", response_model=WorkerAnswer, **access("admin", outside="hidden"))
def change(user: str, form: WorkerChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change a grid worker of one's area; cells that they no longer answer for are vacant at once."""
    worker_of(world, account, user)
    given = form.given("password", "active")
    told = change_account(world, account, user, given, form.password, active=form.active)
    return JSONResponse(workers_view(world, [told])[0])


def worker_of(world: World, account: Account, user: str) -> Account:
    """Find a worker in the reach of an administrator.

    Raises
    ------
    MissingError
    """
    with world.database.read() as session:
        known = reached(session, world, account, user)
    if known.role != ROLE:
        raise MissingError(f"there is no worker {user} in your area")
    return known


def workers_view(world: World, found: Sequence[Account]) -> list[dict[str, Any]]:
    """Show workers with their cells."""
    with world.database.read() as session:
        cells = cells_of(session, [one.user for one in found])
    return [plain(one, world.zone) | {"cells": cells[one.user]} for one in found]
