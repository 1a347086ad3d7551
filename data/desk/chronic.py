"""Chronic cases at the door: opened by rule with the results that do, or by hand, and acted on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import select

from data.desk.work import Deeds, Start, Work
from data.models import ChronicCaseRow, fact_of
from data.store.done import Done
from data.store.kinds.health import CHRONIC_CASE
from data.store.kinds.people import RESIDENT
from dispatch.errors import BadFieldError
from dispatch.health import chronic
from dispatch.health.chronic import ChronicCase, ChronicRule, open_case, readings_that_open
from dispatch.health.result import HealthResult
from dispatch.lifecycle import Action, Actor, Event

NAME_BYTES = SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChronicCase(Start[ChronicCase]):
    """A case that a person opens, such as after a diagnosis elsewhere."""

    resident: str
    condition: str
    reason: str


def open_by_hand(work: Work, new: NewChronicCase, by: Actor) -> Done[ChronicCase]:
    """Open a case.

    Raises
    ------
    MissingError
        When there is no such resident.
    BadFieldError
        For a condition that the rules do not know or of which a case is open, and without a reason.
    """
    work.locked(RESIDENT, new.resident)
    rules = work.catalogue.chronic
    rule = rules.conditions.get(new.condition)
    if rule is None:
        raise BadFieldError("condition", new.condition, "conditions are " + ", ".join(rules.conditions))
    if any(case.condition == rule.code and case.closed_on is None for case in cases_of(work, new.resident)):
        raise BadFieldError("condition", new.condition, "another one; a case of it is open")
    if not new.reason.strip():
        raise BadFieldError("reason", new.reason, "say why the case is opened")
    return _opened(work, rule, new.resident, by, why=new.reason.strip())


def opened_by_rule(
    work: Work, resident: str, results: Iterable[HealthResult], by: Actor
) -> Iterator[Done[ChronicCase]]:
    """Yield the cases that the results of a resident open.

    Parameters
    ----------
    work : Work
    resident : str
        Whose row is locked.
    results : iterable of HealthResult
        All that hold, in any order.
    by : Actor
        Who told the last of them.

    Returns
    -------
    iterator of Done
        Of each case that is new; empty when none is.
    """
    rules, codes = work.catalogue.chronic, work.catalogue.health.codes
    dated = [(work.catalogue.local(one.taken_at).date(), one) for one in results]
    known = cases_of(work, resident)
    for rule in rules.conditions.values():
        mine = [case for case in known if case.condition == rule.code]
        if any(case.closed_on is None for case in mine):
            continue
        after = max((case.closed_on for case in mine if case.closed_on is not None), default=None)
        if because := readings_that_open(rule, dated, codes, after):
            yield _opened(work, rule, resident, by, because=tuple(one.no for one in because))


def cases_of(work: Work, resident: str) -> list[ChronicCase]:
    """Return all cases of a resident."""
    rows = work.session.scalars(select(ChronicCaseRow).where(ChronicCaseRow.resident == resident))
    return [fact_of(ChronicCase, row) for row in rows]


def _opened(work: Work, rule: ChronicRule, resident: str, by: Actor, **why: object) -> Done[ChronicCase]:
    today = work.catalogue.local(work.now).date()
    made = open_case(rule, work.catalogue.chronic.lifecycle, token_hex(NAME_BYTES), resident, today, **why)
    event = Event(name="opened", at=work.now, by=by.user, role=by.role)
    return Done(kind=CHRONIC_CASE, after=made, events=(event,), row={"salt": token_hex(SALT_BYTES)})


def act_on_case(work: Work, no: str, action: Action) -> Done[ChronicCase]:
    """Decide one action on a case; the log is told its name and nothing of the reason.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = work.locked(CHRONIC_CASE, no)
    today = work.catalogue.local(work.now).date()
    after = chronic.act(before, action, work.catalogue.chronic, today)
    event = Event(name=action.name, at=work.now, by=action.by.user, role=action.by.role)
    return Done(kind=CHRONIC_CASE, before=before, after=after, events=(event,))


CHRONIC_CASES = Deeds(kind=CHRONIC_CASE, starts={NewChronicCase: open_by_hand}, act=act_on_case)
