"""What the moves of a ticket do: each effect of the lifecycle table is one small function from case to case."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.worktime import Limit
from grid.deadlines import Due, clock_left, due, explanation, lamp, left_s, overdue_workdays
from grid.rulebook import Rulebook
from grid.tickets import cell as cells
from grid.tickets import dialogue, handover, stages
from grid.tickets import others as parts
from grid.tickets import signs as closure
from grid.tickets import verification as visits
from grid.tickets.case import Case
from grid.tickets.fact import Dispatch, Return, Ticket

FIELDS = frozenset(
    [
        "reason",
        "evidence",
        "department",
        "limit",
        "review_on",
        "parent",
        "rating",
        "solved",
        "note",
        "worker",
        "cell",
        "level",
        "stage",
        "found",
        "message",
        "about",
        "child",
        "doubts",
        "lon",
        "lat",
        "line",
        "number",
        "word",
        "said_at",
    ]
)
LEVELS = ("community", "street", "district", "city")


def _with_due(case: Case, found: Due) -> Case:
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


def _accept(case: Case) -> Case:
    """Start the department's clock; it does not wait for the department to sign."""
    category = case.rulebook.category(case.ticket.category)
    response = due(case.now, category.response, case.rulebook.worktime)
    before = case.ticket.dispatches
    handed = Dispatch(at=case.now, department=case.ticket.department, anew=bool(before))
    changed = case.to(accepted_at=case.now, response_due_at=response.due_at, dispatches=(*before, handed))
    changed = changed.tell(response_due_at=response.due_at.isoformat())
    changed = _with_due(changed, due(case.now, category.limit, case.rulebook.worktime))
    return handover.route(stages.restart(changed))


def _receive(case: Case) -> Case:
    received = case.to(received_at=case.now, handler=case.action.by.user, answers="")
    return received.tell(answers="") if case.ticket.answers else received


def _done(case: Case) -> Case:
    case = parts.all_reported(case)
    late = case.now > case.ticket.due_at
    evidence = (*case.ticket.evidence, *(case.given("evidence") or ()))
    return (
        stages.finish(case)
        .to(done_at=case.now, handler=case.action.by.user, evidence=evidence)
        .tell(on_time=not late)
    )


def answered_by_words(ticket: Ticket, rulebook: Rulebook) -> bool:
    """Tell whether words may end a ticket, as an answer does a question, without a repair to prove."""
    nature = rulebook.natures.get(ticket.nature)
    return nature is not None and nature.answered


def _by_words(case: Case) -> Case:
    """Let words end only what asked for words."""
    if not answered_by_words(case.ticket, case.rulebook):
        raise NotPossibleError(
            f"{case.ticket.no} wants more than an answer; report it done with evidence of the handling"
        )
    return case


def _line_done(case: Case) -> Case:
    """Let the line's end be that of the work, unless other departments still have their parts."""
    closed = handover.close(case)
    if parts.open_parts(case.ticket, "joint"):
        return closed.to(state=case.was.state)
    return _done(closed)


def _by_another(case: Case) -> Case:
    """Let nobody check their own work."""
    if case.action.by.user == case.ticket.handler:
        raise WrongRoleError(
            f"{case.ticket.no} was handled by {case.ticket.handler}; somebody else has to check it"
        )
    return case


def _checked(case: Case) -> Case:
    return case.to(checked_at=case.now)


def _rework(case: Case) -> Case:
    """Send back to work; the first deadline stays."""
    reworks = case.ticket.reworks + 1
    back = stages.reopen(case).to(reworks=reworks, done_at=None, checked_at=None, closed_at=None)
    return back.charge("check_failed", reworks, case.now, f"check {reworks} failed: {case.given('reason')}")


def _close(case: Case) -> Case:
    return case.to(closed_at=case.now)


def _return(case: Case) -> Case:
    """Count a return; the last allowed one goes to arbitration, and a ruling ends them."""
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


def _redispatch(case: Case) -> Case:
    """Hand over to another department; its share of time starts anew, the resident's promise does not move."""
    return _accept(_with_department(_ruled(case, granted=True), case.known_department(), "ruling"))


def _with_department(case: Case, department: str, basis: str) -> Case:
    return case.to(
        department=department, basis=basis, received_at=None, handler="", response_missed=False, answers=""
    )


