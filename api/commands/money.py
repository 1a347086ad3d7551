"""``jinlin money``: whether every fen balances, and the ledger for an accountant."""

from pathlib import Path

import click

from api.commands.show import as_json
from api.commands.store import looking_at
from data.files.beancount import beancount
from data.queries.money import count_transfers
from data.store.money_check import money_faults
from data.store.purses import balances
from data.store.verify import walk

DATABASE = click.option("--database", default="", help="Database address.")


@click.group("money")
def command() -> None:
    """Check that every fen balances; write the ledger for an accountant."""


@command.command("check")
@DATABASE
def check(database: str) -> None:
    """Recompute all money from the event log and compare it with ledger, purses, budgets and bills; exit 1 when anything differs."""
    with looking_at(database) as store, store.read() as session:
        faults = list(money_faults(session, walk(session).transfers))
        lines, stands = count_transfers(session), balances(session)
    shown = [{"kind": f.kind, "key": f.aggregate, "number": f.seq, "detail": f.detail} for f in faults]
    as_json({"transfers": lines, "sum_fen": sum(stands.values()), "balances": not faults, "faults": shown})
    if faults:
        raise click.exceptions.Exit(1)


@command.command("export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@DATABASE
def export(path: Path, database: str) -> None:
    """Write the ledger to PATH as a beancount file, with what every purse comes to."""
    with looking_at(database) as store, store.read() as session, path.open("w", encoding="utf-8") as file:
        file.writelines(beancount(session))
        lines = count_transfers(session)
    as_json({"file": str(path), "transfers": lines})
