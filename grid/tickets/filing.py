"""Effects of accepting and receiving a ticket."""

from grid.deadlines import Due, due, explanation, lamp
from grid.tickets import handover, stages
from grid.tickets.case import Case
from grid.tickets.fact import Dispatch


def with_due(case: Case, found: Due) -> Case:
    """Put a deadline on the ticket, with its lamps and explanation."""
    shown = lamp(case.now, found.yellow_at, found.orange_at, found.due_at)
    changed = case.to(
        due_at=found.due_at,
        yellow_at=found.yellow_at,
        orange_at=found.orange_at,
        provisional=found.provisional,
        lamp=shown,
        next_charge_at=None,
    )
    return changed.tell(due_at=found.due_at.isoformat(), explanation=explanation(found), run=str(found.limit))


def accept(case: Case) -> Case:
    """File the ticket and set its clock running."""
    """Start the department's clock; it does not wait for the department to sign."""
    category = case.rulebook.category(case.ticket.category)
    response = due(case.now, category.response, case.rulebook.worktime)
    before = case.ticket.dispatches
    handed = Dispatch(at=case.now, department=case.ticket.department, anew=bool(before))
    changed = case.to(accepted_at=case.now, response_due_at=response.due_at, dispatches=(*before, handed))
    changed = changed.tell(response_due_at=response.due_at.isoformat())
    changed = with_due(changed, due(case.now, category.limit, case.rulebook.worktime))
    return handover.route(stages.restart(changed))


def receive(case: Case) -> Case:
    """Sign for the ticket as its department."""
    received = case.to(received_at=case.now, handler=case.action.by.user, answers="")
    return received.tell(answers="") if case.ticket.answers else received
