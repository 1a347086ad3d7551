"""``jinlin rules``: check the responsibility table, try another one on a past month, take it out and in.

Deadlines that waited for a year's calendar are counted again here too.
"""

from contextlib import closing
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from api.clock import system_clock
from api.commands import routes
from api.commands.in_force import BY, county_of, history, put_in_force, revert
from api.commands.show import as_json
from api.commands.store import looking_at
from api.locale.untranslated import find_untranslated
from api.settings import Settings
from api.views.shape import plain
from data.desk.door import Desk
from data.desk.rule_tables import PutResponsibility, cells_to_check
from data.desk.tickets import RECOMPUTE
from data.files.responsibility import dry_run, read_rules, replace_rules, write_rules
from data.queries.tickets import provisional
from data.rules.catalogue import Catalogue, read_catalogue
from data.rules.files import FOLDER as FOLDER_OF_OURS
from data.rules.holes import find_holes
from data.rules.in_force import rules_of
from data.rules.reference import catalogue_reference
from data.store.kinds.cases import TICKET
from data.store.session import Database
from grid.period import month_period
from grid.responsibility import ResponsibilityRule, RuleFinding, check_from, check_rules, fatal

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
FOLDER = click.option(
    "--catalogue", "folder", type=click.Path(path_type=Path), help="Folder of the catalogue."
)
DATABASE = click.option("--database", default="", help="Database address.")
DAY = click.option("--day", default="", help="Day to judge by, such as 2026-11-18; today when left out.")
MOST_SHOWN = 200


@click.group("rules")
def command() -> None:
    """Check the responsibility table, try another one on a past month, take it out and in."""


command.add_command(routes.command)
command.add_command(revert)
command.add_command(history)


@command.command("check")
@FOLDER
@DATABASE
@DAY
def check(folder: Path | None, database: str, day: str) -> None:
    """Prove that no table has a hole, and every cell and category exactly one answer; exit 1 otherwise."""
    where = folder or Settings().catalogue
    if holes := find_holes(where):
        as_json({"holes": holes})
        raise click.exceptions.Exit(1)
    catalogue = read_catalogue(where)
    if holes := find_untranslated(where, catalogue.english):
        as_json({"holes": holes})
        raise click.exceptions.Exit(1)
    with closing(Database(database or Settings().database_url())) as store:
        store.create()
        if folder is None:
            catalogue = rules_of(store, catalogue).catalogue
        body, findings = checked(store, catalogue, catalogue.rulebook.responsibility, _day(day, catalogue))
    as_json({"holes": [], "version": catalogue.version, **body})
    if fatal(findings):
        raise click.exceptions.Exit(1)


@command.command("reference")
def reference() -> None:
    """Write which tables there are, with each field's type, unit, words and an example, as Markdown."""
    click.echo(catalogue_reference(FOLDER_OF_OURS), nl=False)


@command.command("lifecycles")
@FOLDER
def lifecycles(folder: Path | None) -> None:
    """Draw the states of tickets, orders and all else that has a table of states, as Markdown with Mermaid."""
    click.echo(drawn_lifecycles(_catalogue(folder)), nl=False)


def drawn_lifecycles(catalogue: Catalogue) -> str:
    """Return a drawing and a table of states for each lifecycle, as Markdown."""
    parts = ["# Lifecycles\n\nDrawn from the tables in `data/catalogue` by `jinlin rules lifecycles`.\n"]
    for name, cycle in catalogue.lifecycles.items():
        told = f"## {cycle.name}\n\nTable: `data/catalogue/{name}.toml`\n"
        rows = (
            f"| {state} | {cycle.labels[state]} | {', '.join(cycle.stays(state))} |" for state in cycle.states
        )
        table = "\n".join(["| state | 名称 | also possible, and it stays |", "|---|---|---|", *rows])
        parts.append(f"{told}\n```mermaid\n{cycle.mermaid()}```\n\n{table}\n")
    return "\n".join(parts)


@command.command("dry-run")
@FILE
@FOLDER
@DATABASE
@click.option("--month", required=True, help="Month of past tickets, such as 2026-10.")
def try_out(file: Path, folder: Path | None, database: str, month: str) -> None:
    """Tell which tickets of a month would have gone elsewhere under the rules of FILE."""
    catalogue = _catalogue(folder)
    rulebook = catalogue.rulebook
    rules = read_rules(file, rulebook)
    period = month_period(month, catalogue.zone)
    with looking_at(database) as store, store.read() as session:
        found = dry_run(session, rules, rulebook, period)
    flows = [{"from": a, "to": b, "tickets": n} for (a, b), n in sorted(found.flows.items())]
    as_json(
        {
            "month": month,
            "tickets": found.tickets,
            "moved": len(found.moved),
            "flows": flows,
            "items": [asdict(m) for m in found.moved[:MOST_SHOWN]],
        }
    )


