"""The scan for clusters: held against a slow twin, its false alarms counted on patterns of chance, seeded ones found."""

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.scan import find_cluster

RADII_M = (300.0, 600.0)


def pattern(rng: np.random.Generator, cases: int = 120, days: int = 28, side_m: float = 6000) -> tuple:
    """Cases at 60 homes over four weeks, without any cluster."""
    homes = rng.uniform(0, side_m, (60, 2))
    return homes[rng.integers(0, 60, cases)], rng.integers(0, days, cases)


def seeded(rng: np.random.Generator, more: int = 9) -> tuple:
    """The same with some more cases near one home within the last four days."""
    xy_m, day = pattern(rng)
    near = xy_m[0] + rng.uniform(-150, 150, (more, 2))
    return np.vstack([xy_m, near]), np.concatenate([day, 27 - rng.integers(0, 4, more)])


def slow_strength(xy_m: np.ndarray, day: np.ndarray, radii_m: tuple, most_days: int) -> float:
    """The strongest circle and window by plain counting."""
    best, total, last = 0.0, len(day), day.max()
    for centre in xy_m:
        for radius_m in radii_m:
            near = [np.hypot(*(one - centre)) <= radius_m for one in xy_m]
            for days in range(1, min(most_days, int(last - day.min())) + 1):
                late = [last - one < days for one in day]
                found = sum(n and t for n, t in zip(near, late, strict=True))
                expected = sum(near) * sum(late) / total
                if found < 2 or found <= expected:
                    continue
                strength = found * log(found / expected)
                if found < total:
                    strength += (total - found) * log((total - found) / (total - expected))
                best = max(best, strength)
    return best


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 5)), min_size=2, max_size=14))
def test_the_strongest_is_that_of_plain_counting(told: list[tuple[int, int, int]]) -> None:
    xy_m = np.array([(x * 250.0, y * 250.0) for x, y, _ in told])
    day = np.array([day for _, _, day in told])
    found = find_cluster(xy_m, day, RADII_M, 3, 1, np.random.default_rng(1))
    slow = slow_strength(xy_m, day, RADII_M, 3) if np.ptp(day) else 0.0
    assert (found.strength if found else 0.0) == pytest.approx(slow, abs=1e-4)


def test_chance_is_called_a_cluster_no_more_often_than_is_said() -> None:
    alarms = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        found = find_cluster(*pattern(rng), RADII_M, 7, 99, rng)
        alarms += found is not None and found.p <= 0.05
    assert alarms <= 18  # 5 % of 200 are 10; beyond 18 lie 0.6 % of honest scans


def test_seeded_clusters_are_found_where_they_lie() -> None:
    hits = 0
    for seed in range(30):
        rng = np.random.default_rng(1000 + seed)
        xy_m, day = seeded(rng)
        found = find_cluster(xy_m, day, RADII_M, 7, 99, rng)
        hits += found is not None and found.p <= 0.05 and len(set(found.members) & set(range(120, 129))) >= 7
    assert hits >= 27


def test_the_same_seed_gives_the_same_answer_and_the_members_lie_within() -> None:
    xy_m, day = seeded(np.random.default_rng(7))
    one, again = (find_cluster(xy_m, day, RADII_M, 7, 99, np.random.default_rng(3)) for _ in range(2))
    assert one == again
    assert one is not None
    for n in one.members:
        assert np.hypot(*(xy_m[n] - (one.x_m, one.y_m))) <= one.radius_m
        assert 27 - day[n] < one.days
    assert one.expected < len(one.members)


def test_a_quiet_day_ends_the_windows_too() -> None:
    xy_m, day = seeded(np.random.default_rng(7))
    found = find_cluster(xy_m, day, RADII_M, 7, 99, np.random.default_rng(3), last=29)
    assert found is not None
    assert all(29 - day[n] < found.days for n in found.members)
    with pytest.raises(GeoError, match="after the last day"):
        find_cluster(xy_m, day, RADII_M, 7, 99, np.random.default_rng(3), last=26)


@pytest.mark.parametrize("days", [[], [3], [3, 3, 3]])
def test_too_little_is_no_cluster(days: list[int]) -> None:
    xy_m = np.zeros((len(days), 2))
    assert find_cluster(xy_m, np.array(days, int), RADII_M, 7, 9, np.random.default_rng(1)) is None


@pytest.mark.parametrize(
    ("shape", "radii", "most", "draws"),
    [
        ((3, 3), RADII_M, 7, 9),
        ((2, 2), RADII_M, 7, 9),
        ((3, 2), (), 7, 9),
        ((3, 2), RADII_M, 0, 9),
        ((3, 2), RADII_M, 7, 0),
    ],
)
def test_what_does_not_fit_is_refused(shape: tuple, radii: tuple, most: int, draws: int) -> None:
    with pytest.raises(GeoError):
        find_cluster(np.zeros(shape), np.array([1, 2, 3]), radii, most, draws, np.random.default_rng(1))
