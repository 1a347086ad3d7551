"""What a count gives: a figure, the rows it was counted from, and those left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any, TypeAlias

from grid.figures.facts import AlarmFact, Facts, OrderFact, ProviderFact, Rating
from grid.figures.lines import Line
from grid.tickets.history import History

Case: TypeAlias = History | OrderFact | AlarmFact | Rating | ProviderFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A figure, the rows it was counted from, and those left out.

    ``cases`` are what was counted, of a share those in its upper part; ``rest`` are the others of the lower part. Where
    cases do not count one each, or are persons, ``told`` has the lines instead. ``asked`` is how many could have
    told, where only some of them do; None elsewhere. ``why`` says why there is no value, when it is not for want of
    rows, as a code. ``given`` are the words and numbers that its definition leaves open. ``items`` are the figures of single service items, where it is made of them.
    """

    value: float | None
    rows: int
    given: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0
    left_out_why: str = ""
    asked: int | None = None
    why: str = ""
    items: Mapping[str, float] = field(default_factory=dict)
    cases: Sequence[Case] = ()
    rest: Sequence[Case] = ()
    told: Sequence[Line] = ()

    @property
    def lines(self) -> Sequence[Line]:
        """The lines that make the figure; together with `lines_of_rest` the lower part of a share."""
        return self.told or [line_of(case) for case in self.cases]

    @property
    def lines_of_rest(self) -> Sequence[Line]:
        """The other lines of the lower part of a share."""
        return [line_of(case) for case in self.rest]


def line_of(case: Case, number: float = 1) -> Line:
    """Return the line of a case, which adds a number to the figure."""
    match case:
        case Rating():
            return Line(kind=case.about, no=case.no, number=number, at=case.at)
        case OrderFact():
            return Line(kind="order", no=case.no, number=number, at=case.created_at)
        case AlarmFact():
            return Line(kind="alarm", no=case.no, number=number, at=case.raised_at)
        case ProviderFact():
            return Line(kind="provider", no=str(case.id), number=number)
        case _:
            return Line(kind="ticket", no=case.no, number=number, at=case.reported_at)


Count: TypeAlias = Callable[[Facts], Counted]


def share(part: int, whole: int, scale: float = 100.0, given: Mapping[str, str] | None = None) -> Counted:
    """Return a part of a whole.

    Parameters
    ----------
    part, whole : int
        Counts of rows.
    scale : float
        What the whole is told as; 100 gives per cent.
    given : mapping of str to str, optional
        What the words of the indicator leave open.

    Returns
    -------
    Counted
        Without value for an empty whole.
    """
    return Counted(value=scale * part / whole if whole else None, rows=whole, given=given or {})


def split(rows: Sequence[Case], among: Callable[[Any], bool], **given: str) -> Counted:
    """Tell the share, in percent, of the rows that something holds for; no value without rows."""
    marks = [among(row) for row in rows]
    cases, rest = (
        list(compress(rows, marks)),
        [row for row, mark in zip(rows, marks, strict=True) if not mark],
    )
    return replace(share(len(cases), len(rows), given=given), cases=cases, rest=rest)


def number(rows: Sequence[Case], **given: str) -> Counted:
    """Tell how many rows there are."""
    return Counted(value=len(rows), rows=len(rows), given=given, cases=rows)
