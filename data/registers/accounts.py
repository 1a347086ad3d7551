"""Accounts: who may sign in, as what, and where."""

import re

from data.models import AccountRow
from data.registers.passwords import check_password
from data.rules.lifecycles import ROLES
from dispatch.errors import BadFieldError
from grid.account import Account

_USER = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
OUTSIDE_PREFIX = "sso-"
"""Of accounts that an identity provider vouches for; no other may begin with it."""
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
OF_AN_AREA = frozenset({"worker", "dispatcher", "department", "leader", "admin", "officer", "nurse"})
"""Roles that see by area; without one they see nothing, and are told so."""


def check_account(account: Account, password: str) -> None:
    """Make sure that an account can be added under its name, with a password.

    Raises
    ------
    BadFieldError
        For a user name or role of the wrong shape, a weak password, a missing area.
    """
    _check_facts(account)
    if account.user.startswith(OUTSIDE_PREFIX):
        raise BadFieldError("user", account.user, f"another name; {OUTSIDE_PREFIX} is for identity providers")
    check_password(password, account.user)


def check_vouched(account: Account) -> None:
    """Make sure that an account that an identity provider vouches for can be added; it has no password.

    Raises
    ------
    BadFieldError
        For a user name or role of the wrong shape, a missing area.
    """
    _check_facts(account)
    if not account.user.startswith(OUTSIDE_PREFIX):
        raise BadFieldError("user", account.user, f"a name that begins with {OUTSIDE_PREFIX}")


def _check_facts(account: Account) -> None:
    if not _USER.fullmatch(account.user):
        raise BadFieldError("user", account.user, "2 to 32 small letters, digits, dots, hyphens")
    if account.user in RESERVED:
        raise BadFieldError("user", account.user, "another name; the system itself uses this one")
    check_place(account)


def check_place(account: Account) -> None:
    """Make sure that an account has a role that there is, and the area that one of this role works in.

    Raises
    ------
    BadFieldError
    """
    if account.role not in ROLES - {"clock"}:
        raise BadFieldError("role", account.role, "roles are " + ", ".join(sorted(ROLES - {"clock"})))
    if account.role in OF_AN_AREA and not account.area:
        raise BadFieldError("area", "", f"a {account.role} works in an area; give the code of one")


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
        active=row.active,
    )
