"""Which table of responsibility is in force: put in, taken back, listed. Part of ``jinlin rules``."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.clock import system_clock
from api.commands.door import OPERATOR
from api.commands.show import as_json
from api.commands.store import looking_at
from api.settings import Settings
from api.views.shape import plain
from data.desk.door import Desk
from data.desk.rule_tables import REVERT
from data.models import AccountRow, EventRow
from data.rules.catalogue import Catalogue, read_catalogue
from data.rules.in_force import InForce, version_with
from data.rules.responsibility import FILE
from data.store.done import Done
from data.store.kinds.upkeep import RULE_TABLE
from data.store.session import Database
from dispatch.lifecycle import Action, Actor
from grid.rule_table import RuleTable

BY = click.option("--by", default="", help="Account of the administrator whose name the log keeps.")
DATABASE = click.option("--database", default="", help="Database address.")


@click.command("revert")
@DATABASE
@BY
def revert(database: str, by: str) -> None:
    """Put the table of the catalogue's own folder in force again; every process follows within seconds."""
    with closing(Database(database or Settings().database_url())) as store:
        as_json(
            put_in_force(
                store,
                read_catalogue(Settings().catalogue),
                lambda desk, who, now: desk.act(RULE_TABLE, FILE, Action(name=REVERT, by=who), now),
                by,
            )
        )


@click.command("history")
@DATABASE
def history(database: str) -> None:
    """List which tables of responsibility were put in force, when and by whom, the newest first."""
    zone = read_catalogue(Settings().catalogue).zone
    with looking_at(database) as store, store.read() as session:
        query = select(EventRow).where(EventRow.kind == RULE_TABLE.name).order_by(EventRow.id.desc())
        as_json(
            [
                {"at": plain(row.at, zone), "by": row.by, "event": row.name, **json.loads(row.payload)}
                for row in session.scalars(query)
            ]
        )


def put_in_force(
    store: Database, catalogue: Catalogue, change: Callable[[Desk, Actor, datetime], Done[RuleTable]], by: str
) -> dict[str, object]:
    """Change which table is in force, in somebody's name; gives what to show: the version, since when, by whom.

    The door works by the catalogue of the folder, so that a table that fits it no longer can be replaced.
    """
    store.create()
    scheme, district = catalogue.rulebook.scheme, store.district().code
    with store.read() as session:
        who = _administrator(session, by, lambda area: bool(area) and scheme.contains(area, district))
    desk = Desk(store, InForce(catalogue), county_of(store, catalogue))
    done = change(desk, who, system_clock())
    told: dict[str, object] = {"changed": done.changed}
    if done.after is None:
        return {**told, "version": catalogue.version, "edition": 0, "since": None}
    table = done.after
    told |= {"version": version_with(catalogue, table.text), "edition": table.edition}
    told |= {"since": plain(table.since, catalogue.zone)}
    return told | {"by": who.user} if done.changed else told


def _administrator(session: Session, user: str, covers: Callable[[str], bool]) -> Actor:
    """Return the administrator of the whole district with an account, or whoever sits here where none is named."""
    if not user:
        return OPERATOR
    account = session.scalar(select(AccountRow).where(AccountRow.user == user))
    may = account is not None and account.role == "admin" and account.active and covers(account.area)
    if not may:
        raise click.BadParameter(
            f"{user!r} is no active account of an administrator of the whole district", param_hint="--by"
        )
    return Actor(user=user, role="admin")


def county_of(store: Database, catalogue: Catalogue) -> str:
    """Return the digits that numbers of the district begin with."""
    return store.district().code[: catalogue.rulebook.scheme.widths[0]]
