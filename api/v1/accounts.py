"""Accounts over HTTP, for administrators: listed, added, changed, disabled; never deleted."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.access import access
from api.answers.account import AccountAnswer, AccountPage
from api.errors import NotAllowedError
from api.forms import ChangeForm, Form, Short
from api.roles import AccountDep, WorldDep, is_whole
from api.routing import Router
from api.v1.asks import ListAsk
from api.views.shape import plain
from api.world import World
from data.desk.accounts import NewAccount
from data.errors import MissingError
from data.models import AccountRow
from data.queries.paging import Page, turn
from data.queries.scope import seen
from data.registers.accounts import account_of
from data.registers.sign_ins import hash_new_password
from data.store.kinds.upkeep import ACCOUNT
from dispatch.lifecycle import Action
from grid.account import Account

router = Router(prefix="/api/v1/accounts", tags=["accounts"])
Code = Annotated[str, Field(max_length=32)]
UserName = Annotated[str, Field(min_length=2, max_length=32)]
PersonName = Annotated[str, Field(min_length=1, max_length=40)]
Password = Annotated[str, Field(min_length=1, max_length=200)]
AreaScope = Annotated[str, Field(pattern=r"^\d{0,20}$")]
SORTS = {"user": AccountRow.user, "role": AccountRow.role}


class AccountAsk(ListAsk):
    """Filters of the list of accounts."""

    role: Code = ""
    text: Short = ""


class NewAccountForm(Form):
    """An account with its first password."""

    user: UserName
    name: PersonName
    role: Code
    password: Password
    area: AreaScope = ""
    department: Code = ""
    provider: Annotated[int, Field(ge=1, le=2**31)] | None = None
    resident: Code = ""


class AccountChangeForm(ChangeForm):
    """What is to be changed of an account; what is left out stays as it is. Its sign-ins end."""

    name: PersonName | None = None
    role: Code | None = None
    area: AreaScope | None = None
    department: Code | None = None
    provider: Annotated[int, Field(ge=1, le=2**31)] | None = None
    resident: Code | None = None
    password: Password | None = None
    active: bool | None = None


@router.get("", response_model=AccountPage, **access("admin", outside="left_out"))
def accounts(ask: Annotated[AccountAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the accounts of one's area, also those that are disabled; of the whole district all."""
    page = find_accounts(world, account, ask)
    return JSONResponse({"items": plain(page.items, world.zone), "next": page.next})


def find_accounts(world: World, account: Account, ask: AccountAsk) -> Page[Account]:
    """Find accounts in the reach of an administrator."""
    query = select(AccountRow)
    if not is_whole(world, account):
        query = query.where(seen(ACCOUNT, account.actor(), world.scheme))
    if ask.role:
        query = query.where(AccountRow.role == ask.role)
    if ask.text:
        named = AccountRow.name.startswith(ask.text, autoescape=True)
        query = query.where(or_(named, AccountRow.user.startswith(ask.text.lower(), autoescape=True)))
    if ask.area:
        query = query.where(AccountRow.area.startswith(ask.prefix(world)))
    with world.database.read() as session:
        return turn(session, query, ask.page(), SORTS, AccountRow.id, account_of)


@router.get("/{user}", response_model=AccountAnswer, **access("admin", outside="hidden"))
def one(user: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show an account of one's area."""
    with world.database.read() as session:
        return JSONResponse(plain(reached(session, world, account, user), world.zone))


@router.post("", response_model=AccountAnswer, status_code=201, **access("admin", outside="refused"))
def add(form: NewAccountForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Add an account of one's area."""
    made = Account(**form.model_dump(exclude={"password"}))
    check_reach(world, account, made)
    done = world.desk.start(NewAccount(account=made, password=form.password), account.actor(), world.clock())
    return JSONResponse(plain(done.fact, world.zone), status_code=201)


@router.patch("/{user}", response_model=AccountAnswer, **access("admin", outside="hidden"))
def change(user: str, form: AccountChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change an account of one's area, give it another password, disable or enable it; its sign-ins end."""
    given = form.given("password", "active")
    told = change_account(world, account, user, given, form.password, active=form.active)
    return JSONResponse(plain(told, world.zone))


def change_account(
    world: World,
    account: Account,
    user: str,
    given: dict[str, Any],
    password: str | None,
    *,
    active: bool | None,
) -> Account:
    """Change an account in the reach of an administrator.

    Raises
    ------
    MissingError
        When there is none in their area.
    NotAllowedError
        When it would leave their area, or they disable the one that they are signed in with.
    """
    now, by = world.clock(), account.actor()
    with world.database.read() as session:
        known = reached(session, world, account, user)
        hashed = hash_new_password(session, user, password) if password else ""
    if active is False and user == account.user:
        raise NotAllowedError(
            "nobody disables the account they are signed in with; ask another administrator"
        )
    if given:
        facts = {name: value for name, value in given.items() if name != "cells"}
        check_reach(world, account, replace(known, **facts))
        known = world.desk.act(ACCOUNT, user, Action(name="change", by=by, fields=given), now).fact
    if hashed:
        fields: dict[str, Any] = {"password_hash": hashed}
        known = world.desk.act(ACCOUNT, user, Action(name="password", by=by, fields=fields), now).fact
    if active is not None and active != known.active:
        deed = "enable" if active else "disable"
        known = world.desk.act(ACCOUNT, user, Action(name=deed, by=by), now).fact
    return known


def reached(session: Session, world: World, account: Account, user: str) -> Account:
    """Find an account in the reach of an administrator.

    Raises
    ------
    MissingError
        When there is none in their area; one elsewhere looks the same.
    """
    row = session.scalar(select(AccountRow).where(AccountRow.user == user))
    known = None if row is None else account_of(row)
    if known is None or not _reaches(world, account, known):
        raise MissingError(f"there is no account {user} in your area")
    return known


def _reaches(world: World, account: Account, other: Account) -> bool:
    return is_whole(world, account) or (bool(other.area) and world.scheme.contains(account.area, other.area))


def check_reach(world: World, account: Account, made: Account) -> None:
    """Make sure that an account lies in the reach of an administrator.

    Raises
    ------
    NotAllowedError
    """
    if not _reaches(world, account, made):
        raise NotAllowedError(f"your accounts lie in {account.area}; this one does not")