def _move_cell(case: Case) -> Case:
    """Move to another cell; where another department answers there, its share of time starts anew."""
    moved, answer = cells.move(case)
    if answer.department == case.ticket.department or case.ticket.ruled:
        return moved
    moved = _with_department(moved, answer.department, answer.basis).tell(department=answer.department)
    return moved if case.ticket.accepted_at is None else _accept(moved.to(state="dispatched"))


def _transfer(case: Case) -> Case:
    """Hand over without a return: who received the ticket answers for it until the other one has."""
    if case.ticket.ruled:
        raise NotPossibleError(
            f"{case.ticket.no} was ruled on; the ruling binds and it cannot be handed over"
        )
    was = case.was
    first = was.answers or (was.department if was.received_at is not None else "")
    moved = _redispatch(case)
    return moved if first in ("", moved.ticket.department) else moved.to(answers=first).tell(answers=first)


def _groundless(case: Case) -> Case:
    """Refuse a return: the clock went on all the time."""
    kind = "kick" if case.ticket.returns > 1 else "groundless_return"
    refused = _ruled(case, granted=False)
    return refused.charge(kind, 1, case.now, f"return refused: {case.given('reason')}")


def _rule(case: Case) -> Case:
    """Decide by arbitration; the department named keeps the ticket for good."""
    department = case.known_department()
    ruled = case.to(ruled=True)
    return _groundless(ruled) if department == case.was.department else _redispatch(ruled)


def _ask_extension(case: Case) -> Case:
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


def _extend(case: Case) -> Case:
    if not case.ticket.extension_asked:
        raise NotPossibleError(f"{case.ticket.no} has no request for extension open")
    limit = Limit.parse(case.ticket.extension_asked)
    longer = case.to(extensions=case.ticket.extensions + 1, extension_asked="")
    return stages.follow(_with_due(longer, due(case.ticket.due_at, limit, case.rulebook.worktime)))


def _refuse_extension(case: Case) -> Case:
    if not case.ticket.extension_asked:
        raise NotPossibleError(f"{case.ticket.no} has no request for extension open")
    return case.to(extension_asked="")


def _shelve(case: Case) -> Case:
    """Stop the clock until a review date, keeping what was left of it."""
    try:
        review_on = date.fromisoformat(str(case.given("review_on")))
    except ValueError:
        raise BadFieldError("review_on", case.given("review_on"), "write a date such as 2026-12-31") from None
    worktime = case.rulebook.worktime
    if review_on <= worktime.local(case.now).date():
        raise BadFieldError("review_on", review_on.isoformat(), "the review has to lie ahead")
    left = left_s(Limit.parse(case.ticket.limit), case.now, case.ticket.due_at, worktime)
    return stages.stop(parts.let_off_whistled(case)).to(shelved_left_s=left, review_on=review_on)


def _resume(case: Case) -> Case:
    limit = clock_left(Limit.parse(case.ticket.limit), case.ticket.shelved_left_s or 0)
    going = case.to(shelved_left_s=None, review_on=None, waiting=False)
    return stages.resume(_with_due(going, due(case.now, limit, case.rulebook.worktime)))


def _merge(case: Case) -> Case:
    parent = str(case.given("parent"))
    if parent == case.ticket.no:
        raise BadFieldError("parent", parent, "a ticket cannot be its own parent")
    return case.to(parent=parent, closed_at=case.now)


def _contest(case: Case) -> Case:
    closed = case.ticket.closed_at or case.now
    until = due(closed, case.rulebook.settings.contest_limit, case.rulebook.worktime).due_at
    if case.now > until:
        raise NotPossibleError(f"{case.ticket.no} could be contested until {until:%Y-%m-%d %H:%M}")
    reworks = case.ticket.reworks + 1
    return stages.reopen(case).to(reworks=reworks, done_at=None, checked_at=None, closed_at=None)


def _rate(case: Case) -> Case:
    rating = case.given("rating")
    if rating not in (1, 2, 3, 4, 5):
        raise BadFieldError("rating", rating, "rate from 1 to 5")
    solved = case.given("solved")
    if solved is not None and not isinstance(solved, bool):
        raise BadFieldError("solved", solved, "true or false, or leave it out when it was not said")
    return case.to(rating=int(rating), solved=solved, rated_at=case.now)


