"""Where something came from: an outside line and its number there."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import ImportRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a report or an answer came from: a line, its number there, and the hash of what it said."""

    line: str
    number: str
    content_hash: str
    kind: str = "line"


def import_values(origin: Origin, no: str) -> dict[str, str]:
    """Return the row of an origin among the imports, without its time."""
    return {
        "kind": origin_kind(origin.line, origin.kind), "key": origin.number, "row_hash": origin.content_hash, "target": no,
    }  # fmt: skip


def origin_kind(line: str, kind: str = "line") -> str:
    """Return the kind under which imports of a line are kept."""
    return f"{kind} {line}"


def was_said(session: Session, origin: Origin) -> bool:
    """Tell whether something of this origin was taken before."""
    query = select(ImportRow.id).where(
        ImportRow.kind == origin_kind(origin.line, origin.kind), ImportRow.key == origin.number
    )
    return session.scalar(query) is not None


def given_by(session: Session, line: str, numbers: Collection[str]) -> dict[str, str]:
    """Return of some tickets those that a line gave, with its own number of each."""
    query = select(ImportRow.target, ImportRow.key).where(
        ImportRow.kind == origin_kind(line), ImportRow.target.in_(numbers)
    )
    return dict(session.execute(query).all())
