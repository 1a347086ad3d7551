"""What a kind of thing is: its name, fact, row, key, numbers, who sees it, what of it is sealed and told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Table

from data.models import (
    Base,
    table_of,
)
from data.store.scope import Scope

F = TypeVar("F")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[F]):
    """One kind of thing.

    Parameters
    ----------
    name : str
        Its name in events, numbers of webhooks, live notes and the log.
    fact : type
        The domain fact.
    row : type
        Its row; the two have the same fields, see `data.models.columns_of`.
    scope : Scope
        Who may see one.
    key : str
        The field that names one.
    letter : str
        What its numbers begin with; empty where it is named by a code, a user name or a month.
    derived : frozenset of str
        Columns that follow from others or from other rows; never sealed.
    later : frozenset of str
        Columns that rows did not have from the beginning; while one holds nothing it is left out of the seal, so that the
        seals of before still hold.
    free : frozenset of str
        Columns that decide nothing; not sealed.
    salted : bool
        Whether the row has a ``salt`` that goes into the seal, so that the log tells nothing about persons.
    live : tuple of str
        Fields that open pages are told when it changes; empty for a kind that pages are not told of.
    told : bool
        Whether webhooks are told of its events.
    quiet : str
        A field that keeps its events from webhooks where it is true, such as that of a drill; empty for none.
    lifecycle : str
        Name of its table in ``data/catalogue``, without ending; empty where it has none.
    public : tuple of str
        Fields that a stranger who has its number may see; empty for a kind that cannot be followed.
    of_person : bool
        Whether its key names a person, so that its events are not written to files.
    logged : frozenset of str
        Columns of which the log tells old and new value when a record is changed; none that tells of a person.
    own_rows : bool
        Whether its file in `data.desk` writes and verifies the rows itself.
    in_bulk : bool
        Whether rows may come with a built district, without an event of their own.
    """

    name: str
    fact: type[F]
    row: type[Base]
    scope: Scope
    key: str = "no"
    letter: str = ""
    derived: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    salted: bool = False
    live: tuple[str, ...] = ()
    told: bool = False
    quiet: str = ""
    lifecycle: str = ""
    public: tuple[str, ...] = ()
    of_person: bool = False
    logged: frozenset[str] = frozenset()
    own_rows: bool = False
    in_bulk: bool = False

    @property
    def table(self) -> Table:
        """The table of its rows."""
        return table_of(self.row)

    @property
    def sealed(self) -> tuple[str, ...]:
        """Columns that go into the seal, sorted."""
        return _sealed(self.row, self.derived | self.free | {"id"})

    def key_of(self, fact: F) -> str:
        """Return what names a fact."""
        return str(getattr(fact, self.key))


@cache
def _sealed(row: type[Base], left_out: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(c.name for c in table_of(row).columns if c.name not in left_out))


def by_name(kinds: Iterable[Kind[Any]]) -> Mapping[str, Kind[Any]]:
    """Return kinds by their names.

    Raises
    ------
    ValueError
        When two share a name or a letter.
    """
    found: dict[str, Kind[Any]] = {}
    letters: dict[str, str] = {}
    for kind in kinds:
        if kind.name in found:
            raise ValueError(f"two kinds are called {kind.name!r}")
        if kind.letter and letters.setdefault(kind.letter, kind.name) != kind.name:
            raise ValueError(f"numbers of {kind.name} and {letters[kind.letter]} begin with {kind.letter!r}")
        found[kind.name] = kind
    return found


def of_number(kinds: Iterable[Kind[Any]], no: str) -> Kind[Any] | None:
    """Return the kind whose numbers begin as one does; None for no number of ours."""
    return next((kind for kind in kinds if kind.letter and kind.letter == no[:1]), None)
