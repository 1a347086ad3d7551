"""What happens to a matter: begun, received, finished stage by stage, given back, added to, withdrawn."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event
from dispatch.worktime import WorkTime
from grid.deadlines import clock_left, due, left_s
from grid.matters.definition import COMMUNITY, FlowStage, MatterKind
from grid.matters.fact import Matter, Part
from grid.matters.form import check_answers, check_papers

HANDLERS = ("worker", "dispatcher")
"""Roles that handle a stage of the area itself, and that add papers for the applicant."""
PREVIOUS, APPLICANT = "previous", "applicant"
Changed = tuple[Matter, Event]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a matter is decided by: the version it follows, the district's work time, and the time."""

    kind: MatterKind
    worktime: WorkTime
    now: datetime


def begin(desk: Desk, new: Matter, by: Actor) -> Changed:
    """Begin a matter from an application whose clock, state and stage are not set yet.

    Raises
    ------
    WrongRoleError
        When the role may not begin this kind.
    BadFieldError
        Naming the field of the form.
    """
    kind = desk.kind
    if by.role not in kind.begun_by:
        raise WrongRoleError(f"{kind.code} is begun by {', '.join(kind.begun_by)}, not by {by.role}")
    answers = check_answers(kind, new.answers)
    papers = check_papers(kind, answers, new.papers)
    first = kind.stages[0]
    made = replace(
        new,
        answers=answers,
        papers=papers,
        state="running",
        stage=first.code,
        begun_at=desk.now,
        begun_by=by.user,
        due_at=due(desk.now, kind.limit, desk.worktime).due_at,
        parts=_parts(desk, first),
    )
    told = {
        "kind": kind.code,
        "version": kind.version,
        "stage": first.code,
        "due_at": made.due_at.isoformat(),
    }
    return made, _event("begun", desk, by, told)


def act(desk: Desk, matter: Matter, action: Action) -> Changed:
    """Carry out one action on a matter.

    Raises
    ------
    NotPossibleError
        When the state does not offer it, or something has to come before.
    WrongRoleError
        When another party's turn it is.
    BadFieldError
        For an outcome, proof, reason or answer that is missing or unknown.
    """
    allowed = [name for name, (states, _) in ACTS.items() if matter.state in states]
    if action.name not in allowed:
        told = f"possible are {', '.join(allowed)}" if allowed else "it is over"
        raise NotPossibleError(f"matter {matter.no} is {matter.state}; {told}")
    return ACTS[action.name][1](desk, matter, action)


def _receive(desk: Desk, matter: Matter, action: Action) -> Changed:
    part = _mine(matter, action.by)
    if part.received_at is not None:
        raise NotPossibleError(f"stage {part.stage} of {matter.no} was received before")
    after = _with(matter, part, replace(part, received_at=desk.now))
    return after, _event("received", desk, action.by, _at(part))


def _finish_part(desk: Desk, matter: Matter, action: Action) -> Changed:
    part = _received(_mine(matter, action.by))
    if part.lead:
        raise NotPossibleError(f"stage {part.stage} is finished with an outcome, by finish")
    done = replace(part, done_at=desk.now, outcome="done", note=_note(action))
    return _with(matter, part, done), _event("part_finished", desk, action.by, _at(part))


def _finish(desk: Desk, matter: Matter, action: Action) -> Changed:
    part = _received(_lead(matter, action.by))
    stage = desk.kind.stage(matter.stage)
    if waits := [one.department for one in matter.open_parts if not one.lead]:
        raise NotPossibleError(f"the joint parts of {', '.join(waits)} are not finished")
    outcome = stage.outcome(str(action.fields.get("outcome") or ""))
    if outcome is None:
        named = ", ".join(one.code for one in stage.outcomes)
        raise BadFieldError("outcome", action.fields.get("outcome"), f"outcomes of {stage.code} are {named}")
    proofs = _proofs(stage, action.fields.get("proofs") or {})
    done = replace(part, done_at=desk.now, outcome=outcome.code, note=_note(action), proofs=proofs or None)
    after = _with(matter, part, done)
    told = _at(part) | {"outcome": outcome.code, "to": outcome.to}
    if desk.kind.end(outcome.to) is not None:
        after = replace(after, state="closed", stage="", end=outcome.to, closed_at=desk.now)
        return after, _event("closed", desk, action.by, told)
    after = replace(after, stage=outcome.to, parts=(*after.parts, *_parts(desk, desk.kind.stage(outcome.to))))
    return after, _event("stage_finished", desk, action.by, told)


