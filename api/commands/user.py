"""``jinlin user``: accounts."""

from datetime import UTC, datetime, timedelta

import click

from api.clock import system_clock
from api.commands.door import OPERATOR, opened_desk
from api.commands.show import as_json
from api.commands.store import looking_at
from api.settings import Settings
from data.desk.accounts import NewAccount
from data.desk.door import Desk
from data.registers.sign_ins import close_sign_ins, hash_new_password, make_key, open_sign_ins
from data.store.kinds.upkeep import ACCOUNT
from data.store.session import Database
from dispatch.lifecycle import Action
from grid.account import Account


@click.group("user")
def command() -> None:
    """Add, disable and look after accounts, and make keys for machines."""


@command.command("key")
@click.argument("user")
@click.option("--days", default=3650, show_default=True, help="How long it is good for.")
def key(user: str, days: int) -> None:
    """Make a key with which a gateway speaks for USER; it is shown once."""
    store = Database(Settings().database_url())
    as_json({"user": user, "key": make_key(store, user, timedelta(days=days), datetime.now(UTC))})


@command.command("add")
@click.argument("user")
@click.option("--role", required=True)
@click.option("--name", default="")
@click.option("--area", default="", help="Area code the account is bound to.")
@click.option("--department", default="")
@click.option("--provider", type=int, default=None)
@click.option("--resident", default="")
@click.option("--replace", is_flag=True, help="Replace an account of the same name.")
@click.password_option()
def add(password: str, *, replace: bool, **given: str | int | None) -> None:
    """Add USER; the password is asked for."""
    account = Account(**given)  # type: ignore[arg-type]  # the options are the fields
    with opened_desk() as desk:
        new = NewAccount(account=account, password=password, again=replace)
        desk.start(new, OPERATOR, system_clock())
    as_json({"added": account.user, "role": account.role})


@command.command("password")
@click.argument("user")
@click.password_option()
def password(user: str, password: str) -> None:
    """Give USER another password; it is asked for, and all sign-ins end."""
    with opened_desk() as desk:
        with desk.database.read() as session:
            hashed = hash_new_password(session, user, password)
        _act(desk, user, "password", password_hash=hashed)
    as_json({"password": "changed", "user": user})


@command.command("disable")
@click.argument("user")
@click.option("--undo", is_flag=True, help="Enable the account again.")
def disable(user: str, *, undo: bool) -> None:
    """Let USER sign in no more, and end the open sign-ins."""
    with opened_desk() as desk:
        _act(desk, user, "enable" if undo else "disable")
    as_json({"user": user, "active": undo})


@command.command("sessions")
@click.argument("user")
@click.option("--close", is_flag=True, help="Close them all.")
def sessions(user: str, *, close: bool) -> None:
    """List the open sign-ins of USER."""
    with looking_at() as store:
        with store.read() as session:
            found = open_sign_ins(session, user, system_clock())
        closed = close_sign_ins(store, user) if close else 0
    as_json(
        {"user": user, "open": [str(one.opened_at) + " " + one.address for one in found], "closed": closed}
    )


def _act(desk: Desk, user: str, action: str, **fields: str) -> None:
    desk.act(ACCOUNT, user, Action(name=action, by=OPERATOR, fields=fields), system_clock())
