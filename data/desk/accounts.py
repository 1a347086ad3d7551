"""Accounts at the door: added, given another password or a second factor, disabled; their sign-ins end with a change."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, exists, or_, select

from data.desk.put import put
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import AccountRow, AreaRow, CellRow, SignInRow
from data.registers.accounts import check_account, check_place, check_vouched
from data.registers.passwords import PASSWORDS
from data.store.done import Done
from data.store.kinds.places import CELL
from data.store.kinds.upkeep import ACCOUNT
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Actor, Event
from grid.account import Account
from grid.area import CITY_DIGITS, Cell
from grid.errors import BadCodeError


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount(Start[Account]):
    """An account with its password; with ``again`` the one of the same name becomes this one.

    ``hashed`` is the hash of the password where many accounts share one, so that it is made once; ``cells`` are those
    that a worker is to answer for.
    """

    account: Account
    password: str
    again: bool = False
    hashed: str = ""
    cells: tuple[str, ...] = ()


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
    account = replace(account, area=_whole_code(work, account.area))
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
    others = _answering(work, account, new.cells, by) if new.cells else ()
    return Done(kind=ACCOUNT, before=before, after=account, events=(event,), row=row, others=others)


def _whole_code(work: Work, area: str) -> str:
    """Return the code of an area or cell with all its digits, so that it can be compared; a shorter one is filled up.

    Raises
    ------
    BadFieldError
        For what is no code of an area, or for one that holds nothing of the district.
    """
    scheme = work.catalogue.rulebook.scheme
    if not area:
        return area
    whole = area
    if len(area) != scheme.ends[3] or not area.isdigit():
        short = len(area) in (CITY_DIGITS, *scheme.ends[:2])
        try:
            whole = scheme.check_area(area.ljust(scheme.ends[2], "0") if short else area)
        except BadCodeError:
            raise BadFieldError("area", area, "write all digits of the code of an area") from None
    if not _in_district(work, scheme.prefix(whole)):
        raise BadFieldError("area", area, "there is no such area in this district")
    return whole


def _in_district(work: Work, prefix: str) -> bool:
    """Tell whether an area or cell of the district stands under a prefix; before there is a district, anything does."""
    found = [select(code).where(code.startswith(prefix)) for code in (AreaRow.code, CellRow.code)]
    nothing = ~exists(select(AreaRow.id))
    return bool(work.session.scalar(select(or_(nothing, *(exists(each) for each in found)))))


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
    account = replace(account, area=_whole_code(work, account.area))
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

    Fields of ``change`` are those of the account, and ``cells``, the codes of those that a worker is to answer for, by
    which no sign-in ends; else ``password_hash``; ``second_factor`` and ``second_factor_step``. The log is told the names
    of what changed, and no value.

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
        return _changed(work, before, action)
    elif action.name in ("disable", "enable"):
        after = replace(before, active=action.name == "enable")
    else:
        raise NotPossibleError(f"{action.name!r} is not possible with an account")
    _end_sign_ins(work, user)
    by = action.by
    event = Event(
        name=action.name,
        at=work.now,
        by=by.user,
        role=by.role,
    )
    return Done(kind=ACCOUNT, before=before, after=after, events=(event,), row=row)


def _changed(work: Work, before: Account, action: Action) -> Done[Account]:
    given, by = dict(action.fields), action.by
    if "area" in given:
        given["area"] = _whole_code(work, given["area"])
    cells = given.pop("cells", None)
    after = replace(before, **given)
    check_place(after)
    others = () if cells is None else _answering(work, after, cells, by)
    differing = [name for name in given if given[name] != getattr(before, name)]
    if not differing and not others:
        return Done(kind=ACCOUNT, before=before, after=before)
    if differing:
        _end_sign_ins(work, before.user)
    told = {"fields": sorted([*differing, *(["cells"] if others else [])])}
    event = Event(name=action.name, at=work.now, by=by.user, role=by.role, payload=told)
    return Done(kind=ACCOUNT, before=before, after=after, events=(event,), others=others)


def _answering(work: Work, worker: Account, codes: Iterable[str], by: Actor) -> tuple[Done[Cell], ...]:
    """Let a worker answer for some cells and for no others; those given up are vacant."""
    wanted, scheme = set(codes), work.catalogue.rulebook.scheme
    mine = or_(CellRow.worker == worker.user, CellRow.code.in_(wanted))
    found = list(work.session.scalars(select(CellRow.code).where(mine).order_by(CellRow.code)))
    if missing := sorted(wanted - set(found)):
        raise BadFieldError("cells", missing[0], "codes of registered cells")
    if wanted and (worker.role != "worker" or not worker.active):
        raise BadFieldError("cells", min(wanted), "none: only an active worker answers for cells")
    if beyond := sorted(code for code in wanted if not scheme.contains(worker.area, code)):
        raise BadFieldError("cells", beyond[0], f"cells of the worker's area, {worker.area}")
    if beyond := sorted(code for code in found if not scheme.contains(by.area, code)):
        raise BadFieldError("cells", beyond[0], f"cells of your area, {by.area}")
    done = []
    for code in found:
        known = work.locked(CELL, code)
        after = replace(known, worker=worker.user if code in wanted else "")
        done.append(put(work, CELL, after, by))
    return tuple(one for one in done if one.changed)


def _end_sign_ins(work: Work, user: str) -> None:
    work.session.execute(delete(SignInRow).where(SignInRow.user == user))


ACCOUNTS = Deeds(kind=ACCOUNT, starts={NewAccount: add, Vouched: vouch}, act=act_on_account)
