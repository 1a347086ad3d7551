"""Accounts: who may sign in, as what, and where."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from data.models import AccountRow, SignInRow
from data.registers.passwords import PASSWORDS, check_password
from data.rules.lifecycles import ROLES
from data.store.session import Database
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor

_USER = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
RESERVED = frozenset(
    [
        "public",
        "clock",
        "system",
        "timer",
        "build",
        "import",
        "figures",
        "anonymous",
        "nobody",
        "root",
        "jinlin",
    ]
)
"""Names by which the log tells what no account did."""
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
    if account.user in RESERVED:
        raise BadFieldError("user", account.user, "another name; the system itself uses this one")
    check_password(password, account.user)
    if account.role in OF_AN_AREA and not account.area:
        raise BadFieldError("area", "", f"a {account.role} works in an area; give the code of one")
    hashed = PASSWORDS.hash(password)

    def work(session: Session) -> None:
        if session.scalar(select(AccountRow).where(AccountRow.user == account.user)) is not None:
            if not replace:
                raise BadFieldError("user", account.user, "choose another; this one is taken")
            session.execute(delete(AccountRow).where(AccountRow.user == account.user))
            session.execute(delete(SignInRow).where(SignInRow.user == account.user))
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
