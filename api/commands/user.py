"""``jinlin user``: accounts."""

from datetime import UTC, datetime

import click

from api.commands.show import as_json
from api.settings import Settings
from data.registers.accounts import Account, add_account
from data.registers.sign_ins import close_sign_ins, open_sign_ins, set_active, set_password
from data.store.session import Database


@click.group("user")
def command() -> None:
    """Add, disable and look after accounts."""


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
    store = Database(Settings().database_url())
    store.create()
    account = Account(**given)  # type: ignore[arg-type]  # the options are the fields
    add_account(store, account, password, replace=replace)
    as_json({"added": account.user, "role": account.role})


@command.command("password")
@click.argument("user")
@click.password_option()
def password(user: str, password: str) -> None:
    """Give USER another password; it is asked for, and all sign-ins end."""
    set_password(_store(), user, password)
    as_json({"password": "changed", "user": user})


@command.command("disable")
@click.argument("user")
@click.option("--undo", is_flag=True, help="Enable the account again.")
def disable(user: str, *, undo: bool) -> None:
    """Let USER sign in no more, and end the open sign-ins."""
    set_active(_store(), user, active=undo)
    as_json({"user": user, "active": undo})


@command.command("sessions")
@click.argument("user")
@click.option("--close", is_flag=True, help="Close them all.")
def sessions(user: str, *, close: bool) -> None:
    """List the open sign-ins of USER."""
    store = _store()
    with store.read() as session:
        found = open_sign_ins(session, user, datetime.now(UTC))
    closed = close_sign_ins(store, user) if close else 0
    as_json(
        {"user": user, "open": [str(one.opened_at) + " " + one.address for one in found], "closed": closed}
    )


def _store() -> Database:
    store = Database(Settings().database_url())
    store.create()
    return store
