"""What the file of a kind gets and gives: the transaction in hand, what begins a fact, and the deeds of a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.city.city import City
from data.errors import MissingError
from data.models import fact_of
from data.rules.catalogue import Catalogue
from data.store.done import Done
from data.store.kind import Kind
from data.store.numbers import Numbers
from dispatch.lifecycle import Action, Actor

F = TypeVar("F")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One piece of work at the door: its transaction, the rules, the time, and where numbers come from.

    ``city`` tells cells and ways; None where a process holds none.
    """

    session: Session
    catalogue: Catalogue
    county: str
    now: datetime
    numbers: Numbers
    kinds_by_letter: Mapping[str, Kind[Any]]
    city: City | None = None

    def draw(self, kind: Kind[Any]) -> str:
        """Draw the next number of a kind."""
        return self.numbers.draw(self.session, kind.letter, self.county, self.catalogue.local(self.now))

    def locked(self, kind: Kind[F], key: str) -> F:
        """Lock the row of a fact and return the fact.

        Raises
        ------
        MissingError
            When there is none.
        """
        query = select(kind.table).where(kind.table.c[kind.key] == key).with_for_update()
        row = self.session.execute(query).first()
        if row is None:
            raise MissingError(f"{kind.name} {key} does not exist")
        return fact_of(kind.fact, row)


class Start(Generic[F]):
    """Base of what begins a fact: a report begins a ticket."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds(Generic[F]):
    """What a kind does.

    Parameters
    ----------
    kind : Kind
    starts : Mapping
        For each type of `Start` the function that decides what it begins. It may write other rows of the same
        transaction; the fact's own row, events and entries are kept by the door.
    act : callable, optional
        Decides one action on a fact; None for a kind on which nobody acts.
    follow : callable, optional
        Keeps what follows from a change once its rows are kept, in the same transaction, such as figures of others;
        returns what memory has to be told of it. No event tells of these.
    """

    kind: Kind[F]
    starts: Mapping[type[Start[F]], Callable[[Work, Any, Actor], Done[F]]] = field(default_factory=dict)
    act: Callable[[Work, str, Action], Done[F]] | None = None
    follow: Callable[[Work, Done[F]], tuple[Done[Any], ...]] | None = None