def _give_back(desk: Desk, matter: Matter, action: Action) -> Changed:
    part, reason = _lead(matter, action.by), _reason(action)
    to = action.fields.get("to")
    if to not in (PREVIOUS, APPLICANT):
        raise BadFieldError("to", to, f"a stage is given back to {PREVIOUS} or {APPLICANT}")
    told = _at(part) | {"to": str(to)}
    if to == APPLICANT:
        limit = desk.kind.limit
        parts = tuple(
            replace(one, left_s=left_s(limit, desk.now, one.due_at, desk.worktime), note=reason)
            if one.done_at is None
            else one
            for one in matter.parts
        )
        left = left_s(limit, desk.now, matter.due_at, desk.worktime)
        after = replace(matter, state="waiting", left_s=left, reason=reason, parts=parts)
        return after, _event("given_back", desk, action.by, told)
    earlier = _before(desk.kind, matter)
    if earlier is None:
        raise BadFieldError("to", to, f"no stage was before {part.stage}; give it back to {APPLICANT}")
    ended = tuple(
        replace(one, done_at=desk.now, outcome="returned" if one.lead else "dropped", note=reason)
        if one.done_at is None
        else one
        for one in matter.parts
    )
    after = replace(matter, stage=earlier.code, reason=reason, parts=(*ended, *_parts(desk, earlier)))
    return after, _event("given_back", desk, action.by, told | {"to": earlier.code})


def _before(kind: MatterKind, matter: Matter) -> FlowStage | None:
    """Return the stage that led to the present one the last time, None for the first one."""
    for part in reversed(matter.parts):
        if part.lead:
            stage = kind.stage(part.stage)
            outcome = stage.outcome(part.outcome)
            if outcome is not None and outcome.to == matter.stage:
                return stage
    return None


def _add(desk: Desk, matter: Matter, action: Action) -> Changed:
    if action.by.role not in ("resident", *HANDLERS):
        raise WrongRoleError(
            f"the applicant, a worker or the desk adds what is missing, not {action.by.role}"
        )
    told = {**matter.answers, **(action.fields.get("answers") or {})}
    asked = {name: value for name, value in told.items() if value is not None and value != ""}
    answers = check_answers(desk.kind, asked)
    given = dict.fromkeys((*matter.papers, *(action.fields.get("papers") or ())))
    papers = check_papers(desk.kind, answers, tuple(given))

    def runs(left: int | None) -> datetime:
        return due(desk.now, clock_left(desk.kind.limit, left or 0), desk.worktime).due_at

    parts = tuple(
        one if one.left_s is None else replace(one, due_at=runs(one.left_s), left_s=None)
        for one in matter.parts
    )
    due_at = runs(matter.left_s)
    after = replace(
        matter, state="running", answers=answers, papers=papers, parts=parts, due_at=due_at, left_s=None
    )
    return after, _event(
        "added", desk, action.by, {"stage": matter.stage, "due_at": after.due_at.isoformat()}
    )


def _withdraw(desk: Desk, matter: Matter, action: Action) -> Changed:
    if action.by.role not in ("resident", *HANDLERS):
        raise WrongRoleError(f"the applicant, a worker or the desk withdraws, not {action.by.role}")
    reason = _reason(action)
    parts = tuple(
        replace(one, done_at=desk.now, outcome="dropped", left_s=None) if one.done_at is None else one
        for one in matter.parts
    )
    after = replace(
        matter, state="withdrawn", stage="", reason=reason, parts=parts, left_s=None, closed_at=desk.now
    )
    return after, _event("withdrawn", desk, action.by, {"stage": matter.stage})


