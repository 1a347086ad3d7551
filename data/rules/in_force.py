"""The rules that a process works by: the catalogue of its folder, with the tables that were put in force since."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import BadCatalogueError
from data.log import LOG
from data.models import RuleTableRow, fact_of
from data.rules.catalogue import Catalogue
from data.rules.responsibility import FILE, read_text
from data.store.session import Database
from grid.rule_table import RuleTable

UNFIT = (
    "this table was put in force and does not fit the catalogue; 'jinlin rules import FILE' puts another in its place,"
    " 'jinlin rules revert' that of the catalogue's folder"
)
_HELD: ContextVar[tuple["InForce", Catalogue] | None] = ContextVar("held_rules", default=None)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is in force, swapped as one: the rules, and the table that was put in force, None where none ever was."""

    catalogue: Catalogue
    table: RuleTable | None = None


class InForce:
    """Holds the catalogue in force; whoever works on a request, a timer or a transaction sees one version of it throughout.

    Parameters
    ----------
    catalogue : Catalogue
        Of the folder.

    Attributes
    ----------
    unfit : str
        Why a table that is in force for the district is not followed here, empty otherwise.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._stands = _Standing(catalogue)
        self._lock = threading.Lock()
        self.unfit = ""

    @property
    def catalogue(self) -> Catalogue:
        """The version that is held here, else the newest."""
        held = _HELD.get()
        return held[1] if held is not None and held[0] is self else self._stands.catalogue

    @property
    def table(self) -> RuleTable | None:
        """The table of responsibility in force, None for that of the folder."""
        table = self._stands.table
        return table if table is not None and table.text else None

    @contextmanager
    def held(self, catalogue: Catalogue | None = None) -> Iterator[None]:
        """Hold one version, the newest when none is given, for what is done inside, whatever comes meanwhile."""
        token = _HELD.set((self, catalogue or self._stands.catalogue))
        try:
            yield
        finally:
            _HELD.reset(token)

    def read(self, session: Session) -> None:
        """Take up what is in force for the district of a database.

        Raises
        ------
        BadCatalogueError
            When it does not fit the catalogue of this process, which stays as it was.
        """
        row = session.scalar(select(RuleTableRow).where(RuleTableRow.name == FILE))
        if row is None:
            return
        try:
            self.take(fact_of(RuleTable, row))
        except BadCatalogueError as error:
            raise BadCatalogueError(f"{error}\n{UNFIT}") from None

    def follow(self, session: Session) -> None:
        """Take up what another process put in force; what does not fit here is told in ``unfit`` and changes nothing."""
        try:
            self.read(session)
        except BadCatalogueError as error:
            self.unfit = str(error)
            LOG.warning("rules put in force elsewhere do not fit here", reason=self.unfit)

    def take(self, table: RuleTable) -> None:
        """Work by a table from now on; an earlier edition than the present one changes nothing.

        Raises
        ------
        BadCatalogueError
            When it does not fit the catalogue of this process, which stays as it was.
        """
        with self._lock:
            known = self._stands.table
            if known is not None and known.edition >= table.edition:
                return
            self._stands = _Standing(with_responsibility(self._stands.catalogue, table.text), table)
            self.unfit = ""


def rules_of(database: Database, catalogue: Catalogue) -> InForce:
    """Return the rules in force for the district of a database.

    Raises
    ------
    BadCatalogueError
        When a table that was put in force does not fit the catalogue.
    """
    rules = InForce(catalogue)
    with database.read() as session:
        rules.read(session)
    return rules


def with_responsibility(catalogue: Catalogue, text: str) -> Catalogue:
    """Return a catalogue with another table of responsibility, under a version of its own.

    Parameters
    ----------
    catalogue : Catalogue
    text : str
        The table as its file holds it; empty for that of the catalogue's own folder.

    Returns
    -------
    Catalogue
        The same version wherever folder and table are the same.

    Raises
    ------
    BadCatalogueError
        Naming every cell at fault.
    """
    own = catalogue.own
    if not text:
        return own
    rules, version = read_text(text, own.rulebook), version_with(own, text)
    return replace(
        own,
        version=version,
        rulebook=replace(own.rulebook, version=version, responsibility=rules),
        alarms=replace(own.alarms, version=version),
        folder=own,
    )


def version_with(catalogue: Catalogue, text: str) -> str:
    """Return the version of a catalogue with another table of responsibility, as `with_responsibility` gives it."""
    own = catalogue.own
    return sha256(f"{own.version}\0{FILE}\0{text}".encode()).hexdigest()[:16] if text else own.version
