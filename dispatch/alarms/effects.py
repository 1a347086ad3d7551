"""What the actions of the alarm's lifecycle do to the alarm, by the names the table uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dispatch.alarms.fact import Alarm, met, nobody_left
from dispatch.alarms.ladder import hurried, needed, next_needed, plan_of, retired, revived
from dispatch.alarms.rules import AlarmRules
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action

SERVICES = ("120", "119", "110")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A decision in the making; ``told`` is added to the event."""

    alarm: Alarm
    was: Alarm
    action: Action
    rules: AlarmRules
    now: datetime
    told: Mapping[str, Any] = field(default_factory=dict)

    def to(self, **changes: Any) -> "Case":  # noqa: ANN401 - checked by replace
        """Change the alarm."""
        return replace(self, alarm=replace(self.alarm, **changes))

    def tell(self, **said: Any) -> "Case":  # noqa: ANN401 - what JSON holds
        """Add to the event."""
        return replace(self, told={**self.told, **said})

    def person(self) -> str:
        """Return whom the action is about."""
        return str(self.action.fields["person"])


def _take(case: Case) -> Case:
    """Let an agent hold the alarm; one taken by an automatic answer is told apart in the figures."""
    who, alarm = case.action.by.user, case.alarm
    if alarm.agent:
        raise NotPossibleError(f"{alarm.no} is with {alarm.agent}; who holds it can pass it on")
    auto = alarm.auto_answered or (alarm.taken_at is None and case.action.fields.get("how") == "auto")
    agents = _with(alarm.agents, who)
    return case.to(agent=who, agents=agents, taken_at=alarm.taken_at or case.now, auto_answered=auto)


def _pass_on(case: Case) -> Case:
    """Return an alarm to another agent, who holds it from now."""
    who = case.person()
    return case.to(agent=who, agents=_with(case.alarm.agents, who))


def _press(case: Case) -> Case:
    return case.to(pressed=case.alarm.pressed + 1, pressed_at=case.now).tell(pressed=case.alarm.pressed + 1)


def _late_press(case: Case) -> Case:
    """Note a press that belongs to a closed alarm and only came late."""
    return case.to(pressed=case.alarm.pressed + 1)


def _again(case: Case) -> Case:
    """Begin the ladder anew: who was well and presses again may be so no longer."""
    alarm, number = case.alarm, case.alarm.round + 1
    ladder = case.rules.ladders.get(alarm.ladder) or case.rules.ladder(alarm.cause, case.now)
    again = plan_of(ladder, case.now, mark=f"/{number}")
    return case.to(
        round=number,
        answered_at=None,
        tries=0,
        told=(),
        unreached=(),
        declined_by=(),
        plan=tuple(sorted((*retired(alarm.plan, case.now), *again), key=lambda rung: rung.due_at)),
    )


def _clear(case: Case) -> Case:
    """Note that the device says all is well again; a person closes."""
    return case.to(cleared_at=case.alarm.cleared_at or case.now)


def _call(case: Case) -> Case:
    return case.to(called_at=case.alarm.called_at or case.now, tries=case.alarm.tries + 1)


def _answer(case: Case) -> Case:
    return case.to(answered_at=case.alarm.answered_at or case.now)


def _unanswered(case: Case) -> Case:
    """After as many tries as the rules want nobody waits for the time of the next step."""
    if case.alarm.tries != case.rules.times.tries:
        return case
    codes = next_needed(case.alarm.plan, met(case.alarm), desk=False)
    return case.to(plan=hurried(case.alarm.plan, codes, case.now))


def _accept(case: Case) -> Case:
    who, alarm = case.person(), case.alarm
    return case.to(accepted_by=_with(alarm.accepted_by, who), accepted_at=alarm.accepted_at or case.now)


def _decline(case: Case) -> Case:
    """Let the next of the post be asked at once when somebody cannot come, or gives up."""
    who, alarm = case.person(), case.alarm
    others = tuple(w for w in alarm.accepted_by if w != who)
    plan = revived(alarm.plan, "accepted", case.now) if alarm.accepted_by and not others else alarm.plan
    declined_by = _with(alarm.declined_by, who)
    return _next_of_post(case.to(declined_by=declined_by, accepted_by=others, plan=plan), who)


