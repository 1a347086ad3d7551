"""Effects of a deadline that has passed."""

from datetime import datetime

from dispatch.worktime import Limit
from grid.deadlines import lamp, overdue_workdays
from grid.reasons import Reason
from grid.tickets import handover, stages
from grid.tickets import others as parts
from grid.tickets import verification as visits
from grid.tickets.case import Case


def tick(case: Case) -> Case:
    """Let the clock speak: change the lamp and charge what has become due up to now, each at its own time."""
    ticket = case.ticket
    shown = lamp(case.now, ticket.yellow_at, ticket.orange_at, ticket.due_at)
    case = case.to(lamp=shown).tell(lamp=shown)
    if ticket.received_at is None and not ticket.response_missed and case.now > ticket.response_due_at:
        missed = Reason("not_received", {"by": ticket.response_due_at.isoformat()})
        case = case.to(response_missed=True)
        if ticket.accepted_at is not None:
            case = case.charge("response_missed", 1, ticket.response_due_at, missed)
    case = handover.find_silent(visits.flag_late(parts.find_late(stages.find_late(case))))
    return charge_overdue(case) if shown == "red" and ticket.accepted_at is not None else case


def overdue_times(case: Case) -> list[datetime]:
    """Return the times at which a ticket became overdue by one more step; none while its deadline lies ahead."""
    due_at = case.ticket.due_at
    if case.now <= due_at:
        return []
    return [due_at, *overdue_workdays(due_at, case.now, case.rulebook.worktime)]


def charge_overdue(case: Case) -> Case:
    """Charge each working day over the deadline that was not charged yet, with its own time."""
    ticket, worktime = case.ticket, case.rulebook.worktime
    times = overdue_times(case)
    for step in range(ticket.overdue_steps + 1, len(times) + 1):
        if step in ticket.settled_steps:
            continue
        why = Reason("overdue", {"due_at": ticket.due_at.isoformat(), "days": step - 1})
        case = case.charge("overdue", step, times[step - 1], why, unit=ticket.answers)
    deduction = case.rulebook.deductions.get("overdue")
    goes_on = deduction is not None and deduction.step_centi(len(times) + 1, urgent=ticket.urgent) > 0
    following = (
        worktime.run(ticket.due_at, Limit.parse(f"{len(times)} work_day"))[-1].end if goes_on else None
    )
    return case.to(overdue_steps=max(len(times), ticket.overdue_steps), next_charge_at=following)
