"""Days of rounds on the streets: ways between all stops as they will be that day, the rest planned, a stop moved."""

from datetime import datetime, time, timedelta
from typing import cast

import numpy as np

from data.city.city import City
from dispatch.item import Profile
from dispatch.rounds.anew import plan_rest
from dispatch.rounds.arrange import moved, unpromised, why_not
from dispatch.rounds.day import DayRounds
from dispatch.rounds.facts import DAY_S, Visit
from dispatch.rounds.question import ask, past_of, places_of, ways_of
from dispatch.rounds.times import Travel, timed

MS = 1000


def travel_of(city: City, day: DayRounds) -> Travel:
    """Tell how long the ways between all places of a day take.

    Parameters
    ----------
    city : City
    day : DayRounds

    Returns
    -------
    ndarray of int64, shape (ways, places, places)
        Whole seconds, rounded up; -1 without a way. By the worst that closures make of the streets during the shifts.
    """
    places, ways = places_of(day), ways_of(day)
    start = min((m.from_s for m in day.members), default=0)
    end = max((m.until_s for m in day.members), default=DAY_S)
    span = moment(city, day, start), moment(city, day, end)
    travel = np.empty((len(ways), len(places), len(places)), np.int64)
    for number, profile in enumerate(ways):
        weight_ms = city.engine.changes.foreseen(cast("Profile", profile), *span)
        way_ms = city.engine.indexes[cast("Profile", profile)].doors_ms(places, weight_ms).astype(np.int64)
        travel[number] = np.where(way_ms < 0, -1, -(-way_ms // MS))
    return travel


def moment(city: City, day: DayRounds, second: int) -> datetime:
    """Return a second of a day as a time in the district's zone."""
    midnight = datetime.combine(day.day, time(), city.catalogue.zone)
    return midnight + timedelta(seconds=second)


def second_of(city: City, day: DayRounds, now: datetime) -> int:
    """Return which second of a day it is: 0 before it, its last after it."""
    local = city.catalogue.local(now)
    if local.date() != day.day:
        return 0 if local.date() < day.day else DAY_S
    return local.hour * 3600 + local.minute * 60 + local.second


def planned(city: City, day: DayRounds, now: datetime) -> DayRounds:
    """Return a day with everything planned that is still to be done."""
    past = past_of(day, city.catalogue.zone)
    return plan_rest(day, city.catalogue.rounds, travel_of(city, day), past, second_of(city, day, now))


def with_move(
    city: City, day: DayRounds, move: tuple[str, str, int], now: datetime, *, anew: bool = False
) -> DayRounds:
    """Return a day with one errand in another place; see `dispatch.rounds.arrange.moved`.

    Parameters
    ----------
    city : City
    day : DayRounds
    move : (str, str, int)
        Errand, worker, and which of the stops to come.
    now : datetime
        Aware.
    anew : bool
        Whether the errand may have another window than was promised.

    Raises
    ------
    BadFieldError, NotPossibleError
    """
    rules, travel = city.catalogue.rounds, travel_of(city, day)
    past = past_of(day, city.catalogue.zone)
    free = unpromised(day, [move[0]]) if anew else day
    question = ask(free, rules, past, second_of(city, day, now))
    return moved(free, move, travel, question, rules)


def problems(city: City, day: DayRounds, now: datetime) -> dict[str, str]:
    """Tell whose rounds are not possible any more as streets and time stand, and at which stop; empty for none."""
    past = past_of(day, city.catalogue.zone)
    question = ask(day, city.catalogue.rounds, past, second_of(city, day, now))
    travel, found = travel_of(city, day), {}
    visits: dict[str, Visit] = {visit.no: visit for visit in question.visits}
    for worker in question.workers:
        stops = [visits[no] for no in question.kept.get(worker.user, ())]
        if stops and timed(worker, stops, travel) is None:
            found[worker.user] = why_not(worker, stops, travel)
    return found
