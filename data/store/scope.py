"""Who may see a fact, said once: a clause is both the condition of a query and the test of one fact in hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, String, and_, cast, false, or_, true

from data.models import Base, table_of
from dispatch.lifecycle import Actor
from grid.area import CodeScheme


class Clause(Protocol):
    """One condition on a fact and who asks."""

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        ...

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        ...


@dataclass(frozen=True, slots=True)
class Always:
    """Holds for everything."""

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        del row, actor, scheme
        return true()

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        del fact, actor, scheme
        return True


@dataclass(frozen=True, slots=True)
class Within:
    """The code in a column lies inside the actor's area; an actor without one is bound to none."""

    column: str = "cell"

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        column = table_of(row).c[self.column]
        return column.startswith(scheme.prefix(actor.area)) if actor.area else true()

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        return not actor.area or getattr(fact, self.column).startswith(scheme.prefix(actor.area))


@dataclass(frozen=True, slots=True)
class Same:
    """A column holds the actor's own user name, department, provider or resident; never when that is empty."""

    column: str
    own: str

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        del scheme
        column, own = table_of(row).c[self.column], getattr(actor, self.own)
        return column == column.type.python_type(own) if own else false()

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        del scheme
        own = getattr(actor, self.own)
        return bool(own) and str(getattr(fact, self.column)) == own


@dataclass(frozen=True, slots=True)
class HasPart:
    """One of the parts in a JSON column carries the actor's own department."""

    column: str = "parts"
    name: str = "department"
    own: str = "department"

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        del scheme
        own = getattr(actor, self.own)
        written = cast(table_of(row).c[self.column], String)
        return written.contains(f'"{self.name}": "{own}"', autoescape=True) if own else false()

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        del scheme
        own = getattr(actor, self.own)
        return bool(own) and any(getattr(part, self.name) == own for part in getattr(fact, self.column))


@dataclass(frozen=True, slots=True)
class HasNumber:
    """One of the parts in a JSON column carries the actor's own row number, in a field that is not the last of a part."""

    column: str
    name: str
    own: str

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        del scheme
        own = getattr(actor, self.own)
        written = cast(table_of(row).c[self.column], String)
        return written.contains(f'"{self.name}": {own},', autoescape=True) if own else false()

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        del scheme
        own = getattr(actor, self.own)
        return bool(own) and any(str(getattr(part, self.name)) == own for part in getattr(fact, self.column))


@dataclass(frozen=True, slots=True)
class Set:
    """A column of truth values is true."""

    column: str

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        del actor, scheme
        return table_of(row).c[self.column].is_(true())

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        del actor, scheme
        return bool(getattr(fact, self.column))


@dataclass(frozen=True, slots=True)
class Holds:
    """A column holds one of some texts."""

    column: str
    texts: tuple[str, ...]

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        del actor, scheme
        return table_of(row).c[self.column].in_(self.texts)

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        del actor, scheme
        return getattr(fact, self.column) in self.texts


@dataclass(frozen=True, slots=True)
class Blank:
    """A column of text is empty."""

    column: str

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        del actor, scheme
        return table_of(row).c[self.column] == ""

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        del actor, scheme
        return not getattr(fact, self.column)


@dataclass(frozen=True, slots=True)
class Named:
    """One of the entries ``post:user`` of a JSON column names the actor's own user; never when that is empty."""

    column: str

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        del scheme
        written = cast(table_of(row).c[self.column], String)
        return written.contains(f':{actor.user}"', autoescape=True) if actor.user else false()

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        del scheme
        return bool(actor.user) and any(
            entry.partition(":")[2] == actor.user for entry in getattr(fact, self.column)
        )


@dataclass(frozen=True, slots=True)
class Lists:
    """A JSON column of codes lists the actor's own department; never when that is empty."""

    column: str
    own: str

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        del scheme
        own = getattr(actor, self.own)
        written = cast(table_of(row).c[self.column], String)
        return written.contains(f'"{own}"', autoescape=True) if own else false()

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        del scheme
        own = getattr(actor, self.own)
        return bool(own) and own in getattr(fact, self.column)


@dataclass(frozen=True, slots=True)
class All:
    """All of some clauses hold."""

    clauses: tuple[Clause, ...]

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        return and_(true(), *(clause.where(row, actor, scheme) for clause in self.clauses))

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        return all(clause.holds(fact, actor, scheme) for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one of some clauses holds."""

    clauses: tuple[Clause, ...]

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition for a query over rows."""
        return or_(false(), *(clause.where(row, actor, scheme) for clause in self.clauses))

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell whether the condition holds for one fact."""
        return any(clause.holds(fact, actor, scheme) for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class Scope:
    """For each role the clause that has to hold; a role that is not listed sees nothing."""

    by_role: Mapping[str, Clause]

    def where(self, row: type[Base], actor: Actor, scheme: CodeScheme) -> ColumnElement[bool]:
        """Return the condition of a query over the rows that the actor may see."""
        clause = self.by_role.get(actor.role)
        return false() if clause is None else clause.where(row, actor, scheme)

    def holds(self, fact: Any, actor: Actor, scheme: CodeScheme) -> bool:  # noqa: ANN401 - any fact
        """Tell of one fact in hand what `where` tells in a query."""
        clause = self.by_role.get(actor.role)
        return clause is not None and clause.holds(fact, actor, scheme)