def _unreached(case: Case) -> Case:
    """Let the next of the post be asked at once when all channels to somebody failed."""
    who = case.person()
    return _next_of_post(case.to(unreached=_with(case.alarm.unreached, who)), who)


def _next_of_post(case: Case, who: str) -> Case:
    """Bring forward whoever comes next: of the same post, else, when nobody is left of all told, of the next step."""
    alarm, holds = case.alarm, met(case.alarm)
    posts = {told.partition(":")[0] for told in alarm.told if told.partition(":")[2] == who}
    after = [r for r in alarm.plan if needed(r, holds) and r.post in posts]
    if after:
        return case.to(plan=hurried(alarm.plan, [min(after, key=lambda r: r.due_at).code], case.now))
    if not nobody_left(alarm):
        return case
    return case.to(plan=hurried(alarm.plan, next_needed(alarm.plan, holds, desk=False), case.now))


def _arrive(case: Case) -> Case:
    who, alarm = case.person(), case.alarm
    return case.to(
        arrived_by=_with(alarm.arrived_by, who),
        arrived_at=alarm.arrived_at or case.now,
        accepted_by=_with(alarm.accepted_by, who),
        accepted_at=alarm.accepted_at or case.now,
    )


def _hand_over(case: Case) -> Case:
    service, alarm = case.action.fields["service"], case.alarm
    if service not in SERVICES:
        raise BadFieldError("service", service, "services are " + ", ".join(SERVICES))
    return case.to(handed_to=_with(alarm.handed_to, service), handed_at=alarm.handed_at or case.now)


def _order(case: Case) -> Case:
    return case.to(orders=_with(case.alarm.orders, str(case.action.fields["order"])))


def _open_door(case: Case) -> Case:
    """Let a door be opened by two persons, or with the police."""
    people = case.action.fields["people"]
    named = {str(p) for p in people} if isinstance(people, (list, tuple)) else set()
    if len(named) < 2 and "110" not in case.alarm.handed_to:
        raise BadFieldError(
            "people", people, "name the two persons who open the door, or hand over to 110 first"
        )
    return case


def _close(case: Case) -> Case:
    """Close with what it turned out to be; that all is well says only who heard or saw the person."""
    code, alarm, rules = case.action.fields["closing"], case.alarm, case.rules
    closing = rules.closings.get(code)
    if closing is None:
        raise BadFieldError("closing", code, "closings are " + ", ".join(rules.closings))
    holds = met(alarm)
    if closing.wants == "met" and alarm.resident and "answered" not in holds and not alarm.drill:
        raise NotPossibleError(
            f"{alarm.no} cannot be closed as {code}: nobody spoke with the person or saw them yet; "
            "call again or send somebody"
        )
    if closing.wants == "handed_over" and not alarm.handed_to:
        raise NotPossibleError(
            f"{alarm.no} cannot be closed as {code} before it was handed over to 120, 119 or 110"
        )
    visit = case.now + rules.times.visit if alarm.resident and closing.visit and not alarm.drill else None
    return case.to(closed_at=case.now, closed_by=case.action.by.user, closing=code, visit_due_at=visit)


def _report(case: Case) -> Case:
    return case.to(report=str(case.action.fields["note"]))


def _visit(case: Case) -> Case:
    return case.to(visited_at=case.alarm.visited_at or case.now)


def _with(some: tuple[str, ...], one: str) -> tuple[str, ...]:
    return some if one in some else (*some, one)


EFFECTS: Mapping[str, Callable[[Case], Case]] = {
    "take": _take,
    "pass_on": _pass_on,
    "press": _press,
    "late_press": _late_press,
    "again": _again,
    "clear": _clear,
    "call": _call,
    "answer": _answer,
    "unanswered": _unanswered,
    "accept": _accept,
    "decline": _decline,
    "unreached": _unreached,
    "arrive": _arrive,
    "hand_over": _hand_over,
    "order": _order,
    "open_door": _open_door,
    "close": _close,
    "report": _report,
    "visit": _visit,
}
FIELDS = frozenset({"person", "people", "service", "order", "closing", "note", "at", "reason", "how"})
