"""Names of people that stand in texts."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import ResidentRow
from grid.personal import name_like

AT_ONCE = 500
"""Words asked in one query."""


def names_in(session: Session, texts: Iterable[str]) -> frozenset[str]:
    """Return which words of some texts are names of registered residents; empty for none."""
    words = sorted(frozenset().union(*map(name_like, texts)))
    found: set[str] = set()
    for start in range(0, len(words), AT_ONCE):
        known = select(ResidentRow.name).where(ResidentRow.name.in_(words[start : start + AT_ONCE]))
        found |= set(session.scalars(known))
    return frozenset(found)
