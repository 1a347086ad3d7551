"""Who could go to an alarm: workers on duty and clinics, ranked by the way on streets and boats."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.city.city import City
from data.city.workers import field_workers
from data.models import AccountRow, TaskRow
from dispatch.alarms.responder import Question, Ranking, Responder, askable, rank
from dispatch.alarms.task import GOING
from dispatch.providers.hours import is_open
from geo.errors import NoStreetError
from geo.place import distance_m

PROFILE = "ebike"
DOCTORS = frozenset({"clinic", "nurse", "emergency_medical"})
ASKED_OF_ROADS = 12


def responders(
    session: Session,
    city: City,
    question: Question,
    on_duty: Collection[str],
    sharing: Collection[str] = (),
) -> Ranking:
    """Rank those who could go to the place of an alarm.

    Those nearest in a straight line are asked of the roads, and of those who let their positions be used the nearest by
    road; the others count as without a way.

    Parameters
    ----------
    session : Session
    city : City
    question : Question
    on_duty : collection of str
        Accounts of workers who are on duty.
    sharing : collection of str, optional
        Accounts whose positions may be used.

    Returns
    -------
    Ranking
    """
    workers = _workers(session, city, question, on_duty, sharing)
    people = [*workers, *_doctors(session, city, question.at)]
    near = sorted(askable(people, question), key=lambda r: (distance_m(r.place, question.place), r.person))
    live = {r.person for r in near if r.place_from == "position"}
    by_road = {one.user for one, _ in city.people.nearest(question.place, ASKED_OF_ROADS, live, question.at)}
    asked = [*near[:ASKED_OF_ROADS], *(r for r in near[ASKED_OF_ROADS:] if r.person in by_road)]
    return rank(people, question, _ways(city, asked, question))


def _ways(city: City, people: Iterable[Responder], question: Question) -> Mapping[str, tuple[float, float]]:
    """Give seconds of the way, and of them on and for boats; those without a way are left out."""
    found: dict[str, tuple[float, float]] = {}
    roads, at = city.engine.ferries[PROFILE], city.catalogue.local(question.at)
    for each in people:
        try:
            journey = roads.journey(each.place, question.place, at)
        except NoStreetError:
            continue
        if journey is not None:
            found[each.person] = journey.travel_ms / 1000, journey.ferry_ms / 1000
    return found


def _workers(
    session: Session, city: City, question: Question, on_duty: Collection[str], sharing: Collection[str]
) -> list[Responder]:
    """List grid workers where their phone says, else where they were seen last, else in the middle of their patch.

    Where a worker was seen long ago says no less than the patch: nobody is left out for an old position.
    """
    fresh_since = question.at - question.position_age
    busy = _tasks(session)
    return [
        Responder(
            person=worker.user,
            post="responder",
            place=worker.place,
            place_at=worker.seen_at if worker.seen_at and worker.seen_at >= fresh_since else None,
            on_duty=worker.user in on_duty,
            tasks=busy.get(worker.user, 0),
            place_from="base" if worker.place_from == "cell" else worker.place_from,
        )
        for worker in field_workers(session, city, question.at, sharing)
    ]


def _doctors(session: Session, city: City, at: datetime) -> list[Responder]:
    """List open places with a doctor or nurse that have an account."""
    accounts = select(AccountRow.user, AccountRow.provider).where(
        AccountRow.role == "provider", AccountRow.active, AccountRow.provider.is_not(None)
    )
    local, busy, found = city.catalogue.local(at), _tasks(session), []
    for user, number in session.execute(accounts.order_by(AccountRow.user)):
        provider = city.providers.get(number or 0)
        if provider is not None and DOCTORS & set(provider.categories):
            found.append(
                Responder(
                    person=user,
                    post="responder",
                    place=provider.place,
                    skills=frozenset({"doctor"}),
                    on_duty=is_open(provider.hours, local),
                    tasks=busy.get(user, 0),
                )
            )
    return found


def _tasks(session: Session) -> Mapping[str, int]:
    """Count by person the tasks of those who go or are there."""
    query = select(TaskRow.person, func.count()).where(TaskRow.state.in_(GOING)).group_by(TaskRow.person)
    return {person: int(n) for person, n in session.execute(query)}
