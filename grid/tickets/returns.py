"""Effects of returning a ticket, ruling on it, and moving it to another department or cell."""

from dataclasses import replace

from dispatch.errors import NotPossibleError
from grid.reasons import Reason
from grid.tickets import cell as cells
from grid.tickets.case import Case
from grid.tickets.fact import Return
from grid.tickets.filing import accept


def return_(case: Case) -> Case:
    """Count a return; the last allowed one goes to arbitration, and a ruling ends them.

    Raises
    ------
    NotPossibleError
        After a ruling.
    """
    if case.ticket.ruled:
        raise NotPossibleError(
            f"{case.ticket.no} was ruled on; the ruling binds and it cannot be returned again"
        )
    returns = case.ticket.returns + 1
    state = "arbitration" if returns >= case.rulebook.settings.most_returns else case.ticket.state
    sent = Return(at=case.now, department=case.ticket.department)
    return case.to(returns=returns, state=state, sent_back=(*case.ticket.sent_back, sent))


def _ruled(case: Case, *, granted: bool) -> Case:
    """Write a ruling into the last return, unless it has one."""
    *earlier, last = case.ticket.sent_back or (None,)
    if last is None or last.granted is not None:
        return case
    return case.to(sent_back=(*earlier, replace(last, granted=granted)))


def redispatch(case: Case) -> Case:
    """Hand over to another department; its share of time starts anew, the resident's promise does not move."""
    return accept(_with_department(_ruled(case, granted=True), case.known_department(), "ruling"))


def _with_department(case: Case, department: str, basis: str) -> Case:
    return case.to(
        department=department, basis=basis, received_at=None, handler="", response_missed=False, answers=""
    )


def move_cell(case: Case) -> Case:
    """Move to another cell; where another department answers there, its share of time starts anew."""
    moved, answer = cells.move(case)
    if answer.department == case.ticket.department or case.ticket.ruled:
        return moved
    moved = _with_department(moved, answer.department, answer.basis).tell(department=answer.department)
    return moved if case.ticket.accepted_at is None else accept(moved.to(state="dispatched"))


def transfer(case: Case) -> Case:
    """Hand over without a return: who received the ticket answers for it until the other one has.

    Raises
    ------
    NotPossibleError
        After a ruling.
    """
    if case.ticket.ruled:
        raise NotPossibleError(
            f"{case.ticket.no} was ruled on; the ruling binds and it cannot be handed over"
        )
    was = case.was
    first = was.answers or (was.department if was.received_at is not None else "")
    moved = redispatch(case)
    return moved if first in ("", moved.ticket.department) else moved.to(answers=first).tell(answers=first)


def groundless(case: Case) -> Case:
    """Refuse a return: the clock went on all the time."""
    kind = "kick" if case.ticket.returns > 1 else "groundless_return"
    refused = _ruled(case, granted=False)
    return refused.charge(kind, 1, case.now, Reason("return_refused", {"reason": case.given("reason")}))


def rule(case: Case) -> Case:
    """Decide by arbitration; the department named keeps the ticket for good."""
    department = case.known_department()
    ruled = case.to(ruled=True)
    return groundless(ruled) if department == case.was.department else redispatch(ruled)
