"""When somebody is where: the times of a round of visits in a given order."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dispatch.rounds.facts import DAY_S, Round, Stop, Visit, Worker

Travel = NDArray[np.int64]
NO_WAY_S = -1
SQUARE = 2


def timed(worker: Worker, visits: Sequence[Visit], travel_s: Travel) -> Round | None:
    """Return the round of a worker through visits in order, as early as can be, or None when it is not possible.

    Parameters
    ----------
    worker : Worker
    visits : sequence of Visit
    travel_s : ndarray of int64, shape (places, places) or (ways, places, places)
        Seconds; `NO_WAY_S` without a way.

    Returns
    -------
    Round or None
        A break lies as early as it may without making the round later than it has to be. Without visits nobody sets
        out, and the break is their own.
    """
    if not visits:
        return Round(
            worker=worker.user,
            stops=(),
            travel_s=0,
            pause_s=None,
            leave_s=worker.from_s,
            back_s=worker.from_s,
        )
    travel_s = of_way(worker, travel_s)
    if worker.pause is None:
        return _driven(worker, visits, travel_s, None)
    gaps = range(2 * len(visits) + 2)
    found = [r for gap in gaps if (r := _driven(worker, visits, travel_s, gap)) is not None]
    return min(found, key=lambda each: each.back_s, default=None)


def of_way(worker: Worker, travel_s: Travel) -> Travel:
    """Return the matrix by which a worker travels, shape (places, places)."""
    return travel_s if travel_s.ndim == SQUARE else travel_s[worker.way]


def _driven(worker: Worker, visits: Sequence[Visit], travel_s: Travel, pause_gap: int | None) -> Round | None:
    """Drive a round with the break before leaving (0), on arrival (odd) or after a visit (even); None for no break."""
    now, here, moved, pause_s = worker.from_s, worker.start, 0, None
    stops = []
    for gap in range(2 * len(visits) + 2):
        if gap % 2:
            visit = visits[gap // 2] if gap // 2 < len(visits) else None
            place = worker.end if visit is None else visit.place
            way = int(travel_s[here, place])
            if way < 0:
                return None
            now, here, moved = now + way, place, moved + way
        arrived = now
        if gap == pause_gap:
            begin = _break_begins(worker, now)
            if begin is None:
                return None
            pause_s, now = begin, begin + _length(worker)
        if gap % 2 and visit is not None:
            begin = _visit_begins(visit, now)
            if begin is None:
                return None
            now = begin + visit.service_s
            stops.append(Stop(visit=visit.no, arrive_s=arrived, begin_s=begin, leave_s=now))
    if now > worker.until_s:
        return None
    return Round(
        worker=worker.user,
        stops=tuple(stops),
        travel_s=moved,
        pause_s=pause_s,
        leave_s=_leaving(worker, stops, visits, travel_s, pause_s),
        back_s=now,
    )


def _leaving(
    worker: Worker, stops: Sequence[Stop], visits: Sequence[Visit], travel_s: Travel, pause_s: int | None
) -> int:
    """Return when it is early enough to set out for the first visit; a break before it is kept."""
    if pause_s is not None and pause_s <= stops[0].begin_s:
        return worker.from_s
    return max(worker.from_s, stops[0].begin_s - int(travel_s[worker.start, visits[0].place]))


def _length(worker: Worker) -> int:
    return 0 if worker.pause is None else worker.pause.length_s


def _break_begins(worker: Worker, time: int) -> int | None:
    if worker.pause is None or time > worker.pause.latest_s:
        return None
    return max(time, worker.pause.earliest_s)


def _visit_begins(visit: Visit, time: int) -> int | None:
    windows = sorted(visit.windows) or [(0, DAY_S)]
    return next((max(time, low) for low, high in windows if time <= high), None)
