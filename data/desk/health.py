"""Results of health at the door: told of one person together, struck when one was wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

from sqlalchemy import select

from data.desk.chronic import opened_by_rule
from data.desk.work import Deeds, Start, Work
from data.models import HealthResultRow, fact_of
from data.store.done import Done
from data.store.kinds.health import CHRONIC_CASE, HEALTH_RESULT
from data.store.kinds.people import RESIDENT
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.health.chronic import ChronicCase
from dispatch.health.result import HealthResult, find_same, strike
from dispatch.lifecycle import Action, Actor, Event

NAME_BYTES = 16
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHealthResults(Start[HealthResult]):
    """Results of one person, told together; their own numbers are ignored.

    ``fields`` names for each where it stood in what was sent, for refusals; empty where that is plain.
    """

    resident: str
    results: tuple[HealthResult, ...]
    fields: tuple[str, ...] = ()


def tell_results(work: Work, new: NewHealthResults, by: Actor) -> Done[HealthResult]:
    """Keep results, all or none; one that is known changes nothing.

    Returns
    -------
    Done
        Of one result, with those of the others beside it and of the chronic cases that they open.

    Raises
    ------
    MissingError
        When there is no such resident.
    BadFieldError
        For none, and for what the rules do not know or another value is known of.
    """
    if not new.results:
        raise BadFieldError("results", "", "at least one result")
    work.locked(RESIDENT, new.resident)
    known = held_results(work, new.resident)
    done: list[Done[HealthResult]] = []
    for told, field in zip(new.results, new.fields or [""] * len(new.results), strict=True):
        work.catalogue.health.check(told, work.now, field)
        same = find_same(told, known, field)
        if same is not None:
            done.append(Done(kind=HEALTH_RESULT, before=same, after=same))
            continue
        made = replace(told, no=token_hex(NAME_BYTES), resident=new.resident, struck_why="")
        known.append(made)
        event = Event(name="told", at=work.now, by=by.user, role=by.role)
        done.append(
            Done(kind=HEALTH_RESULT, after=made, events=(event,), row={"salt": token_hex(SALT_BYTES)})
        )
    first, *others = sorted(done, key=lambda one: not one.changed)
    opened = opened_by_rule(work, new.resident, known, by) if first.changed else ()
    return replace(first, others=(*others, *opened))


def held_results(work: Work, resident: str) -> list[HealthResult]:
    """Return the results of a resident that were not struck, the earliest first."""
    query = select(HealthResultRow).where(
        HealthResultRow.resident == resident, HealthResultRow.struck_why == ""
    )
    rows = work.session.scalars(query.order_by(HealthResultRow.taken_at, HealthResultRow.id))
    return [fact_of(HealthResult, row) for row in rows]


def results_in(done: Done[HealthResult]) -> Sequence[tuple[HealthResult, bool]]:
    """Return what `tell_results` did: each result, and whether it is new."""
    return [(one.fact, one.changed) for one in (done, *done.others) if one.kind is HEALTH_RESULT]


def cases_in(done: Done[HealthResult]) -> Sequence[ChronicCase]:
    """Return the chronic cases that `tell_results` opened."""
    return [one.fact for one in done.others if one.kind is CHRONIC_CASE]


def act_on_result(work: Work, no: str, action: Action) -> Done[HealthResult]:
    """Strike a result with a ``reason``.

    Raises
    ------
    MissingError
        When there is none.
    NotPossibleError
        For any other action, and when it was struck.
    BadFieldError
        Without a reason.
    """
    if action.name != "strike":
        raise NotPossibleError(f"a result can be struck; {action.name!r} is not possible")
    before = work.locked(HEALTH_RESULT, no)
    after = strike(before, str(action.fields.get("reason") or ""))
    event = Event(name="struck", at=work.now, by=action.by.user, role=action.by.role)
    return Done(kind=HEALTH_RESULT, before=before, after=after, events=(event,))


HEALTH_RESULTS = Deeds(kind=HEALTH_RESULT, starts={NewHealthResults: tell_results}, act=act_on_result)