ACTS: Mapping[str, tuple[tuple[str, ...], Callable[[Desk, Matter, Action], Changed]]] = {
    "receive": (("running",), _receive),
    "finish": (("running",), _finish),
    "finish_part": (("running",), _finish_part),
    "give_back": (("running",), _give_back),
    "add": (("waiting",), _add),
    "withdraw": (("running", "waiting"), _withdraw),
}
"""Action -> the states that offer it, and what it does."""


def used_s(matter: Matter, worktime: WorkTime, now: datetime) -> Mapping[str, int]:
    """Return the working seconds that each stage has used, the stages that were never begun left out."""
    used: dict[str, int] = {}
    for part in matter.parts:
        if part.lead:
            spent = worktime.work_seconds(part.started_at, part.done_at or now)
            used[part.stage] = used.get(part.stage, 0) + spent
    return used


def possible(matter: Matter, by: Actor) -> tuple[str, ...]:
    """List what an actor can do with a matter now; empty for one who only looks."""
    part = next((one for one in matter.open_parts if _is_party(one, by)), None)
    running = matter.state == "running"
    mine = []
    if running and part is not None and part.received_at is None:
        mine.append("receive")
    elif running and part is not None:
        mine.append("finish" if part.lead else "finish_part")
    if running and part is not None and part.lead:
        mine.append("give_back")
    if by.role in ("resident", *HANDLERS) and matter.state == "waiting":
        mine.append("add")
    if by.role in ("resident", *HANDLERS) and matter.state in ACTS["withdraw"][0]:
        mine.append("withdraw")
    return tuple(mine)


def _parts(desk: Desk, stage: FlowStage) -> tuple[Part, ...]:
    ends = due(desk.now, desk.kind.limit_of(stage), desk.worktime).due_at
    lead = "" if stage.party == COMMUNITY else stage.party
    return tuple(
        Part(stage=stage.code, department=department, lead=number == 0, started_at=desk.now, due_at=ends)
        for number, department in enumerate((lead, *stage.joint))
    )


def _is_party(part: Part, by: Actor) -> bool:
    if not part.department:
        return by.role in HANDLERS
    return by.role == "department" and by.department == part.department


def _mine(matter: Matter, by: Actor) -> Part:
    for part in matter.open_parts:
        if _is_party(part, by):
            return part
    raise WrongRoleError(f"stage {matter.stage} is now with {_named(matter.open_parts)}")


def _lead(matter: Matter, by: Actor) -> Part:
    part = _mine(matter, by)
    if not part.lead:
        raise WrongRoleError(f"{part.department} does a joint part; the stage's own party decides")
    return part


def _received(part: Part) -> Part:
    if part.received_at is None:
        raise NotPossibleError(f"stage {part.stage} is received first")
    return part


def _named(parts: Iterable[Part]) -> str:
    return ", ".join(part.department or COMMUNITY for part in parts)


def _with(matter: Matter, before: Part, after: Part) -> Matter:
    return replace(matter, parts=tuple(after if one is before else one for one in matter.parts))


def _proofs(stage: FlowStage, told: Mapping[str, Any]) -> dict[str, str]:
    for name in told:
        if name not in stage.proofs:
            known = ", ".join(stage.proofs) or "none"
            raise BadFieldError(f"proofs.{name}", told[name], f"proofs of {stage.code} are {known}")
    found = {name: str(told.get(name) or "").strip() for name in stage.proofs}
    for name, text in found.items():
        if not text:
            raise BadFieldError(f"proofs.{name}", "", "this stage does not end without it")
    return found


def _note(action: Action) -> str:
    return str(action.fields.get("note") or "").strip()


def _reason(action: Action) -> str:
    reason = str(action.fields.get("reason") or "").strip()
    if not reason:
        raise BadFieldError("reason", "", "say why")
    return reason


def _at(part: Part) -> dict[str, Any]:
    return {"stage": part.stage} | ({"department": part.department} if part.department else {})


def _event(name: str, desk: Desk, by: Actor, told: Mapping[str, Any]) -> Event:
    return Event(name=name, at=desk.now, by=by.user, role=by.role, payload=told)
