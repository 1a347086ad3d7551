"""Ten thousand deadlines, each with its full explanation, of all four clocks. Run ``python -m benchmarks.deadlines``."""

import random
import statistics
import time
from datetime import UTC, datetime, timedelta

from data.rules.catalogue import read_catalogue
from grid.deadlines import due

DEADLINES = 10_000
ROUNDS = 5
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
SPAN_H = 3 * 366 * 24 - 30 * 24


def main() -> None:
    rulebook = read_catalogue().rulebook
    limits = [category.limit for category in rulebook.categories.values()]
    draw = random.Random(7)
    cases = [
        (BEGIN + timedelta(hours=draw.uniform(0, SPAN_H)), draw.choice(limits)) for _ in range(DEADLINES)
    ]
    walls, processors = [], []
    for _ in range(ROUNDS):
        wall, processor = time.perf_counter(), time.process_time()
        stretches = sum(len(due(start, limit, rulebook.worktime).segments) for start, limit in cases)
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    print(f"{DEADLINES} deadlines with {stretches} stretches told, limits of {len(limits)} categories")
    print(
        f"median of {ROUNDS}: {statistics.median(walls):.3f} s, of processor {statistics.median(processors):.3f} s"
    )


if __name__ == "__main__":
    main()
