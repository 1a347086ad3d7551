"""Rounds held against an own check of every rule, and against every plan there is of small days."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.errors import BadFieldError
from dispatch.rounds.facts import DAY_S, Break, Round, Rounds, Visit, Worker
from dispatch.rounds.plan import Effort, plan

LUNCH = Break(earliest_s=300, latest_s=420, length_s=60)
EFFORT = Effort(steps=3000, hot_s=150, cold_s=1)


def day_of(seed: int, most_visits: int, crew: int) -> tuple[list[Visit], list[Worker], np.ndarray]:
    """Draw a day: some ways missing, some windows double, some breaks, skills and wished persons."""
    draw = np.random.default_rng(seed)
    count = int(draw.integers(0, most_visits + 1))
    places = count + 2 * crew
    travel = shortest(draw.integers(5, 90, (places, places)), draw.random((places, places)) < 0.6)
    visits: list[Visit] = []
    workers: list[Worker] = []
    for v in range(count):
        starts = np.sort(draw.integers(0, 700, 2))
        windows = [(int(s), int(s + draw.integers(0, 150))) for s in starts][: int(draw.integers(0, 3))]
        if len(windows) == 2 and windows[1][0] <= windows[0][1]:
            windows.pop()
        visits.append(
            Visit(
                no=f"v{v}",
                place=v,
                service_s=int(draw.integers(0, 80)),
                worth_s=int(draw.choice([60, 400, 2000])),
                windows=tuple(windows),
                skills=frozenset({"nurse"}) if draw.random() < 0.2 else frozenset(),
                person=str(draw.choice(["", "", "w0", "w1", "gone"])),
            )
        )
    workers.extend(
        Worker(
            user=f"w{w}",
            start=count + 2 * w,
            end=count + 2 * w + int(draw.integers(0, 2)),
            from_s=int(draw.integers(0, 200)),
            until_s=int(draw.integers(500, 900)),
            pause=LUNCH if draw.random() < 0.6 else None,
            skills=frozenset({"nurse"}) if draw.random() < 0.5 else frozenset(),
        )
        for w in range(crew)
    )
    return visits, workers, travel


def shortest(way: np.ndarray, shut: np.ndarray) -> np.ndarray:
    """Shortest ways over those that are not shut; -1 without one."""
    far = 10**6
    way = np.where(shut, far, way)
    np.fill_diagonal(way, 0)
    for k in range(len(way)):
        way = np.minimum(way, way[:, k, None] + way[None, k, :])
    return np.where(way >= far, -1, way)


def possible(worker: Worker, visits: Sequence[Visit], travel: np.ndarray) -> int | None:
    """Travel of a round when any choice of windows and moment of the break makes it possible, or None."""
    if not visits:
        return 0
    points = [worker.start, *(v.place for v in visits), worker.end]
    ways = [int(travel[a, b]) for a, b in pairwise(points)]
    if min(ways) < 0 or any(not v.skills <= worker.skills for v in visits):
        return None
    choices = [sorted(v.windows) or [(0, DAY_S)] for v in visits]
    for windows in product(*choices):
        # The break is an activity of its own, somewhere in the row: before or after any way.
        for pause_at in range(2 * len(visits) + 2) if worker.pause else [-1]:
            if _in_time(worker, visits, ways, windows, pause_at):
                return sum(ways)
    return None


def _in_time(
    worker: Worker, visits: Sequence[Visit], ways: Sequence[int], windows: Sequence, pause_at: int
) -> bool:
    now = worker.from_s
    for leg in range(len(ways)):
        for moment in (2 * leg, 2 * leg + 1):
            if moment == 2 * leg + 1:
                now += ways[leg]
            if moment == pause_at and worker.pause:
                now = max(now, worker.pause.earliest_s)
                if now > worker.pause.latest_s:
                    return False
                now += worker.pause.length_s
        if leg < len(visits):
            now = max(now, windows[leg][0])
            if now > windows[leg][1]:
                return False
            now += visits[leg].service_s
    return now <= worker.until_s


def check(
    made: Rounds, visits: Sequence[Visit], workers: Sequence[Worker], travel: np.ndarray, other_s: int
) -> None:
    """Hold a plan to every rule, from its own words alone."""
    by_no, by_user = {v.no: v for v in visits}, {w.user: w for w in workers}
    placed = [stop.visit for each in made.rounds for stop in each.stops]
    assert sorted([*placed, *made.left_out]) == sorted(by_no)
    assert [each.worker for each in made.rounds] == [w.user for w in workers]
    cost = sum(by_no[no].worth_s for no in made.left_out)
    for each in made.rounds:
        worker, stops = by_user[each.worker], [by_no[s.visit] for s in each.stops]
        assert possible(worker, stops, travel) == each.travel_s
        cost += each.travel_s
        cost += sum(other_s for v in stops if v.person in by_user and v.person != worker.user)
        if stops:
            check_times(each, worker, by_no, travel)
    assert made.cost_s == cost


def check_times(made: Round, worker: Worker, by_no: dict[str, Visit], travel: np.ndarray) -> None:
    """Hold the told times to ways, windows, shift and break."""
    rests = []
    if worker.pause:
        assert made.pause_s is not None
        assert worker.pause.earliest_s <= made.pause_s <= worker.pause.latest_s
        rests = [(made.pause_s, made.pause_s + worker.pause.length_s)]
    assert worker.from_s <= made.leave_s <= made.back_s <= worker.until_s
    free, here = worker.from_s, worker.start
    for stop in made.stops:
        visit = by_no[stop.visit]
        rest = sum(b - a for a, b in rests if free <= a < stop.begin_s)
        assert stop.begin_s - free >= int(travel[here, visit.place]) + rest
        assert any(low <= stop.begin_s <= high for low, high in visit.windows or [(0, DAY_S)])
        assert stop.leave_s == stop.begin_s + visit.service_s
        assert all(b <= stop.begin_s or a >= stop.leave_s for a, b in rests) or not visit.service_s
        free, here = stop.leave_s, visit.place
    rest = sum(b - a for a, b in rests if free <= a)
    assert made.back_s - free >= int(travel[here, worker.end]) + rest


def every_plan(visits: Sequence[Visit], crew: int) -> Iterator[list[list[Visit]]]:
    """Every way to spread visits over workers in every order, left-out ones included."""
    for owners in product(range(-1, crew), repeat=len(visits)):
        groups = [[v for v, o in zip(visits, owners, strict=True) if o == w] for w in range(crew)]
        yield from ([list(each) for each in orders] for orders in product(*(permutations(g) for g in groups)))


def least_cost(visits: Sequence[Visit], workers: Sequence[Worker], travel: np.ndarray, other_s: int) -> int:
    users = {w.user for w in workers}
    known: dict[tuple[str, ...], int | None] = {}

    def cost_of(worker: Worker, stops: list[Visit]) -> int | None:
        key = (worker.user, *(v.no for v in stops))
        if key not in known:
            moved = possible(worker, stops, travel)
            extra = sum(other_s for v in stops if v.person in users and v.person != worker.user)
            known[key] = None if moved is None else moved + extra
        return known[key]

    best = sum(v.worth_s for v in visits)
    for orders in every_plan(visits, len(workers)):
        costs = [cost_of(w, stops) for w, stops in zip(workers, orders, strict=True)]
        placed = {v.no for stops in orders for v in stops}
        if None not in costs:
            best = min(
                best, sum(c or 0 for c in costs) + sum(v.worth_s for v in visits if v.no not in placed)
            )
    return best


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_small_days_are_planned_as_well_as_by_trying_everything(seed: int) -> None:
    visits, workers, travel = day_of(seed, 5, 2)
    made = plan(visits, workers, travel, other_person_s=40, effort=replace(EFFORT, seed=seed))
    check(made, visits, workers, travel, 40)
    assert made.cost_s == least_cost(visits, workers, travel, 40)


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_larger_days_break_no_rule_and_a_seed_names_one_plan(seed: int) -> None:
    visits, workers, travel = day_of(seed, 140, 12)
    effort = Effort(steps=300, seed=seed)
    made = plan(visits, workers, travel, other_person_s=40, effort=effort)
    check(made, visits, workers, travel, 40)
    assert plan(visits, workers, travel, other_person_s=40, effort=effort) == made
    begun = plan(visits, workers, travel, other_person_s=40, effort=replace(effort, steps=0))
    assert made.cost_s <= begun.cost_s


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_a_plan_that_is_kept_is_never_made_worse(seed: int) -> None:
    visits, workers, travel = day_of(seed, 30, 4)
    first = plan(visits, workers, travel, effort=Effort(steps=200, seed=seed))
    kept = {each.worker: [s.visit for s in each.stops] for each in first.rounds}
    again = plan(visits, workers, travel, effort=Effort(steps=0), kept=kept)
    assert again.cost_s <= first.cost_s
    ill = plan(
        visits,
        workers[1:],
        travel,
        effort=Effort(steps=50),
        kept={u: s for u, s in kept.items() if u != "w0"},
    )
    check(ill, visits, workers[1:], travel, 0)


ONE = Visit(no="a", place=0, service_s=10, worth_s=1000)
ALONE = Worker(user="w", start=1, end=1, from_s=0, until_s=100)


@pytest.mark.parametrize(
    ("visit", "travel", "why"),
    [
        (replace(ONE, skills=frozenset({"nurse"})), [[0, 5], [5, 0]], "no_skill"),
        (ONE, [[0, -1], [5, 0]], "no_way"),
        (replace(ONE, windows=((95, 99),)), [[0, 5], [5, 0]], "no_time"),
        (replace(ONE, worth_s=9), [[0, 5], [5, 0]], "not_worth"),
    ],
)
def test_why_somebody_is_left_out(visit: Visit, travel: list[list[int]], why: str) -> None:
    assert plan([visit], [ALONE], travel, effort=EFFORT).left_out == {"a": why}


def test_a_full_day_leaves_out_the_least_worth_and_tells_the_hours() -> None:
    visits = [Visit(no=str(v), place=0, service_s=60, worth_s=100 + v) for v in range(3)]
    made = plan(visits, [ALONE], [[0, 5], [5, 0]], effort=EFFORT)
    assert made.left_out == {"0": "full", "1": "full"}
    assert (made.needed_s, made.there_s, made.travel_s) == (180, 100, 10)


def test_nothing_to_do_and_nobody_there() -> None:
    none = plan([], [ALONE], [[0, 5], [5, 0]])
    assert (none.rounds[0].stops, none.cost_s) == ((), 0)
    assert plan([ONE], [], [[0]]).left_out == {"a": "no_skill"}


@pytest.mark.parametrize(
    ("visits", "workers", "travel"),
    [
        ([ONE, ONE], [ALONE], [[0, 5], [5, 0]]),
        ([ONE], [ALONE, ALONE], [[0, 5], [5, 0]]),
        ([replace(ONE, place=2)], [ALONE], [[0, 5], [5, 0]]),
        ([replace(ONE, service_s=-1)], [ALONE], [[0, 5], [5, 0]]),
        ([replace(ONE, windows=((9, 8),))], [ALONE], [[0, 5], [5, 0]]),
        ([ONE], [replace(ALONE, until_s=-1)], [[0, 5], [5, 0]]),
        ([ONE], [replace(ALONE, pause=Break(earliest_s=9, latest_s=8, length_s=1))], [[0, 5], [5, 0]]),
        ([ONE], [ALONE], [[0, 5]]),
        ([ONE], [ALONE], [[0, 10**7], [5, 0]]),
    ],
)
def test_what_cannot_be_planned_is_refused(
    visits: list[Visit], workers: list[Worker], travel: list[list[int]]
) -> None:
    with pytest.raises(BadFieldError):
        plan(visits, workers, travel)


def test_a_kept_plan_of_somebody_unknown_is_refused() -> None:
    with pytest.raises(BadFieldError):
        plan([ONE], [ALONE], [[0, 5], [5, 0]], kept={"x": ["a"]})
