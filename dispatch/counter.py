"""Sessions at a counter: several items for one person at once, with their papers, consent and a hand-over list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Actor, Event, Lifecycle

Wanted = Literal["order", "report", "question"]
PaperState = Literal["shown", "missing", "promised"]
HeldState = Literal["held", "given_back", "handed_on"]
PAPER_STATES: tuple[PaperState, ...] = ("shown", "missing", "promised")
RELATIONS = ("self", "child", "spouse", "neighbour", "worker", "other")
WAYS = ("spoken", "signed")
"""How somebody consents."""
NEEDED_FOR = ("every_session", "proxy", "hand_over")
"""When consent to a purpose is needed: always, where somebody acts for the person, where papers are taken over."""
EFFECTS = frozenset({"show", "take_over", "give_back", "hand_on", "settle"})
FIELDS = frozenset({"paper", "to", "reason", "pieces", "due_on", "signed"})
MOST_ITEMS, MOST_PAPERS, MOST_PIECES = 20, 50, 99
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind:
    """A paper that some items need, by its code; ``of`` are the codes of those items and categories."""

    code: str
    name_zh: str
    name_en: str
    of: tuple[str, ...]
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPurpose:
    """What a person consents to; ``needed_for`` is one of `NEEDED_FOR`, empty where nobody has to."""

    code: str
    name_zh: str
    name_en: str
    needed_for: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRules:
    """Which papers items need, what people consent to, and what can happen to a session; both tables in their order."""

    papers: Mapping[str, PaperKind]
    consents: Mapping[str, ConsentPurpose]
    lifecycle: Lifecycle

    def needed(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Name the papers that items or categories need, each once, in the order of the table; empty for none."""
        wanted = set(codes)
        return tuple(code for code, one in self.papers.items() if wanted.intersection(one.of))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An item that a session took: the number of the order, ticket or question it became, and its code, empty for a question."""

    kind: Wanted
    no: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSeen:
    """How it stands with a paper that the items need; ``until`` is the day by which a promised one comes."""

    paper: str
    state: PaperState
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPaper:
    """A line of the hand-over list: a paper that was taken over, signed by both, and what became of it.

    ``due_on`` is the day by which it is given back or handed on; ``given_to`` who has it then, empty while it is held.
    """

    paper: str
    pieces: int
    taken_by: str
    taken_at: datetime
    due_on: date
    state: HeldState = "held"
    given_to: str = ""
    settled_by: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterSession:
    """One session at a counter of a station.

    ``area`` is the cell of the station, ``clerk`` the account that took the items, ``resident`` whom they are for where
    the register knows them. ``relation`` is what whoever came is to that person; ``agent`` is the account of who acts
    for them from here on, empty for nobody. ``consents`` are codes of purposes.
    """

    no: str
    state: str
    station: str
    area: str
    clerk: str
    opened_at: datetime
    resident: str = ""
    relation: str = "self"
    agent: str = ""
    consents: tuple[str, ...] = ()
    consent_how: str = "spoken"
    items: tuple[Taken, ...] = ()
    papers: tuple[PaperSeen, ...] = ()
    held: tuple[HeldPaper, ...] = ()
    settled_at: datetime | None = None
    settled_why: str = ""
    version: int = 1

    @property
    def is_proxied(self) -> bool:
        """Whether somebody acts for the person."""
        return bool(self.agent) or self.relation != "self"

    @property
    def lacking(self) -> tuple[PaperSeen, ...]:
        """Papers that were not shown yet."""
        return tuple(one for one in self.papers if one.state != "shown")

    @property
    def holding(self) -> tuple[HeldPaper, ...]:
        """Papers that are neither given back nor handed on."""
        return tuple(one for one in self.held if one.state == "held")

    def late_papers(self, today: date) -> tuple[str, ...]:
        """Name the papers whose day is over: promised and not shown, or held and not given back."""
        promised = [one.paper for one in self.lacking if one.until is not None and one.until < today]
        return (*promised, *(one.paper for one in self.holding if one.due_on < today))


def begin(
    told: CounterSession, by: Actor, rules: CounterRules, today: date
) -> tuple[CounterSession, tuple[Event, ...]]:
    """Return a session that can be kept, and what the log is told: which items, never for whom.

    Parameters
    ----------
    told : CounterSession
        As it was filled in at the counter; its state is decided here.
    by : Actor
    rules : CounterRules
    today : date
        In the zone of the district.

    Returns
    -------
    (CounterSession, tuple of Event)
        Settled at once when no paper is lacking or held.

    Raises
    ------
    BadFieldError
        Without items, with too many, without consent that is needed, with a paper that no item needs, one of which it
        is not told how it stands, or a day that is over.
    """
    if not 1 <= len(told.items) <= MOST_ITEMS:
        raise BadFieldError("items", len(told.items), f"1 to {MOST_ITEMS} items")
    if told.relation not in RELATIONS:
        raise BadFieldError("relation", told.relation, "relations are " + ", ".join(RELATIONS))
    _check_papers(told, rules, today)
    for line in told.held:
        _check_held(line, rules, today)
    _check_consents(told, rules)
    owed = bool(told.lacking or told.holding)
    opened = replace(
        told,
        state=rules.lifecycle.initial if owed else "settled",
        settled_at=None if owed else told.opened_at,
        version=1,
    )
    payload = {
        "station": opened.station,
        "items": [one.no for one in opened.items],
        "consents": list(opened.consents),
        "proxied": opened.is_proxied,
        "lacking": len(opened.lacking),
        "held": len(opened.holding),
        "to": opened.state,
    }
    return opened, (Event(name="opened", at=told.opened_at, by=by.user, role=by.role, payload=payload),)


def act(
    session: CounterSession, action: Action, rules: CounterRules, now: datetime, today: date
) -> tuple[CounterSession, Event]:
    """Decide one action: a paper was shown, taken over, given back or handed on; or nothing more is waited for.

    Parameters
    ----------
    session : CounterSession
    action : Action
    rules : CounterRules
    now : datetime
        Aware.
    today : date
        In the zone of the district.

    Returns
    -------
    (CounterSession, Event)
        Settled when nothing is lacking or held any more.

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        The session is unchanged then.
    """
    move = rules.lifecycle.move(session.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        raise BadFieldError(odd[0], action.fields[odd[0]], f"fields are {', '.join(sorted(FIELDS))}")
    after = replace(session, version=session.version + 1)
    for effect in move.effects:
        after = _after(after, effect, action, rules, (now, today))
    if after.state != "settled" and not (after.lacking or after.holding):
        after = replace(after, state="settled", settled_at=now)
    payload = {"from": session.state, "to": after.state}
    if paper := str(action.fields.get("paper", "")):
        payload["paper"] = paper
    return after, Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload)


def in_item(position: int, error: Exception) -> BadFieldError:
    """Return the refusal of one item of a session: which one, counted from 0, and why."""
    if isinstance(error, BadFieldError):
        return BadFieldError(f"items.{position}.{error.field}", error.value, error.allowed)
    return BadFieldError(f"items.{position}", "", str(error.args[0]) if error.args else str(error))


def _check_papers(told: CounterSession, rules: CounterRules, today: date) -> None:
    needed = rules.needed(one.code for one in told.items)
    seen = [one.paper for one in told.papers]
    if odd := [code for code in seen if code not in needed or seen.count(code) > 1]:
        raise BadFieldError(
            "papers", odd[0], "each paper that these items need, once: " + (", ".join(needed) or "none")
        )
    if untold := [code for code in needed if code not in seen]:
        raise BadFieldError("papers", untold[0], "say of each paper: " + ", ".join(PAPER_STATES))
    for one in told.papers:
        if one.state not in PAPER_STATES:
            raise BadFieldError("papers", one.state, "say of each paper: " + ", ".join(PAPER_STATES))
        if one.state == "promised" and (one.until is None or one.until < today):
            raise BadFieldError("until", _day(one.until), "a promised paper has a day, today or later")
        if one.state != "promised" and one.until is not None:
            raise BadFieldError("until", _day(one.until), "only a promised paper has a day")


def _check_held(line: HeldPaper, rules: CounterRules, today: date) -> None:
    if line.paper not in rules.papers:
        raise BadFieldError("held", line.paper, "codes of the table of papers")
    if not 1 <= line.pieces <= MOST_PIECES:
        raise BadFieldError("pieces", line.pieces, f"1 to {MOST_PIECES}")
    if line.due_on < today:
        raise BadFieldError("due_on", _day(line.due_on), "a day that is not over")


def _check_consents(told: CounterSession, rules: CounterRules) -> None:
    if odd := [code for code in told.consents if code not in rules.consents]:
        raise BadFieldError("consents", odd[0], "purposes are " + ", ".join(rules.consents))
    if told.consent_how not in WAYS:
        raise BadFieldError("consent_how", told.consent_how, "ways are " + ", ".join(WAYS))
    holds = {"every_session": True, "proxy": told.is_proxied, "hand_over": bool(told.held)}
    for purpose in rules.consents.values():
        if holds.get(purpose.needed_for, False) and purpose.code not in told.consents:
            raise BadFieldError(
                "consents", ", ".join(told.consents), f"without consent to {purpose.code} it is not possible"
            )


def _after(
    session: CounterSession, effect: str, action: Action, rules: CounterRules, at: tuple[datetime, date]
) -> CounterSession:
    """Return the session after one effect."""
    now, today = at
    told: Mapping[str, Any] = action.fields
    paper = str(told.get("paper", ""))
    if effect == "show":
        if paper not in {one.paper for one in session.lacking}:
            raise BadFieldError("paper", paper, "a paper that is lacking: " + _codes(session.lacking))
        shown = PaperSeen(paper=paper, state="shown")
        return replace(session, papers=tuple(shown if p.paper == paper else p for p in session.papers))
    if effect == "take_over":
        if told.get("signed") is not True:
            raise BadFieldError("signed", told.get("signed"), "both have to sign that papers are taken over")
        if not isinstance(told.get("due_on"), date):
            raise BadFieldError("due_on", told.get("due_on"), "the day by which it is given back")
        line = HeldPaper(
            paper=paper,
            pieces=int(told.get("pieces") or 1),
            taken_by=action.by.user,
            taken_at=now,
            due_on=told["due_on"],
        )
        _check_held(line, rules, today)
        after = replace(session, held=(*session.held, line))
        _check_consents(after, rules)
        return after
    if effect == "settle":
        if session.holding:
            raise NotPossibleError(
                f"session {session.no} holds papers: {_codes(session.holding)}; give them back or hand them on first"
            )
        return replace(session, state="settled", settled_at=now, settled_why=str(told["reason"]).strip())
    return _given(session, paper, effect, action, now)


def _given(session: CounterSession, paper: str, effect: str, action: Action, now: datetime) -> CounterSession:
    """Return the session with the first held line of a paper given back or handed on."""
    at = next((i for i, one in enumerate(session.held) if one.paper == paper and one.state == "held"), None)
    if at is None:
        raise BadFieldError("paper", paper, "a paper that is held: " + _codes(session.holding))
    to = str(action.fields.get("to", "")).strip()
    if len(to) > LONGEST_NAME:
        raise BadFieldError("to", to, f"at most {LONGEST_NAME} signs")
    state: HeldState = "given_back" if effect == "give_back" else "handed_on"
    line = replace(session.held[at], state=state, given_to=to, settled_by=action.by.user, settled_at=now)
    return replace(session, held=(*session.held[:at], line, *session.held[at + 1 :]))


def _codes(of: Iterable[PaperSeen | HeldPaper]) -> str:
    return ", ".join(one.paper for one in of) or "none"


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
