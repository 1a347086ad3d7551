"""Sign-ins: opened by password and one-time code, listed, closed; on the server only a hash of each secret is kept."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from data.errors import CodeNeededError, MissingError
from data.models import AccountRow, SignInRow
from data.registers.accounts import account_of
from data.registers.passwords import PASSWORDS, check_password, decoy
from data.store.session import Database
from dispatch.errors import BadFieldError
from grid.account import Account

SIGN_IN_LASTS = timedelta(hours=12)
DEVICE_SIGN_IN_LASTS = timedelta(days=366)
"""A kiosk in a hall has nobody who signs it in every morning; it is signed out among the open sign-ins."""
CODE_STEP_S = 30
LATE_STEPS = 1
"""Time steps by which the clock of a phone may be off."""
SHOWN_HASH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A fresh sign-in: the secret to hand out once, and the token that forms carry."""

    token: str
    csrf: str
    account: Account
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSignIn:
    """A sign-in that is open: its name, and when, how and from where it was opened."""

    id: str
    user: str
    kind: str
    address: str
    opened_at: datetime | None
    expires_at: datetime


def sign_in(
    database: Database,
    user: str,
    password: str,
    kind: str,
    now: datetime,
    *,
    code: str = "",
    address: str = "",
) -> SignIn:
    """Open a sign-in with user, password and, where the account has a second factor, its one-time code.

    Raises
    ------
    CodeNeededError
        When only the code is missing.
    MissingError
        When they do not fit; the message does not tell which of them.
    """
    with database.read() as session:
        row = session.scalar(select(AccountRow).where(AccountRow.user == user, AccountRow.active))
    known = row.password_hash if row is not None else decoy()
    if not PASSWORDS.verify(password, known) or row is None:
        raise MissingError("user and password do not fit together")
    if row.second_factor and not code:
        raise CodeNeededError("give the one-time code of the second factor too")

    def before(session: Session) -> None:
        if row.second_factor:
            _take_code(session, user, code, now)

    return _open(database, account_of(row), kind, now, address, before)


def open_vouched(database: Database, user: str, now: datetime, address: str) -> SignIn:
    """Open a sign-in for whom an identity provider vouches.

    Raises
    ------
    MissingError
        When there is no such active account.
    """
    with database.read() as session:
        row = session.scalar(select(AccountRow).where(AccountRow.user == user, AccountRow.active))
    if row is None:
        raise MissingError(f"there is no active account {user!r}")
    return _open(database, account_of(row), "openid", now, address, lambda _: None)


def _open(
    database: Database,
    account: Account,
    kind: str,
    now: datetime,
    address: str,
    before: Callable[[Session], None],
) -> SignIn:
    """Keep a fresh sign-in, after what has to go well before."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    expires = now + (DEVICE_SIGN_IN_LASTS if account.role == "device" else SIGN_IN_LASTS)
    values = {
        "token_hash": _hash(token),
        "user": account.user,
        "csrf": csrf,
        "kind": kind,
        "expires_at": expires,
        "opened_at": now,
        "address": address,
    }

    def work(session: Session) -> None:
        before(session)
        session.execute(insert(SignInRow), [values])
        mine = update(AccountRow).where(AccountRow.user == account.user)
        session.execute(mine.values(signed_in_at=now))

    database.write(work)
    return SignIn(token=token, csrf=csrf, account=account, expires_at=expires)


def make_key(database: Database, user: str, lasts: timedelta, now: datetime) -> str:
    """Make a key with which a machine, such as a gateway of devices, speaks for an account for long.

    Raises
    ------
    MissingError
        When there is no such active account.
    """
    token = f"jk-{secrets.token_urlsafe(32)}"
    values = {
        "token_hash": _hash(token),
        "user": user,
        "csrf": secrets.token_urlsafe(24),
        "kind": "key",
        "expires_at": now + lasts,
        "opened_at": now,
        "address": "",
    }

    def work(session: Session) -> None:
        known = select(AccountRow.id).where(AccountRow.user == user, AccountRow.active)
        if session.scalar(known) is None:
            raise MissingError(f"there is no active account {user!r}; 'jinlin user add' makes one")
        session.execute(insert(SignInRow), [values])

    database.write(work)
    return token


def _take_code(session: Session, user: str, code: str, now: datetime) -> None:
    """Take a one-time code; each is taken once."""
    row = session.scalars(select(AccountRow).where(AccountRow.user == user).with_for_update()).one()
    step = _step_of(row.second_factor, code, now)
    if step is None or step <= row.second_factor_step:
        raise MissingError("user and password do not fit together")
    row.second_factor_step = step


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Give the time step that a code belongs to, None when it fits none near now."""
    this = int(now.timestamp()) // CODE_STEP_S
    codes = pyotp.TOTP(secret)
    near = range(this - LATE_STEPS, this + LATE_STEPS + 1)
    return next((s for s in near if secrets.compare_digest(codes.generate_otp(s), code)), None)


def begin_second_factor(user: str, issuer: str) -> tuple[str, str]:
    """Draw a secret; gives it and the address that an authenticator reads. It counts once a code of it was shown."""
    secret = pyotp.random_base32()
    return secret, pyotp.TOTP(secret).provisioning_uri(name=user, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime) -> int:
    """Return the time step that a one-time code of a secret belongs to.

    Raises
    ------
    BadFieldError
        When the code is not of this secret.
    """
    step = _step_of(secret, code, now)
    if step is None:
        raise BadFieldError("code", "***", "the code that your authenticator shows now")
    return step


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


def open_sign_ins(session: Session, user: str, now: datetime) -> list[OpenSignIn]:
    """List the open sign-ins of an account, the newest first."""
    query = select(SignInRow).where(SignInRow.user == user, SignInRow.expires_at > now)
    return [
        OpenSignIn(
            id=row.token_hash[:SHOWN_HASH],
            user=row.user,
            kind=row.kind,
            address=row.address,
            opened_at=row.opened_at,
            expires_at=row.expires_at,
        )
        for row in session.scalars(query.order_by(SignInRow.expires_at.desc()))
    ]


def close_sign_ins(database: Database, user: str, one: str = "") -> int:
    """Close all sign-ins of an account, or one by its name; returns how many."""
    gone = delete(SignInRow).where(SignInRow.user == user)
    if one:
        gone = gone.where(SignInRow.token_hash.startswith(one, autoescape=True))

    def work(session: Session) -> int:
        return int(session.execute(gone).rowcount)  # type: ignore[attr-defined]  # a DELETE's result has a row count

    return database.write(work)


def hash_new_password(session: Session, user: str, new: str, old: str | None = None) -> str:
    """Hash another password of an account.

    Parameters
    ----------
    old : str, optional
        The password until now, which whoever changes the own one has to know.

    Raises
    ------
    MissingError
        When there is no such account.
    BadFieldError
        For a wrong old password or a weak new one.
    """
    check_password(new, user)
    known = session.scalar(select(AccountRow.password_hash).where(AccountRow.user == user))
    if known is None:
        raise MissingError(f"there is no account {user}")
    if old is not None and not PASSWORDS.verify(old, known):
        raise BadFieldError("old", "***", "the password that you signed in with")
    return PASSWORDS.hash(new)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
