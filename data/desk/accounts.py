"""Accounts at the door: added, given another password or a second factor, disabled; their sign-ins end with a change."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select

from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import AccountRow, SignInRow
from data.registers.accounts import check_account, check_place, check_vouched
from data.registers.passwords import PASSWORDS
from data.store.done import Done
from data.store.kinds import ACCOUNT
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Actor, Event
from grid.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount(Start[Account]):
    """An account with its password; with ``again`` the one of the same name becomes this one.

    ``hashed`` is the hash of the password where many accounts share one, so that it is made once.
    """

    account: Account
    password: str
    again: bool = False
    hashed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched(Start[Account]):
    """Somebody an identity provider vouches for; a known account follows what it says now."""

    account: Account


def add(work: Work, new: NewAccount, by: Actor) -> Done[Account]:
    """Add an account.

    Raises
    ------
    BadFieldError
        For a user name or role of the wrong shape, a weak password, a missing area, a name that is taken.
    """
    account = new.account
    if not new.hashed:
        check_account(account, new.password)
    known = work.session.scalar(select(AccountRow.id).where(AccountRow.user == account.user))
    if known is not None and not new.again:
        raise BadFieldError("user", account.user, "choose another; this one is taken")
    before = None if known is None else work.locked(ACCOUNT, account.user)
    row: dict[str, Any] = {"password_hash": new.hashed or PASSWORDS.hash(new.password)}
    if before is None:
        row |= {"second_factor": "", "second_factor_step": 0}
    else:
        _end_sign_ins(work, account.user)
    told = {"role": account.role, "area": account.area}
    event = Event(
        name="added" if before is None else "replaced", at=work.now, by=by.user, role=by.role, payload=told
    )
    return Done(kind=ACCOUNT, before=before, after=account, events=(event,), row=row)


def vouch(work: Work, new: Vouched, by: Actor) -> Done[Account]:
    """Add an account that an identity provider vouches for, or let it follow what the provider says now.

    Raises
    ------
    BadFieldError
        For a user name or role of the wrong shape, or a missing area.
    NotPossibleError
        When the account was disabled here.
    """
    account = new.account
    check_vouched(account)
    known = work.session.scalar(select(AccountRow.id).where(AccountRow.user == account.user))
    told = {"role": account.role, "area": account.area}
    if known is None:
        unknown = PASSWORDS.hash(secrets.token_urlsafe(32))  # nobody knows it, so that it opens nothing
        row = {"password_hash": unknown, "second_factor": "", "second_factor_step": 0}
        event = Event(name="added", at=work.now, by=by.user, role=by.role, payload=told)
        return Done(kind=ACCOUNT, before=None, after=account, events=(event,), row=row)
    before = work.locked(ACCOUNT, account.user)
    if not before.active:
        raise NotPossibleError(f"the account {account.user} is disabled; ask the administrator")
    if before == account:
        return Done(kind=ACCOUNT, before=before, after=before)
    _end_sign_ins(work, account.user)
    event = Event(name="replaced", at=work.now, by=by.user, role=by.role, payload=told)
    return Done(kind=ACCOUNT, before=before, after=account, events=(event,))


def act_on_account(work: Work, user: str, action: Action) -> Done[Account]:
    """Change the account or its password, ask for a second factor, disable or enable; all sign-ins of the account end.

    Fields of ``change`` are those of the account; else ``password_hash``; ``second_factor`` and ``second_factor_step``. None of them is told to the log.

    Raises
    ------
    MissingError
        When there is no such account.
    NotPossibleError
        For any other action.
    BadFieldError
        For a role that there is not, or one without the area it works in.
    """
    try:
        before = work.locked(ACCOUNT, user)
    except MissingError:
        raise MissingError(f"there is no account {user}") from None
    after, row = before, {}
    if action.name == "password":
        row = {"password_hash": action.fields["password_hash"]}
    elif action.name == "second_factor":
        row = {name: action.fields[name] for name in ("second_factor", "second_factor_step")}
    elif action.name == "change":
        after = replace(before, **action.fields)
        check_place(after)
    elif action.name in ("disable", "enable"):
        after = replace(before, active=action.name == "enable")
    else:
        raise NotPossibleError(f"{action.name!r} is not possible with an account")
    _end_sign_ins(work, user)
    by = action.by
    event = Event(name=action.name, at=work.now, by=by.user, role=by.role)
    return Done(kind=ACCOUNT, before=before, after=after, events=(event,), row=row)


def _end_sign_ins(work: Work, user: str) -> None:
    work.session.execute(delete(SignInRow).where(SignInRow.user == user))


ACCOUNTS = Deeds(kind=ACCOUNT, starts={NewAccount: add, Vouched: vouch}, act=act_on_account)
