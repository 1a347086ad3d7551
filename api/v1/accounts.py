"""Accounts over HTTP, for administrators: listed, added, changed, disabled; never deleted."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import or_, select

from api.access import access
from api.answers.account import AccountAnswer, AccountPage
from api.errors import NotAllowedError
from api.forms import Form, Short
from api.roles import AccountDep, WorldDep, is_whole
from api.v1.asks import ListAsk
from api.views.shape import plain
from api.world import World
from data.desk.accounts import NewAccount
from data.errors import MissingError
from data.models import AccountRow
from data.queries.paging import turn
from data.queries.scope import seen
from data.registers.accounts import account_of
from data.registers.sign_ins import hash_new_password
from data.store.kinds import ACCOUNT
from dispatch.lifecycle import Action
from grid.account import Account

router = APIRouter(prefix="/api/v1/accounts", tags=["accounts"])
Code = Annotated[str, Field(max_length=32)]
SORTS = {"user": AccountRow.user, "role": AccountRow.role}


class AccountAsk(ListAsk):
    """Filters of the list of accounts."""

    role: Code = ""
    text: Short = ""


class NewAccountForm(Form):
    """An account with its first password."""

    user: Annotated[str, Field(min_length=2, max_length=32)]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    role: Code
    password: Annotated[str, Field(min_length=1, max_length=200)]
    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    department: Code = ""
    provider: Annotated[int, Field(ge=1, le=2**31)] | None = None
    resident: Code = ""


class AccountChangeForm(Form):
    """What is to be changed of an account; what is left out stays as it is. Its sign-ins end."""

    name: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    role: Code | None = None
    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] | None = None
    department: Code | None = None
    provider: Annotated[int, Field(ge=1, le=2**31)] | None = None
    resident: Code | None = None
    password: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    active: bool | None = None


@router.get("", response_model=AccountPage, **access("admin", outside="left_out"))
def accounts(ask: Annotated[AccountAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the accounts of one's area, also those that are disabled; of the whole district all."""
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
        page = turn(session, query, ask.page(), SORTS, AccountRow.id, account_of)
    return JSONResponse({"items": plain(page.items, world.zone), "next": page.next})


@router.post("", response_model=AccountAnswer, status_code=201, **access("admin", outside="refused"))
def add(form: NewAccountForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Add an account of one's area."""
    made = Account(**form.model_dump(exclude={"password"}))
    _check_reach(world, account, made)
    done = world.desk.start(NewAccount(account=made, password=form.password), account.actor(), world.clock())
    return JSONResponse(plain(done.fact, world.zone), status_code=201)


@router.patch("/{user}", response_model=AccountAnswer, **access("admin", outside="hidden"))
def change(user: str, form: AccountChangeForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Change an account of one's area, give it another password, disable or enable it; its sign-ins end."""
    now, by = world.clock(), account.actor()
    with world.database.read() as session:
        row = session.scalar(select(AccountRow).where(AccountRow.user == user))
        known = None if row is None else account_of(row)
        if known is None or not _reaches(world, account, known):
            raise MissingError(f"there is no account {user} in your area")
        hashed = hash_new_password(session, user, form.password) if form.password else ""
    if form.active is False and user == account.user:
        raise NotAllowedError(
            "nobody disables the account they are signed in with; ask another administrator"
        )
    given = form.model_dump(exclude={"password", "active"}, exclude_none=True)
    if given:
        _check_reach(world, account, Account(**{**plain(known, world.zone), **given}))
        known = world.desk.act(ACCOUNT, user, Action(name="change", by=by, fields=given), now).fact
    if hashed:
        fields: dict[str, Any] = {"password_hash": hashed}
        known = world.desk.act(ACCOUNT, user, Action(name="password", by=by, fields=fields), now).fact
    if form.active is not None and form.active != known.active:
        deed = "enable" if form.active else "disable"
        known = world.desk.act(ACCOUNT, user, Action(name=deed, by=by), now).fact
    return JSONResponse(plain(known, world.zone))


def _reaches(world: World, account: Account, other: Account) -> bool:
    return is_whole(world, account) or (bool(other.area) and world.scheme.contains(account.area, other.area))


def _check_reach(world: World, account: Account, made: Account) -> None:
    if not _reaches(world, account, made):
        raise NotAllowedError(f"your accounts lie in {account.area}; this one does not")
