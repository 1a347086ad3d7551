"""What belongs to a cell, counted; and which cells nobody answers for."""

from dataclasses import dataclass

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.models import AccountRow, CellRow, DeviceRow, HomeVisitRow, ProviderRow, ResidentRow, TicketRow
from grid.tickets.history import LEFT_OUT

UNMARKED = ("[]", '["sample"]')
"""Marks that say nothing of a person: none, and that the person is invented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFile:
    """How much of each kind belongs to a cell: registered residents, those of them with a mark, and so on.

    ``worker_name`` is empty while nobody who may sign in answers for the cell: it is vacant then.
    """

    people: int
    marked: int
    providers: int
    devices: int
    open_tickets: int
    tickets: int
    visits: int
    worker_name: str

    @property
    def vacant(self) -> bool:
        """Whether nobody answers for the cell."""
        return not self.worker_name


def cell_file(session: Session, code: str, worker: str) -> CellFile:
    """Count what belongs to a cell.

    Parameters
    ----------
    session : Session
    code : str
        Of the cell.
    worker : str
        Who is registered as answering for it.
    """

    def count(column: InstrumentedAttribute[str], *more: object) -> int:
        query = select(func.count()).where(column == code, *more)  # type: ignore[arg-type]  # conditions
        return int(session.scalar(query) or 0)

    here = ResidentRow.ended_on.is_(None)
    homes = select(ResidentRow.no).where(ResidentRow.cell == code)
    devices = select(func.count()).where(DeviceRow.resident.in_(homes), DeviceRow.removed_at.is_(None))
    return CellFile(
        people=count(ResidentRow.cell, here),
        marked=count(ResidentRow.cell, here, cast(ResidentRow.tags, String).not_in(UNMARKED)),
        providers=count(ProviderRow.area, ProviderRow.state != "left"),
        devices=int(session.scalar(devices) or 0),
        open_tickets=count(
            TicketRow.cell, TicketRow.accepted_at.is_not(None), TicketRow.state.not_in(("closed", *LEFT_OUT))
        ),
        tickets=count(TicketRow.cell),
        visits=count(HomeVisitRow.cell),
        worker_name=active_workers(session).get(worker, ""),
    )


def active_workers(session: Session) -> dict[str, str]:
    """Return the names of the workers who may sign in, by user name."""
    query = select(AccountRow.user, AccountRow.name).where(AccountRow.role == "worker", AccountRow.active)
    return {row.user: row.name for row in session.execute(query)}


def cells_of(session: Session, users: list[str]) -> dict[str, list[str]]:
    """Return the codes of the cells that each of some workers answers for."""
    found: dict[str, list[str]] = {user: [] for user in users}
    query = select(CellRow.worker, CellRow.code).where(CellRow.worker.in_(users)).order_by(CellRow.code)
    for user, code in session.execute(query):
        found[user].append(code)
    return found
