"""Free memory as systems tell it."""

import gc
import weakref
from pathlib import Path

import pytest

from data.store.memory import free_bytes, set_apart


@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({"meminfo": "MemTotal: 900 kB\nMemAvailable:   300 kB\n"}, 300 * 1024),
        ({"meminfo": "MemAvailable: 300 kB\n", "memory.max": "max\n", "memory.current": "5\n"}, 300 * 1024),
        ({"meminfo": "MemAvailable: 300 kB\n", "memory.max": "9000\n", "memory.current": "5000\n"}, 4000),
        ({"memory.max": "9000\n", "memory.current": "9500\n"}, 0),
    ],
)
def test_the_least_of_what_is_told_is_free(tmp_path: Path, files: dict[str, str], free: int) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert free_bytes(tmp_path, tmp_path) == free


def test_where_nothing_is_told_half_the_machine_is_taken(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 5 kB\n")
    assert free_bytes(tmp_path, tmp_path) >= free_bytes() // 2 > 0


class _Knot:
    """What refers to itself, so that the collector alone can end it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_set_apart_stays_and_goes_with_the_next_time_once_it_is_dead() -> None:
    kept, dropped = _Knot(), _Knot()
    told = weakref.ref(dropped)
    set_apart()
    assert gc.get_freeze_count() > 0
    del dropped
    gc.collect()
    assert told() is not None
    set_apart()
    assert told() is None
    assert kept.itself is kept
