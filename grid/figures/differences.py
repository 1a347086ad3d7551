"""How sure a difference between two periods is: intervals of shares and of numbers, for one comparison or many at once."""

from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist

from grid.scores.appraisal import NORMAL_95, share_interval

ERROR = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A difference and the interval it lies in; ``none`` is what it would be had nothing changed.

    Of shares in percentage points with ``none`` 0, of numbers the ratio with ``none`` 1.
    """

    value: float
    low: float
    high: float
    none: float = 0.0

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return not self.low <= self.none <= self.high

    @property
    def up(self) -> bool:
        """Whether it went up."""
        return self.value > self.none


def quantile_for(comparisons: int) -> float:
    """Return the normal quantile at which so many comparisons together err in 5 % of cases at most (Bonferroni).

    Where hundreds of cells are compared, one in twenty would seem to have changed by chance alone.
    """
    return NORMAL_95 if comparisons <= 1 else NormalDist().inv_cdf(1 - ERROR / 2 / comparisons)


def shares_differ(
    now: tuple[int, int], before: tuple[int, int], normal: float = NORMAL_95
) -> Difference | None:
    """Return the difference of two shares in percentage points with its interval; None over nothing.

    Parameters
    ----------
    now, before : tuple of int
        Part and whole.
    normal : float
        See `quantile_for`.

    Notes
    -----
    R. G. Newcombe, Interval estimation for the difference between independent proportions, 1998, method 10: the Wilson
    intervals of both shares, joined.
    """
    if not now[1] or not before[1]:
        return None
    p, q = now[0] / now[1], before[0] / before[1]
    (p_low, p_high), (q_low, q_high) = share_interval(*now, normal), share_interval(*before, normal)
    down = sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    up = sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return Difference(value=100 * (p - q), low=100 * (p - q - down), high=100 * (p - q + up))


def numbers_differ(
    now: tuple[int, float], before: tuple[int, float], normal: float = NORMAL_95
) -> Difference | None:
    """Return the ratio of two numbers per day with its interval; None where nothing was counted before.

    Parameters
    ----------
    now, before : tuple of (int, float)
        Number of cases and of days they came in; months are not of one length.
    normal : float
        See `quantile_for`.

    Notes
    -----
    Of all cases of both, those of the later period are a share, which has an interval; the ratio follows from it. Cases
    are taken to come one by one, so that a single event with many reports looks surer than it is.
    """
    if not before[0]:
        return None
    per_day = before[1] / now[1]
    low, high = (share / (1 - share) if share < 1 else inf for share in _interval(now[0], before[0], normal))
    return Difference(value=now[0] / before[0] * per_day, low=low * per_day, high=high * per_day, none=1.0)


def _interval(now: int, before: int, normal: float) -> tuple[float, float]:
    return share_interval(now, now + before, normal)
