"""Appeals against deductions: two reviews by different persons; a win adds a reversing entry, the fact stays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event, Lifecycle
from dispatch.worktime import Limit, WorkTime
from grid.deadlines import due
from grid.reasons import Reason
from grid.scores.scoring import Entry, reverse

FIELDS = frozenset({"reason", "evidence", "note"})
Plea = Literal["", "open", "won"]
TERMS = ("file", "first_review", "object", "second_review")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRules:
    """The lifecycle of appeals and its terms, one for each of `TERMS`."""

    lifecycle: Lifecycle
    terms: Mapping[str, Limit]
    worktime: WorkTime

    def term(self, name: str, start: datetime) -> datetime:
        """Return the end of a term that starts at a time."""
        return due(start, self.terms[name], self.worktime).due_at

    def plea(self, state: str) -> Plea:
        """Tell how an appeal in a state stands: won, still open to be won, or empty for lost."""
        moves = [move for each in self.lifecycle.states for move in self.lifecycle.possible(each)]
        if any(move.to == state and "reverse" in move.effects for move in moves):
            return "won"
        return "open" if self.lifecycle.possible(state) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """An appeal of a unit against one entry of the ledger; ``entry`` is the entry's row number.

    ``due_at`` ends the term of the present stage. ``opinion`` is the reason of the first review, ``decision`` that
    of the last.
    """

    no: str
    unit: str
    entry: int
    subject: str
    kind: str
    points_centi: int
    entry_at: datetime
    state: str
    filed_at: datetime
    filed_by: str
    reason: str
    due_at: datetime
    evidence: tuple[str, ...] = ()
    first_reviewer: str = ""
    opinion: str = ""
    second_reviewer: str = ""
    decision: str = ""
    decided_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a department brings forward: the reason and names of photos."""

    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealOutcome:
    """What a decision leads to: the next appeal, what happened, what is given back."""

    appeal: Appeal
    events: tuple[Event, ...]
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A decision in the making.

    ``counts_at`` is the time for which a reversal counts, None when the entry was given back before.
    """

    appeal: Appeal
    entry: Entry
    action: Action
    rules: AppealRules
    now: datetime
    counts_at: datetime | None
    entries: tuple[Entry, ...] = field(default=())
    told: Mapping[str, Any] = field(default_factory=dict)

    def to(self, **changes: Any) -> "Hearing":  # noqa: ANN401 - checked by replace
        """Change the appeal."""
        return replace(self, appeal=replace(self.appeal, **changes))


def last_day_to_appeal(entry: Entry, rules: AppealRules, open_until: datetime | None = None) -> datetime:
    """Return the end of the term for appealing against an entry.

    Parameters
    ----------
    entry : Entry
    rules : AppealRules
    open_until : datetime, optional
        Until when the appraisal of the entry's period is open for appeal; the later of the two counts.
    """
    own = rules.term("file", entry.at)
    return own if open_until is None else max(own, open_until)


def file_appeal(
    appeal_no: str,
    entry: tuple[int, Entry],
    filing: Filing,
    by: Actor,
    rules: AppealRules,
    now: datetime,
    open_until: datetime | None = None,
) -> AppealOutcome:
    """Take an appeal in.

    Parameters
    ----------
    appeal_no : str
    entry : (int, Entry)
        Row number and the deduction.
    filing : Filing
    by : Actor
        Of the department that lost the points.
    rules : AppealRules
    now : datetime
        Aware.
    open_until : datetime, optional
        See `last_day_to_appeal`.

    Returns
    -------
    AppealOutcome

    Raises
    ------
    WrongRoleError
        When another department, or no department, files.
    NotPossibleError
        When the entry took no points or the term is over.
    BadFieldError
        When no reason is given.
    """
    number, taken = entry
    if by.role != "department" or by.department != taken.unit:
        raise WrongRoleError(f"only {taken.unit}, which lost the points, can appeal against entry {number}")
    if taken.points_centi >= 0:
        raise NotPossibleError(f"entry {number} took no points; appeals are against deductions")
    until = last_day_to_appeal(taken, rules, open_until)
    if now > until:
        raise NotPossibleError(f"entry {number} could be appealed against until {until:%Y-%m-%d %H:%M}")
    if not filing.reason.strip():
        raise BadFieldError("reason", filing.reason, "say why the deduction is wrong")
    made = Appeal(
        no=appeal_no,
        unit=taken.unit,
        entry=number,
        subject=taken.subject,
        kind=taken.kind,
        points_centi=taken.points_centi,
        entry_at=taken.at,
        state=rules.lifecycle.initial,
        filed_at=now,
        filed_by=by.user,
        reason=filing.reason,
        evidence=filing.evidence,
        due_at=rules.term("first_review", now),
    )
    payload = {
        "to": made.state,
        "entry": number,
        "unit": made.unit,
        "subject": made.subject,
        "kind": made.kind,
        "points_centi": made.points_centi,
        "reason": made.reason,
        "evidence": list(made.evidence),
        "due_at": made.due_at.isoformat(),
    }
    told = Event(name="filed", at=now, by=by.user, role=by.role, payload=payload)
    return AppealOutcome(appeal=made, events=(told,))


def act(
    appeal: Appeal,
    entry: Entry,
    action: Action,
    rules: AppealRules,
    now: datetime,
    counts_at: datetime | None,
) -> AppealOutcome:
    """Decide one action on an appeal; a win over an entry that was given back before gives nothing a second time.

    Parameters
    ----------
    appeal : Appeal
    entry : Entry
        What it is about.
    action : Action
    rules : AppealRules
    now : datetime
        Aware.
    counts_at : datetime or None
        The time for which a reversal counts; None for an entry that was given back before.

    Returns
    -------
    AppealOutcome

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        The appeal is unchanged then.
    """
    move = rules.lifecycle.move(appeal.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        allowed = f"fields of an appeal action are {', '.join(sorted(FIELDS))}"
        raise BadFieldError(odd[0], action.fields[odd[0]], allowed)
    if action.by.role == "department" and action.by.department != appeal.unit:
        raise WrongRoleError(f"{appeal.no} is an appeal of {appeal.unit}")
    hearing = Hearing(appeal=appeal, entry=entry, action=action, rules=rules, now=now, counts_at=counts_at)
    for effect in move.effects:
        hearing = EFFECTS[effect](hearing)
    target = rules.lifecycle.target(appeal.state, move)
    after = replace(hearing.appeal, state=target, version=appeal.version + 1)
    given = {k: list(v) if isinstance(v, tuple) else v for k, v in action.fields.items() if v is not None}
    payload = {"from": appeal.state, "to": target, "due_at": after.due_at.isoformat()} | given
    payload |= hearing.told
    told = Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload)
    return AppealOutcome(appeal=after, events=(told,), entries=hearing.entries)


def _first_reviewer(hearing: Hearing) -> Hearing:
    return hearing.to(first_reviewer=hearing.action.by.user)


def _only_first_reviewer(hearing: Hearing) -> Hearing:
    if hearing.action.by.user != hearing.appeal.first_reviewer:
        raise WrongRoleError(f"{hearing.appeal.no} is under review by {hearing.appeal.first_reviewer}")
    return hearing


def _opinion(hearing: Hearing) -> Hearing:
    return hearing.to(opinion=str(hearing.action.fields.get("reason", "")))


def _second_term(hearing: Hearing) -> Hearing:
    return hearing.to(due_at=hearing.rules.term("second_review", hearing.now))


def _object_term(hearing: Hearing) -> Hearing:
    return hearing.to(due_at=hearing.rules.term("object", hearing.now))


def _in_time(hearing: Hearing) -> Hearing:
    until = hearing.appeal.due_at
    if hearing.now > until:
        raise NotPossibleError(
            f"a second review of {hearing.appeal.no} could be asked for until {until:%Y-%m-%d %H:%M}"
        )
    return hearing


def _by_another(hearing: Hearing) -> Hearing:
    """Let nobody review twice."""
    if hearing.action.by.user == hearing.appeal.first_reviewer:
        raise WrongRoleError(
            f"{hearing.appeal.first_reviewer} made the first review of {hearing.appeal.no}; "
            "somebody else has to make the second"
        )
    return hearing


def _second_reviewer(hearing: Hearing) -> Hearing:
    return hearing.to(second_reviewer=hearing.action.by.user)


def _decide(hearing: Hearing) -> Hearing:
    return hearing.to(decision=str(hearing.action.fields.get("reason", "")), decided_at=hearing.now)


def _reverse(hearing: Hearing) -> Hearing:
    if hearing.counts_at is None:
        return replace(hearing, told={"given_back_before": True})
    given = {"appeal": hearing.appeal.no, "reason": hearing.action.fields.get("reason", "")}
    why = Reason("appeal_granted", given)
    back = reverse(hearing.appeal.entry, hearing.entry, hearing.counts_at, why)
    return replace(hearing, entries=(*hearing.entries, back))


EFFECTS: Mapping[str, Callable[[Hearing], Hearing]] = {
    "first_reviewer": _first_reviewer,
    "only_first_reviewer": _only_first_reviewer,
    "opinion": _opinion,
    "object_term": _object_term,
    "second_term": _second_term,
    "in_time": _in_time,
    "by_another": _by_another,
    "second_reviewer": _second_reviewer,
    "decide": _decide,
    "reverse": _reverse,
}
