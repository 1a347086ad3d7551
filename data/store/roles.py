"""Groups of roles that scopes are told by."""

from collections.abc import Mapping

from data.store.scope import Clause, OneOf, Scope, Within

OVERSEERS = ("dispatcher", "leader", "admin")
"""Those who run an area."""


def overseen(*more: Clause, by: Mapping[str, Clause]) -> Scope:
    """Return a scope in which overseers see their area, or one of some other clauses holds for them."""
    here: Clause = OneOf((Within(), *more)) if more else Within()
    return Scope(dict.fromkeys(OVERSEERS, here) | dict(by))
