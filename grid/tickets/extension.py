"""Effects of asking for more time."""

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.worktime import Limit
from grid.deadlines import due
from grid.tickets import stages
from grid.tickets.case import Case
from grid.tickets.filing import with_due


def ask_extension(case: Case) -> Case:
    """Ask for more time, once, before the deadline.

    Raises
    ------
    NotPossibleError
        After the deadline, or when it was extended as often as is allowed.
    BadFieldError
        For another clock or more time than the first limit.
    """
    settings = case.rulebook.settings
    if case.now > case.ticket.due_at:
        raise NotPossibleError(
            f"{case.ticket.no} was due {case.ticket.due_at:%Y-%m-%d %H:%M}; ask before the deadline"
        )
    if case.ticket.extensions >= settings.most_extensions:
        raise NotPossibleError(
            f"{case.ticket.no} was extended {case.ticket.extensions} times, the most allowed"
        )
    limit = Limit.parse(str(case.given("limit")))
    first = Limit.parse(case.ticket.limit)
    if limit.clock != first.clock or limit.amount > first.amount:
        raise BadFieldError("limit", case.given("limit"), f"at most the first limit again, {first}")
    return case.to(extension_asked=str(limit))


def extend(case: Case) -> Case:
    """Grant the time asked for.

    Raises
    ------
    NotPossibleError
        When nothing was asked for.
    """
    if not case.ticket.extension_asked:
        raise NotPossibleError(f"{case.ticket.no} has no request for extension open")
    limit = Limit.parse(case.ticket.extension_asked)
    longer = case.to(extensions=case.ticket.extensions + 1, extension_asked="")
    return stages.follow(with_due(longer, due(case.ticket.due_at, limit, case.rulebook.worktime)))


def refuse_extension(case: Case) -> Case:
    """Refuse the time asked for.

    Raises
    ------
    NotPossibleError
        When nothing was asked for.
    """
    if not case.ticket.extension_asked:
        raise NotPossibleError(f"{case.ticket.no} has no request for extension open")
    return case.to(extension_asked="")
