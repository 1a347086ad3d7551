"""What registers that open and close have in common: filters, what may be changed, and how a change is carried out."""

from typing import Annotated, Any, TypeVar

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.forms import ChangeForm, Short
from api.v1.asks import ListAsk
from api.world import World
from data.errors import MissingError
from data.models import fact_of
from data.registers.halls import HallFilter
from data.store.kind import Kind
from dispatch.lifecycle import Action
from dispatch.party import Party
from dispatch.providers.entity import Entity
from dispatch.station import Station
from grid.account import Account

F = TypeVar("F", Station, Party, Entity)
Name = Annotated[str, Field(min_length=1, max_length=80)]
Phone = Annotated[str, Field(max_length=40)]
OF_STATE = ("closed", "reason", "lon", "lat", "datum")


class HallAsk(ListAsk):
    """Filters of these lists."""

    text: Short = ""
    closed: bool = False

    def filter(self) -> HallFilter:
        """Give the filter."""
        return HallFilter(**self._given(HallFilter))


class KeptForm(ChangeForm):
    """Base of what changes such a record: ``closed`` closes it with a ``reason``, or opens it again."""

    closed: bool | None = None
    reason: Annotated[str, Field(max_length=200)] | None = None

    def kept(self) -> dict[str, Any]:
        """Return the changed fields of the record itself."""
        told = self.given(*OF_STATE)
        return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


def act_by_form(
    world: World, account: Account, kind: Kind[F], no: str, form: KeptForm, fields: dict[str, Any]
) -> F:
    """Carry out what a form says of a record: open it again, change it, close it; each only where it changes something.

    Parameters
    ----------
    world : World
    account : Account
        Who asks.
    kind : Kind
    no : str
        Of the record.
    form : KeptForm
    fields : dict
        Of the record, as they are to be.

    Returns
    -------
    fact
        As it is now.

    Raises
    ------
    MissingError, NotPossibleError, BadFieldError
    """
    now, by = world.clock(), account.actor()
    with world.database.read() as session:
        known = found_by(session, kind, no)
    if not world.scheme.contains(account.area, known.area):
        raise MissingError(f"{kind.name} {no} is not registered in your area")
    was_closed = known.closed_on is not None
    if form.closed is False and was_closed:
        known = world.desk.act(kind, no, Action(name="reopen", by=by), now).fact
    if fields:
        known = world.desk.act(kind, no, Action(name="change", by=by, fields=fields), now).fact
    if form.closed and not was_closed:
        action = Action(name="close", by=by, fields={"reason": form.reason or ""})
        known = world.desk.act(kind, no, action, now).fact
    return known


def found_by(session: Session, kind: Kind[F], no: str) -> F:
    """Find a record by its number.

    Raises
    ------
    MissingError
    """
    row = session.execute(select(kind.table).where(kind.table.c[kind.key] == no)).first()
    if row is None:
        raise MissingError(f"{kind.name} {no} is not registered")
    return fact_of(kind.fact, row)
