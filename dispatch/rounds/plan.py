"""Rounds of a day: which worker pays which visit in which order, so that travel is short and little is left out.

The search is ruin and recreate with an exact test of each place in O(1): time windows, shifts, breaks and skills are
never broken, at whatever price. A seed and a number of steps name one plan, on every machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dispatch.errors import BadFieldError
from dispatch.rounds._kernels import search
from dispatch.rounds._kernels.labels import FAR, Case, State
from dispatch.rounds.facts import DAY_S, Reason, Round, Rounds, Visit, Worker
from dispatch.rounds.times import SQUARE, Travel, of_way, timed

MOST_S = 1_000_000
"""Longest time, way and worth, so that sums stay whole and small beside what is never possible."""
NEAR = 60
PART = 0.2
"""Weight of waiting beside travel when neighbours are chosen; that of being late is 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long and how daringly a plan is searched.

    ``steps`` count ruins; ``hot_s`` and ``cold_s`` are the seconds by which a worse plan is taken up at first and at
    last.
    """

    steps: int = 20_000
    hot_s: float = 200.0
    cold_s: float = 2.0
    seed: int = 0


USUAL = Effort()


def plan(
    visits: Sequence[Visit],
    workers: Sequence[Worker],
    travel_s: ArrayLike,
    *,
    other_person_s: int = 0,
    effort: Effort = USUAL,
    kept: Mapping[str, Sequence[str]] | None = None,
) -> Rounds:
    """Plan the rounds of a day.

    Parameters
    ----------
    visits : sequence of Visit
    workers : sequence of Worker
    travel_s : array_like of int, shape (places, places) or (ways, places, places)
        Whole seconds of the shortest way from each place to each; negative without a way. With several ways of
        travelling, one matrix for each; workers say which is theirs.
    other_person_s : int
        Travel that it is worth to send the person whom a home wishes for.
    effort : Effort
    kept : Mapping of str to sequence of str, optional
        Visits by worker from which the search begins, such as the plan of yesterday; what is no longer possible is
        taken out and put elsewhere.

    Returns
    -------
    Rounds
        A round for each worker, those without visits included. Without workers everything is left out.

    Raises
    ------
    BadFieldError
        For a number or name that stands twice, a place or way outside the matrix, a time that is none, a kept plan
        of somebody unknown.
    """
    travel = np.asarray(travel_s, np.int64)
    travel = travel[None] if travel.ndim == SQUARE else travel
    _check(visits, workers, travel)
    if other_person_s < 0 or other_person_s > MOST_S:
        raise BadFieldError("other_person_s", other_person_s, f"0 to {MOST_S} seconds")
    case = _case(visits, workers, travel, other_person_s)
    state = _start(case, _kept(visits, workers, travel, kept or {}), effort.seed)
    search.begin(case, state, np.argsort(-case.worth, kind="stable"))
    found = _searched(case, state, effort) if len(visits) and len(workers) else state
    rounds = []
    for w, worker in enumerate(workers):
        stops = [visits[v] for v in found.route[w, : found.size[w]].tolist()]
        made = timed(worker, stops, travel)
        if made is None:
            raise AssertionError(f"the round of {worker.user} breaks what labels promise")
        rounds.append(made)
    return _answer(visits, workers, travel, case, found, rounds)


def _answer(
    visits: Sequence[Visit],
    workers: Sequence[Worker],
    travel: Travel,
    case: Case,
    state: State,
    rounds: Sequence[Round],
) -> Rounds:
    left = {
        visit.no: _why(visit, v, workers, travel, (case, state))
        for v, visit in enumerate(visits)
        if state.owner[v] < 0
    }
    return Rounds(
        rounds=tuple(rounds),
        left_out=left,
        cost_s=int(search.plan_cost(case, state)),
        travel_s=sum(each.travel_s for each in rounds),
        needed_s=sum(visit.service_s for visit in visits),
        there_s=sum(w.until_s - w.from_s - (w.pause.length_s if w.pause else 0) for w in workers),
    )


def _why(
    visit: Visit, number: int, workers: Sequence[Worker], travel: Travel, found: tuple[Case, State]
) -> Reason:
    able = [w for w in workers if visit.skills <= w.skills]
    if not able:
        return "no_skill"
    able = [w for w in able if _leads(of_way(w, travel), w, visit)]
    if not able:
        return "no_way"
    if all(timed(w, [visit], travel) is None for w in able):
        return "no_time"
    return "not_worth" if search.fitting(*found, number) else "full"


def _leads(travel: Travel, worker: Worker, visit: Visit) -> bool:
    return bool(travel[worker.start, visit.place] >= 0 and travel[visit.place, worker.end] >= 0)


def _check(visits: Sequence[Visit], workers: Sequence[Worker], travel: Travel) -> None:
    """Refuse what cannot be planned, before anything is."""
    if travel.ndim != SQUARE + 1 or travel.shape[1] != travel.shape[2] or not len(travel):
        raise BadFieldError("travel_s", travel.shape, "a square matrix of places, or one for each way")
    if travel.size and travel.max() > MOST_S:
        raise BadFieldError("travel_s", int(travel.max()), f"ways of at most {MOST_S} seconds")
    for kind, names in (("visit", [v.no for v in visits]), ("worker", [w.user for w in workers])):
        if twice := sorted({name for name in names if names.count(name) > 1} if _repeats(names) else ()):
            raise BadFieldError(kind, twice[0], "each once")
    for visit in visits:
        _check_place("visit", visit.place, travel)
        _check_time(f"service_s of {visit.no}", visit.service_s)
        _check_time(f"worth_s of {visit.no}", visit.worth_s)
        for window in visit.windows:
            _check_span(f"window of {visit.no}", *window)
    for worker in workers:
        _check_place("worker", worker.start, travel)
        _check_place("worker", worker.end, travel)
        if not 0 <= worker.way < len(travel):
            raise BadFieldError("way", worker.way, f"one of the {len(travel)} matrices")
        _check_span(f"shift of {worker.user}", worker.from_s, worker.until_s)
        if (rest := worker.pause) is not None:
            _check_span(f"break of {worker.user}", rest.earliest_s, rest.latest_s)
            _check_time(f"break of {worker.user}", rest.length_s)


def _repeats(names: Sequence[str]) -> bool:
    return len(set(names)) < len(names)


def _check_place(kind: str, place: int, travel: Travel) -> None:
    if not 0 <= place < travel.shape[1]:
        raise BadFieldError(kind, place, f"a place of the matrix, 0 to {travel.shape[1] - 1}")


def _check_time(name: str, value: int) -> None:
    if not 0 <= value <= MOST_S:
        raise BadFieldError(name, value, f"0 to {MOST_S} seconds")


def _check_span(name: str, low: int, high: int) -> None:
    _check_time(name, low)
    if not low <= high <= MOST_S:
        raise BadFieldError(name, (low, high), "an end that is not before the start")


def _case(visits: Sequence[Visit], workers: Sequence[Worker], travel: Travel, other_person_s: int) -> Case:
    places = [v.place for v in visits] + [w.start for w in workers] + [w.end for w in workers]
    between = travel[:, places][:, :, places] if places else np.empty((len(travel), 0, 0), np.int64)
    windows = [sorted(v.windows) or [(0, DAY_S)] for v in visits]
    table = np.zeros((len(visits), max((len(w) for w in windows), default=1), 2), np.int64)
    for v, some in enumerate(windows):
        table[v, : len(some)] = some
    user = {worker.user: w for w, worker in enumerate(workers)}
    none = (0, -1, 0)
    pauses = [(b.earliest_s, b.latest_s, b.length_s) if (b := w.pause) else none for w in workers]
    case = Case(
        travel=np.where(between < 0, FAR, between).astype(np.int32),
        way=np.array([w.way for w in workers], np.int64),
        window=table,
        windows=np.array([len(w) for w in windows], np.int64),
        service=np.array([v.service_s for v in visits], np.int64),
        worth=np.array([v.worth_s for v in visits], np.int64),
        allowed=np.array([[v.skills <= w.skills for w in workers] for v in visits], np.bool_).reshape(
            len(visits), len(workers)
        ),
        wished=np.array([user.get(v.person, -1) for v in visits], np.int64),
        other=np.array([other_person_s], np.int64),
        shift=np.array([(w.from_s, w.until_s) for w in workers], np.int64).reshape(-1, 2),
        pause=np.array(pauses, np.int64).reshape(-1, 3),
        near=np.empty((len(visits), 0), np.int32),
    )
    return case._replace(near=_near(case))


def _near(case: Case) -> NDArray[np.int32]:
    """Neighbours of each visit, nearest first: travel, waiting and lateness of one after the other, either way round."""
    count = len(case.service)
    opens, shuts = case.window[:, 0, 0], case.window[np.arange(count), case.windows - 1, 1]
    way = case.travel[:, :count, :count].min(axis=0).astype(np.float64)
    done = case.service[:, None] + way
    wait = np.maximum(0, opens[None, :] - (shuts[:, None] + done))
    late = np.maximum(0, opens[:, None] + done - shuts[None, :])
    apart = way + PART * wait + late
    apart = np.minimum(apart, apart.T)
    np.fill_diagonal(apart, np.inf)
    most = min(NEAR, max(0, count - 1))
    return np.argsort(apart, axis=1, kind="stable")[:, :most].astype(np.int32)


def _kept(
    visits: Sequence[Visit], workers: Sequence[Worker], travel: Travel, kept: Mapping[str, Sequence[str]]
) -> list[list[int]]:
    """Return rounds from which the search begins: of the kept ones, each stop that is still possible after those before."""
    number = {visit.no: v for v, visit in enumerate(visits)}
    if strangers := sorted(set(kept) - {w.user for w in workers}):
        raise BadFieldError("kept", strangers[0], "a worker of this plan")
    seen: set[int] = set()
    begun = []
    for worker in workers:
        stops: list[int] = []
        for no in kept.get(worker.user, ()):
            v = number.get(no)
            if v is None or v in seen or not visits[v].skills <= worker.skills:
                continue
            if timed(worker, [visits[each] for each in (*stops, v)], travel) is not None:
                stops.append(v)
                seen.add(v)
        begun.append(stops)
    return begun


def _start(case: Case, kept: Sequence[Sequence[int]], seed: int) -> State:
    count, crew = len(case.service), len(case.shift)
    longest = int((case.shift[:, 1] - case.shift[:, 0]).max(initial=0))
    shortest = int(case.service.min(initial=MOST_S))
    most = max(1, min(count, longest // shortest + 1 if shortest else count))
    state = State(
        route=np.zeros((crew, most), np.int32),
        size=np.array([len(stops) for stops in kept], np.int64),
        owner=np.full(count, -1, np.int64),
        position=np.zeros(count, np.int64),
        ready=np.zeros((crew, most + 1, 2), np.int64),
        latest=np.zeros((crew, most + 1, 2), np.int64),
        # The generator must not begin at zero; odd multiples keep seeds apart.
        chance=np.array([(2 * seed + 1) * 0x9E3779B97F4A7C15 % 2**64], np.uint64),
    )
    for w, stops in enumerate(kept):
        state.route[w, : len(stops)] = stops
    return state


def _searched(case: Case, state: State, effort: Effort) -> State:
    count, crew = len(case.service), len(case.shift)
    scratch = search.Scratch(
        route=np.zeros_like(state.route),
        size=np.zeros(crew, np.int64),
        touched=np.zeros(crew, np.int64),
        is_touched=np.zeros(crew, np.bool_),
        taken=np.zeros(count, np.int64),
        is_taken=np.zeros(count, np.bool_),
        key=np.zeros(count, np.float64),
        counts=np.zeros(2, np.int64),
        best_route=state.route.copy(),
        best_size=state.size.copy(),
        best=np.array([search.plan_cost(case, state)], np.int64),
    )
    search.improve(case, state, scratch, effort.steps, effort.hot_s, effort.cold_s)
    best = state._replace(route=scratch.best_route, size=scratch.best_size)
    best.owner[:] = -1
    search.begin(case, best, np.empty(0, np.int64))
    return best
