"""What the figures count: named sets of the tickets of a period, and the shares made of them.

This is the one place that says what on time, overdue and satisfied mean. Board, public page, indicators, rates, the
page of a department and the appraisal count these sets, and a list behind a number shows the same set. Tickets are read
as they stood at the end of the period, so that a period that is over never changes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dispatch.errors import BadFieldError
from grid.figures.facts import Facts, OrderFact, Rating
from grid.figures.rates import OF_DUE
from grid.tickets.history import History

Cases: TypeAlias = Sequence[History | Rating]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share by the names of two sets; ``part`` lies in ``whole``."""

    part: str
    whole: str


def _unsigned(facts: Facts) -> Cases:
    dispatched = (t for t in facts.dispatched if facts.inside(facts.response_due_at(t)))
    return [t for t in dispatched if not facts.answered_in_time(t)]


def _of_due(name: str, *, holds: bool = True) -> Callable[[Facts], Cases]:
    return lambda facts: [t for t in facts.due if OF_DUE[name](t) is holds]


SETS: Mapping[str, Callable[[Facts], Cases]] = {
    "reported": lambda facts: [t for t in facts.tickets if facts.inside(t.reported_at)],
    "accepted": lambda facts: facts.accepted,
    "open": lambda facts: facts.open_at_end,
    "overdue": lambda facts: facts.overdue,
    "due": lambda facts: facts.due,
    "on_time": _of_due("handled_on_time"),
    "late": _of_due("handled_on_time", holds=False),
    "closed": lambda facts: facts.closed,
    "rated": lambda facts: facts.ticket_ratings,
    "content": lambda facts: [r for r in facts.ticket_ratings if r.is_content],
    "told": lambda facts: facts.telling,
    "solved": lambda facts: [r for r in facts.telling if r.solved],
    "asked": lambda facts: facts.asked,
    "reworked": _of_due("reworked"),
    "unsigned": _unsigned,
}
"""Name -> tickets. By time of report: ``reported`` all, ``accepted`` without void and merged ones. At the end of the
period: ``open`` filed and not closed, ``overdue`` of them those whose deadline is over. By deadline in force, which has
passed: ``due``, of them ``on_time`` handled by then, ``late`` not, ``reworked`` at least once. By time of closing:
``closed``. By time of rating: ``rated``, ``content`` with four or five stars, ``told`` those that say whether the
matter is solved, ``solved`` of them those that say it is; ``asked`` who could have rated: closed or rated. By time a receipt was due: ``unsigned``."""

ORDER_SETS: Mapping[str, Callable[[Facts], Sequence[OrderFact]]] = {
    "placed": lambda facts: facts.placed,
    "unmet": lambda facts: [o for o in facts.placed if o.is_unmet],
    "promised": lambda facts: facts.promised,
    "arrivals_due": lambda facts: facts.arrivals_due,
    "arrived": lambda facts: [o for o in facts.arrivals_due if o.arrived_in_time],
    "not_arrived": lambda facts: [o for o in facts.arrivals_due if not o.arrived_in_time],
}
"""Name -> orders. By the time they were placed: ``placed`` all, ``unmet`` of them those that no provider took. By the time an arrival was promised for: ``promised`` all, ``arrivals_due`` without cancelled ones, of them
``arrived`` in time and ``not_arrived``."""

SHARES: Mapping[str, Share] = {
    "handled_on_time": Share(part="on_time", whole="due"),
    "solved_of_told": Share(part="solved", whole="told"),
    "satisfied": Share(part="content", whole="rated"),
}


def find_cases(facts: Facts, name: str) -> Cases:
    """Return the cases of a set, each at most once; empty when there are none.

    Raises
    ------
    BadFieldError
        When there is no such set.
    """
    if name not in SETS:
        raise BadFieldError("set", name, "sets are " + ", ".join(SETS))
    return SETS[name](facts)


def count_sets(facts: Facts) -> dict[str, int]:
    """Count every set; empty ones count 0."""
    return {name: len(cases(facts)) for name, cases in SETS.items()}


def find_orders(facts: Facts, name: str) -> Sequence[OrderFact]:
    """Return the orders of a set, each once; empty when there are none.

    Raises
    ------
    BadFieldError
        When there is no such set.
    """
    if name not in ORDER_SETS:
        raise BadFieldError("set", name, "sets of orders are " + ", ".join(ORDER_SETS))
    return ORDER_SETS[name](facts)
