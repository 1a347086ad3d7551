"""Effects of shelving a ticket and taking it up again."""

from datetime import date

from dispatch.errors import BadFieldError
from dispatch.worktime import Limit
from grid.deadlines import clock_left, due, left_s
from grid.tickets import others as parts
from grid.tickets import stages
from grid.tickets.case import Case
from grid.tickets.filing import with_due


def shelve(case: Case) -> Case:
    """Stop the clock until a review date, keeping what was left of it.

    Raises
    ------
    BadFieldError
        For a review date that is none, or does not lie ahead.
    """
    try:
        review_on = date.fromisoformat(str(case.given("review_on")))
    except ValueError:
        raise BadFieldError("review_on", case.given("review_on"), "write a date such as 2026-12-31") from None
    worktime = case.rulebook.worktime
    if review_on <= worktime.local(case.now).date():
        raise BadFieldError("review_on", review_on.isoformat(), "the review has to lie ahead")
    left = left_s(Limit.parse(case.ticket.limit), case.now, case.ticket.due_at, worktime)
    return stages.stop(parts.let_off_whistled(case)).to(shelved_left_s=left, review_on=review_on)


def resume(case: Case) -> Case:
    """Take a shelved ticket up again."""
    limit = clock_left(Limit.parse(case.ticket.limit), case.ticket.shelved_left_s or 0)
    going = case.to(shelved_left_s=None, review_on=None, waiting=False)
    return stages.resume(with_due(going, due(case.now, limit, case.rulebook.worktime)))
