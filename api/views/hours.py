"""Opening hours as people read them."""

from collections.abc import Sequence
from typing import Any

HALVES = 48


def week_lines(week: Sequence[Sequence[bool]]) -> list[dict[str, Any]]:
    """Put days that are alike and follow each other together.

    Parameters
    ----------
    week : sequence of sequence of bool
        Seven days from Monday on, 48 half hours each.

    Returns
    -------
    list of dict
        ``first`` and ``last`` day, 0 for Monday, and the ``spans`` that are open, such as ``08:00-12:00``; none when shut.
    """
    lines: list[dict[str, Any]] = []
    for day, halves in enumerate(week):
        spans = _spans(halves)
        if lines and lines[-1]["spans"] == spans:
            lines[-1]["last"] = day
        else:
            lines.append({"first": day, "last": day, "spans": spans})
    return lines


def _spans(halves: Sequence[bool]) -> list[str]:
    edges = [
        half for half in range(HALVES + 1) if _at(halves, half) != _at(halves, half - 1)
    ]  # opening, shutting, opening ...
    return [f"{_clock(a)}-{_clock(b)}" for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _at(halves: Sequence[bool], half: int) -> bool:
    return 0 <= half < HALVES and halves[half]


def _clock(half: int) -> str:
    return f"{half // 2:02d}:{30 * (half % 2):02d}"