@command.command("export")
@FILE
@FOLDER
@DATABASE
def take_out(file: Path, folder: Path | None, database: str) -> None:
    """Write the table in force, or that of a folder, to FILE, .csv or .xlsx."""
    catalogue = _catalogue(folder)
    if folder is None:
        with looking_at(database) as store:
            catalogue = rules_of(store, catalogue).catalogue
    write_rules(catalogue.rulebook.responsibility, file)
    as_json(
        {
            "file": str(file),
            "rules": len(catalogue.rulebook.responsibility),
            "version": catalogue.version,
        }
    )


@command.command("import")
@FILE
@click.option(
    "--catalogue",
    "folder",
    type=click.Path(path_type=Path),
    help="Write it into this folder of a catalogue instead; a server takes it from there at its start.",
)
@DATABASE
@click.option("--day", default="", help="With --catalogue: day to judge by, such as 2026-11-18; else today.")
@BY
def take_in(file: Path, folder: Path | None, database: str, day: str, by: str) -> None:
    """Check FILE wholly and put it in force; every process follows within seconds. Nothing changes when it has a fault.

    It is judged from today on: a gap or overlap on any later day is a fault too. What is under way stays as it is.
    """
    catalogue = _catalogue(folder)
    rules = read_rules(file, catalogue.rulebook)
    if folder is None and day:
        raise click.UsageError("--day goes with --catalogue; rules that are put in force hold from today on")
    judged = _day(day, catalogue)
    with closing(Database(database or Settings().database_url())) as store:
        body, findings = checked(store, catalogue, rules, judged, onwards=folder is None)
        if fatal(findings):
            as_json(body)
            raise click.exceptions.Exit(1)
        if folder is None:
            new = PutResponsibility(rules=rules)
            as_json(
                {
                    **body,
                    **put_in_force(store, catalogue, lambda desk, who, now: desk.start(new, who, now), by),
                }
            )
            return
    replace_rules(rules, folder)
    as_json({**body, "catalogue": str(folder), "version": read_catalogue(folder).version})


@command.command("recompute-deadlines")
@FOLDER
@DATABASE
def recompute_deadlines(folder: Path | None, database: str) -> None:
    """Count provisional deadlines again by the calendars of the catalogue; what is closed stays as it was."""
    catalogue = _catalogue(folder)
    with closing(Database(database or Settings().database_url())) as store:
        store.create()
        desk, now = Desk(store, catalogue, county_of(store, catalogue)), system_clock()
        with store.read() as session:
            numbers = provisional(session)
        changed = [done for no in numbers if (done := desk.act(TICKET, no, RECOMPUTE, now)).changed]
    zone = catalogue.zone
    as_json(
        {
            "looked_at": len(numbers),
            "changed": len(changed),
            "items": [
                {
                    "no": done.fact.no,
                    "old": plain(done.before.due_at if done.before else None, zone),
                    "new": plain(done.fact.due_at, zone),
                    "final": not done.fact.provisional,
                }
                for done in changed
            ],
        }
    )


def checked(
    store: Database,
    catalogue: Catalogue,
    rules: tuple[ResponsibilityRule, ...],
    day: date,
    *,
    onwards: bool = False,
) -> tuple[dict[str, object], list[RuleFinding]]:
    """Check rules against the cells of a database, on a day or from it on; gives what to show and the findings."""
    store.create()
    with store.read() as session:
        cells = cells_to_check(session, rules, catalogue.rulebook.scheme)
    categories = catalogue.rulebook.categories
    findings = (check_from if onwards else check_rules)(rules, cells, categories, day)
    body: dict[str, object] = {
        "day": day.isoformat(),
        "rules": len(rules),
        "cells": len(cells),
        "categories": len(categories),
        "answers": len(cells) * len(categories),
        "findings": [asdict(f) for f in findings],
    }
    return body, findings


def _catalogue(folder: Path | None) -> Catalogue:
    return read_catalogue(folder or Settings().catalogue)


def _day(text: str, catalogue: Catalogue) -> date:
    if not text:
        return catalogue.local(system_clock()).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date such as 2026-11-18", param_hint="--day") from None
