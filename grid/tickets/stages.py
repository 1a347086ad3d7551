"""The stages of a ticket: guard, repair, restore, each with its own clock from the same start.

The last stage ends with the ticket itself: it is told done by finishing the ticket, moves with the ticket's deadline,
and its lateness is the ticket's own. The earlier ones are told done one by one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dispatch.errors import BadFieldError
from dispatch.worktime import Limit, WorkTime
from grid.deadlines import (
    ORANGE_LEFT,
    YELLOW_LEFT,
    Due,
    Lamp,
    Stage,
    clock_left,
    due,
    explanation,
    lamp,
    left_s,
)
from grid.plain import pack
from grid.reasons import Reason
from grid.tickets.case import Case
from grid.tickets.fact import StageClock, Ticket

Begun = tuple[tuple[StageClock, Due], ...]


def begin(stages: Iterable[Stage], start: datetime, worktime: WorkTime) -> Begun:
    """Start the clocks of all stages; empty when there are none."""
    return tuple(_run(stage.name, str(stage.limit), stage.limit, start, worktime) for stage in stages)


def clocks(begun: Begun) -> tuple[StageClock, ...]:
    """Return the clocks alone."""
    return tuple(clock for clock, _ in begun)


def told(begun: Begun) -> Mapping[str, Any]:
    """Tell stages with how each deadline was counted; nothing when there are none."""
    if not begun:
        return {}
    return {
        "stages": [pack(clock) for clock, _ in begun],
        "stage_explanations": {clock.name: explanation(found) for clock, found in begun},
    }


def running(ticket: Ticket) -> tuple[StageClock, ...]:
    """Return the stages whose own clock runs towards a fault: accepted, open, not the last, not yet late."""
    if ticket.accepted_at is None:
        return ()
    return tuple(s for s in ticket.stages[:-1] if s.done_at is None and not s.late)


def lamp_of_stage(stage: StageClock, now: datetime) -> Lamp:
    """Tell the colour of a stage's clock by the plain time that is left of it; one that was done keeps green or red."""
    if stage.late or (stage.done_at or now) > stage.due_at:
        return "red"
    if stage.done_at is not None:
        return "green"
    span = stage.due_at - stage.start_at
    return lamp(now, stage.due_at - span * YELLOW_LEFT, stage.due_at - span * ORANGE_LEFT, stage.due_at)


def restart(case: Case) -> Case:
    """Let the open stages start anew with the ticket."""
    worktime = case.rulebook.worktime
    return _anew(case, lambda s: _run(s.name, s.limit, Limit.parse(s.limit), case.now, worktime))


def stop(case: Case) -> Case:
    """Keep what is left of each open stage that is not late; the last one waits with the ticket."""
    worktime = case.rulebook.worktime

    def left(s: StageClock) -> StageClock:
        return replace(s, left_s=left_s(Limit.parse(s.limit), case.now, s.due_at, worktime))

    return _change(case, tuple(left(s) if s in running(case.ticket) else s for s in case.ticket.stages))


def resume(case: Case) -> Case:
    """Let the stopped stages run on with what was left of each."""
    worktime = case.rulebook.worktime

    def rest(s: StageClock) -> tuple[StageClock, Due]:
        return _run(s.name, s.limit, clock_left(Limit.parse(s.limit), s.left_s or 0), case.now, worktime)

    return _anew(case, rest, lambda s: s.left_s is not None)


def recount(case: Case) -> Case:
    """Count the provisional stages that still run again; one that became earlier binds from now at the earliest."""
    worktime = case.rulebook.worktime
    counting = [s for s in running(case.ticket) if s.provisional]

    def again(s: StageClock) -> tuple[StageClock, Due]:
        made, found = _run(s.name, s.limit, Limit.parse(s.runs or s.limit), s.start_at, worktime)
        return replace(made, due_at=max(made.due_at, min(case.now, s.due_at))), found

    return _anew(case, again, lambda s: s in counting)


def follow(case: Case) -> Case:
    """Let the last stage end with the ticket."""
    if not case.ticket.stages:
        return case
    *before, last = case.ticket.stages
    same = replace(last, due_at=case.ticket.due_at, provisional=case.ticket.provisional)
    return _change(case, (*before, same))


def tell_done(case: Case) -> Case:
    """Take the word that one stage is done.

    Raises
    ------
    BadFieldError
        When the ticket has no such stage open, or it is the last, which ends with the ticket.
    """
    name = str(case.given("stage"))
    openly = [s.name for s in case.ticket.stages[:-1] if s.done_at is None]
    if name not in openly:
        allowed = (
            f"stages open are {', '.join(openly)}"
            if openly
            else "finish the ticket itself; no stage before it is open"
        )
        raise BadFieldError("stage", name, allowed)
    evidence = (*case.ticket.evidence, *case.given("evidence"))
    after = tuple(replace(s, done_at=case.now) if s.name == name else s for s in case.ticket.stages)
    stage = next(s for s in after if s.name == name)
    return _change(case.to(evidence=evidence), after).tell(on_time=case.now <= stage.due_at)


def finish(case: Case) -> Case:
    """End every stage that is still open, with the ticket."""
    after = tuple(s if s.done_at else replace(s, done_at=case.now) for s in case.ticket.stages)
    return _change(case, after)


def reopen(case: Case) -> Case:
    """Take up the last stage again; its time stays."""
    if not case.ticket.stages:
        return case
    *before, last = case.ticket.stages
    return _change(case, (*before, replace(last, done_at=None)))


def find_late(case: Case) -> Case:
    """Charge each stage whose time passed unmet, once, with the time at which it was due."""
    missed = [s for s in running(case.ticket) if case.now > s.due_at]
    if not missed:
        return case
    step = sum(s.late for s in case.ticket.stages)
    for s in sorted(missed, key=lambda s: s.due_at):
        step += 1
        why = Reason("stage_late", {"stage": s.name, "due_at": s.due_at.isoformat()})
        case = case.charge("stage_late", step, s.due_at, why, unit=case.ticket.answers)
    return _change(case, tuple(replace(s, late=s.late or s in missed) for s in case.ticket.stages))


def _run(name: str, limit: str, runs: Limit, start: datetime, worktime: WorkTime) -> tuple[StageClock, Due]:
    found = due(start, runs, worktime)
    made = StageClock(
        name=name,
        limit=limit,
        start_at=found.start_at,
        due_at=found.due_at,
        provisional=found.provisional,
        runs="" if str(runs) == limit else str(runs),
    )
    return made, found


def _is_open(stage: StageClock) -> bool:
    return stage.done_at is None


def _anew(
    case: Case,
    run: Callable[[StageClock], tuple[StageClock, Due]],
    chosen: Callable[[StageClock], bool] = _is_open,
) -> Case:
    """Start the chosen stages again and tell how each was counted; who was late stays late."""
    if not case.ticket.stages:
        return case
    counted: dict[str, object] = {}
    after = []
    for stage in case.ticket.stages:
        if chosen(stage):
            made, found = run(stage)
            counted[stage.name] = explanation(found)
            after.append(replace(made, late=stage.late))
        else:
            after.append(stage)
    return follow(_change(case, tuple(after)).tell(stage_explanations=counted))


def _change(case: Case, stages: tuple[StageClock, ...]) -> Case:
    if stages == case.ticket.stages:
        return case
    return case.to(stages=stages).tell(stages=[pack(s) for s in stages])
