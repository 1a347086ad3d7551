"""Effects of raising, lowering, urging and supervising a ticket."""

from dispatch.errors import NotPossibleError
from grid.reasons import Reason
from grid.tickets.case import Case

LEVELS = ("community", "street", "district", "city")


def escalate(case: Case) -> Case:
    """Raise the ticket by one level.

    Raises
    ------
    NotPossibleError
        At the highest level.
    """
    at = LEVELS.index(case.ticket.level)
    if at + 1 == len(LEVELS):
        raise NotPossibleError(f"{case.ticket.no} is at the highest level already")
    return case.to(level=LEVELS[at + 1]).tell(level=LEVELS[at + 1])


def lower(case: Case) -> Case:
    """Lower the ticket by one level.

    Raises
    ------
    NotPossibleError
        At the lowest level.
    """
    at = LEVELS.index(case.ticket.level)
    if at == 0:
        raise NotPossibleError(f"{case.ticket.no} is at the lowest level already")
    return case.to(level=LEVELS[at - 1]).tell(level=LEVELS[at - 1])


def urge(case: Case) -> Case:
    """Count an urging and charge it by the table."""
    urges = case.ticket.urges + 1
    return case.to(urges=urges).charge(
        "urged", urges, case.now, Reason("urged", {"times": urges, "note": case.given("note")})
    )


def supervise(case: Case) -> Case:
    """Put the ticket under supervision."""
    return case.to(supervised=True)


def unsupervise(case: Case) -> Case:
    """End the supervision."""
    return case.to(supervised=False)