def _escalate(case: Case) -> Case:
    at = LEVELS.index(case.ticket.level)
    if at + 1 == len(LEVELS):
        raise NotPossibleError(f"{case.ticket.no} is at the highest level already")
    return case.to(level=LEVELS[at + 1]).tell(level=LEVELS[at + 1])


def _lower(case: Case) -> Case:
    at = LEVELS.index(case.ticket.level)
    if at == 0:
        raise NotPossibleError(f"{case.ticket.no} is at the lowest level already")
    return case.to(level=LEVELS[at - 1]).tell(level=LEVELS[at - 1])


def _urge(case: Case) -> Case:
    urges = case.ticket.urges + 1
    return case.to(urges=urges).charge("urged", urges, case.now, f"urged {urges} times: {case.given('note')}")


def _supervise(case: Case) -> Case:
    return case.to(supervised=True)


def _unsupervise(case: Case) -> Case:
    return case.to(supervised=False)


def _tick(case: Case) -> Case:
    """Let the clock speak: change the lamp and charge what has become due up to now, each at its own time."""
    ticket = case.ticket
    shown = lamp(case.now, ticket.yellow_at, ticket.orange_at, ticket.due_at)
    case = case.to(lamp=shown).tell(lamp=shown)
    if ticket.received_at is None and not ticket.response_missed and case.now > ticket.response_due_at:
        missed = f"not received by {ticket.response_due_at.isoformat()}"
        case = case.to(response_missed=True)
        if ticket.accepted_at is not None:
            case = case.charge("response_missed", 1, ticket.response_due_at, missed)
    case = handover.find_silent(visits.flag_late(parts.find_late(stages.find_late(case))))
    return charge_overdue(case) if shown == "red" and ticket.accepted_at is not None else case


def overdue_times(case: Case) -> list[datetime]:
    """Give the times at which a ticket became overdue by one more step; none while its deadline lies ahead."""
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
        evidence = f"due {ticket.due_at.isoformat()}, {step - 1} working days over"
        case = case.charge("overdue", step, times[step - 1], evidence, unit=ticket.answers)
    deduction = case.rulebook.deductions.get("overdue")
    goes_on = deduction is not None and deduction.step_centi(len(times) + 1, urgent=ticket.urgent) > 0
    following = (
        worktime.run(ticket.due_at, Limit.parse(f"{len(times)} work_day"))[-1].end if goes_on else None
    )
    return case.to(overdue_steps=max(len(times), ticket.overdue_steps), next_charge_at=following)


EFFECTS: Mapping[str, Callable[[Case], Case]] = {
    "accept": _accept,
    "receive": _receive,
    "done": _done,
    "by_words": _by_words,
    "by_another": _by_another,
    "checked": _checked,
    "rework": _rework,
    "close": _close,
    "return": _return,
    "redispatch": _redispatch,
    "groundless": _groundless,
    "rule": _rule,
    "ask_extension": _ask_extension,
    "extend": _extend,
    "refuse_extension": _refuse_extension,
    "shelve": _shelve,
    "resume": _resume,
    "merge": _merge,
    "contest": _contest,
    "rate": _rate,
    "move_cell": _move_cell,
    "escalate": _escalate,
    "transfer": _transfer,
    "lower": _lower,
    "urge": _urge,
    "supervise": _supervise,
    "unsupervise": _unsupervise,
    "tick": _tick,
    "stage": stages.tell_done,
    "join": parts.join,
    "release": parts.release,
    "part_done": parts.part_done,
    "whistle": parts.whistle,
    "arrive": parts.arrive,
    "hand_to": handover.hand_to,
    "recall": handover.recall,
    "line_take": handover.take,
    "line_report": handover.report,
    "line_done": _line_done,
    "line_refuse": handover.refuse,
    "visit": visits.visit,
    "wait": dialogue.wait,
    "asked": dialogue.asked,
    "absorb": dialogue.absorb,
    "doubt": closure.doubt,
    "clear_doubt": closure.clear,
    "confirm_doubt": closure.confirm,
    "found": visits.found,
}
