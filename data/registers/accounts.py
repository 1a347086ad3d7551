"""Accounts and sign-ins: argon2id passwords, server-side sign-ins of which only a hash is kept."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import AccountRow, SignInRow
from data.rules.lifecycles import ROLES
from data.store.session import Database
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor

PASSWORDS = PasswordHash((Argon2Hasher(),))
SIGN_IN_LASTS = timedelta(hours=12)
_USER = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
SHORTEST_PASSWORD = 8
OF_AN_AREA = frozenset({"worker", "dispatcher", "department", "leader", "admin", "officer"})
"""Roles that see by area; without one they see nothing, and are told so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who somebody is to the system."""

    user: str
    name: str
    role: str
    area: str = ""
    department: str = ""
    provider: int | None = None
    resident: str = ""

    def actor(self) -> Actor:
        """Give the account as one who acts."""
        return Actor(
            user=self.user,
            role=self.role,
            area=self.area,
            department=self.department,
            provider="" if self.provider is None else str(self.provider),
            resident=self.resident,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A fresh sign-in: the secret to hand out once, and the token that forms carry."""

    token: str
    csrf: str
    account: Account
    expires_at: datetime


def add_account(database: Database, account: Account, password: str, *, replace: bool = False) -> None:
    """Add an account.

    Raises
    ------
    BadFieldError
        For a user name or role of the wrong shape, a short password, a missing area, a name that is taken.
    """
    if not _USER.fullmatch(account.user):
        raise BadFieldError("user", account.user, "2 to 32 small letters, digits, dots, hyphens")
    if account.role not in ROLES - {"clock"}:
        raise BadFieldError("role", account.role, "roles are " + ", ".join(sorted(ROLES - {"clock"})))
    if len(password) < SHORTEST_PASSWORD:
        raise BadFieldError("password", "***", f"at least {SHORTEST_PASSWORD} characters")
    if account.role in OF_AN_AREA and not account.area:
        raise BadFieldError("area", "", f"a {account.role} works in an area; give the code of one")
    hashed = PASSWORDS.hash(password)

    def work(session: Session) -> None:
        if session.scalar(select(AccountRow).where(AccountRow.user == account.user)) is not None:
            if not replace:
                raise BadFieldError("user", account.user, "choose another; this one is taken")
            session.execute(delete(AccountRow).where(AccountRow.user == account.user))
        session.execute(insert(AccountRow), [_values(account, hashed)])

    database.write(work)


def add_accounts(session: Session, accounts: Mapping[Account, str]) -> None:
    """Add many accounts that share few passwords; each password is hashed once."""
    hashes = {password: PASSWORDS.hash(password) for password in set(accounts.values())}
    session.execute(insert(AccountRow), [_values(a, hashes[p]) for a, p in accounts.items()])


def _values(account: Account, hashed: str) -> dict[str, object]:
    return {
        "user": account.user,
        "name": account.name,
        "role": account.role,
        "area": account.area,
        "department": account.department,
        "provider": account.provider,
        "resident": account.resident,
        "password_hash": hashed,
        "active": True,
    }


def account_of(row: AccountRow) -> Account:
    """Read an account from its row."""
    return Account(
        user=row.user,
        name=row.name,
        role=row.role,
        area=row.area,
        department=row.department,
        provider=row.provider,
        resident=row.resident,
    )


def sign_in(database: Database, user: str, password: str, kind: str, now: datetime) -> SignIn:
    """Open a sign-in with user and password.

    Raises
    ------
    MissingError
        When they do not fit; the message does not tell which of the two.
    """
    with database.read() as session:
        row = session.scalar(select(AccountRow).where(AccountRow.user == user, AccountRow.active))
    known = row.password_hash if row is not None else _decoy()
    if not PASSWORDS.verify(password, known) or row is None:
        raise MissingError("user and password do not fit together")
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    expires = now + SIGN_IN_LASTS
    values = {"token_hash": _hash(token), "user": user, "csrf": csrf, "kind": kind, "expires_at": expires}
    database.write(lambda session: session.execute(insert(SignInRow), [values]))
    return SignIn(token=token, csrf=csrf, account=account_of(row), expires_at=expires)


def recall(session: Session, token: str, now: datetime) -> tuple[Account, str] | None:
    """Give account and form token of an open sign-in, or None when it is unknown or over."""
    query = (
        select(AccountRow, SignInRow.csrf)
        .join(SignInRow, SignInRow.user == AccountRow.user)
        .where(SignInRow.token_hash == _hash(token), SignInRow.expires_at > now, AccountRow.active)
    )
    found = session.execute(query).first()
    return None if found is None else (account_of(found[0]), found[1])


def sign_out(database: Database, token: str) -> None:
    """Close a sign-in; closing one that is not open does nothing."""
    database.write(
        lambda session: session.execute(delete(SignInRow).where(SignInRow.token_hash == _hash(token)))
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _decoy() -> str:
    """Give a hash that fits no password, so that unknown users take as long as known ones."""
    return PASSWORDS.hash(secrets.token_urlsafe(16))
