"""What the moves of a ticket do: each effect of the lifecycle table is one small function from case to case."""

from collections.abc import Callable, Mapping

from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from grid.deadlines import due
from grid.reasons import Reason
from grid.rulebook import Rulebook
from grid.tickets import dialogue, handover, stages
from grid.tickets import others as parts
from grid.tickets import signs as closure
from grid.tickets import verification as visits
from grid.tickets.case import Case
from grid.tickets.extension import ask_extension, extend, refuse_extension
from grid.tickets.fact import Ticket
from grid.tickets.filing import accept, receive
from grid.tickets.levels import escalate, lower, supervise, unsupervise, urge
from grid.tickets.overdue import tick
from grid.tickets.returns import groundless, move_cell, redispatch, return_, rule, transfer
from grid.tickets.shelving import resume, shelve

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
    return back.charge(
        "check_failed",
        reworks,
        case.now,
        Reason("check_failed", {"times": reworks, "reason": case.given("reason")}),
    )


def _close(case: Case) -> Case:
    return case.to(closed_at=case.now)


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


EFFECTS: Mapping[str, Callable[[Case], Case]] = {
    "accept": accept,
    "receive": receive,
    "done": _done,
    "by_words": _by_words,
    "by_another": _by_another,
    "checked": _checked,
    "rework": _rework,
    "close": _close,
    "return": return_,
    "redispatch": redispatch,
    "groundless": groundless,
    "rule": rule,
    "ask_extension": ask_extension,
    "extend": extend,
    "refuse_extension": refuse_extension,
    "shelve": shelve,
    "resume": resume,
    "merge": _merge,
    "contest": _contest,
    "rate": _rate,
    "move_cell": move_cell,
    "escalate": escalate,
    "transfer": transfer,
    "lower": lower,
    "urge": urge,
    "supervise": supervise,
    "unsupervise": unsupervise,
    "tick": tick,
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
