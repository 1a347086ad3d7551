"""``jinlin verify``: find what was altered."""

import click
from sqlalchemy import func, select

from api.commands.show import as_json
from api.commands.store import looking_at
from data.desk.visits import verify_visits
from data.figures.frozen import verify_frozen
from data.figures.histories import altered
from data.models import EventRow
from data.store.kinds import KINDS
from data.store.verify import verify


@click.command("verify")
@click.option("--database", default="", help="Database address.")
def command(database: str) -> None:
    """Walk the log, the ledger, the tickets, the frozen figures and the visits; exit 1 when anything was altered."""
    with looking_at(database) as store, store.read() as session:
        faults = verify(session, KINDS) + altered(session) + verify_frozen(session) + verify_visits(session)
        events = session.scalar(select(func.count()).select_from(EventRow))
    shown = [{"kind": f.kind, "aggregate": f.aggregate, "seq": f.seq, "detail": f.detail} for f in faults]
    as_json({"events": events, "faults": shown})
    if faults:
        raise click.exceptions.Exit(1)
