"""How time is taken: CPU of the thread, least of some runs; wall clock for single calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter_ns, thread_time

import numpy as np


@dataclass
class Line:
    """One measured thing: ours and theirs per question, in microseconds."""

    what: str
    ours_us: float
    aim_us: float | None = None
    peers_us: dict[str, float] = field(default_factory=dict)


def least_s(work: Callable[[], object], runs: int = 5) -> float:
    """CPU seconds of the fastest run; the first one warms up and does not count."""
    work()
    return min(once_s(work) for _ in range(runs))


def once_s(work: Callable[[], object]) -> float:
    """CPU seconds of a single run, for what takes long."""
    start = thread_time()
    work()
    return thread_time() - start


def median_call_us(work: Callable[[int], object], count: int) -> float:
    """Wall clock of the median call in the calmest of three rounds, in microseconds."""
    medians = []
    for _ in range(3):
        times = []
        for i in range(count):
            start = perf_counter_ns()
            work(i)
            times.append(perf_counter_ns() - start)
        medians.append(float(np.median(times)) / 1000)
    return min(medians)


def markdown(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> list[str]:
    """Lines of a table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]
