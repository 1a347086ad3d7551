"""``jinlin user``: accounts."""

import click

from api.commands.show import as_json
from api.settings import Settings
from data.registers.accounts import Account, add_account
from data.store.session import Database


@click.group("user")
def command() -> None:
    """Add an account."""


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
