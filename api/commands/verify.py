"""``jinlin verify``: find what was altered."""

from pathlib import Path

import click
from sqlalchemy import func, select

from api.commands.show import as_json
from api.commands.store import looking_at
from data.figures.frozen import verify_frozen
from data.figures.histories import altered
from data.models import EventRow
from data.queries.visits import verify_visits
from data.store.chain import ChainFault
from data.store.head import head_faults, read_head
from data.store.kinds import KINDS
from data.store.verify import count_unsealed, verify


@click.command("verify")
@click.option("--database", default="", help="Database address.")
@click.option(
    "--head",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A head that 'jinlin seal' wrote and that was kept outside.",
)
@click.option("--key", default="", help="Public key that signed the head, in hexadecimal.")
def command(database: str, head: Path | None, key: str) -> None:
    """Walk the log, the ledger, every sealed row, the frozen figures and the visits; exit 1 when anything was altered.

    With a head that was kept outside, what was taken out whole is found too.
    """
    with looking_at(database) as store, store.read() as session:
        faults = verify(session, KINDS) + altered(session) + verify_frozen(session) + verify_visits(session)
        if head is not None:
            details = head_faults(session, read_head(head), key)
            faults += [ChainFault(kind="head", aggregate=head.name, seq=0, detail=told) for told in details]
        unsealed = count_unsealed(session, KINDS)
        events = session.scalar(select(func.count()).select_from(EventRow))
    shown = [{"kind": f.kind, "aggregate": f.aggregate, "seq": f.seq, "detail": f.detail} for f in faults]
    as_json({"events": events, "unsealed": unsealed, "faults": shown})
    if faults:
        raise click.exceptions.Exit(1)
