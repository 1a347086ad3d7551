"""Areas and their codes: city, district, street, community, and the cell inside.

A code is text in segments (6 + 3 + 3, and + 3 for a cell); the widths are a setting because at least one city uses
others. The parent is found by prefix. A street code has zeros for the community, a district's for both.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from grid.errors import BadCodeError

Level = Literal["city", "district", "street", "community"]
CITY_DIGITS = 4
"""How many digits of a county's code are those of its city."""
LEVELS: tuple[Level, ...] = ("city", "district", "street", "community")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area; ``parent`` is the code above it, empty for the topmost."""

    code: str
    name: str
    level: Level
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One unit grid: the smallest area somebody answers for."""

    code: str
    name: str
    community: str
    households: int = 0
    worker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltDistrict:
    """The district that was built from a map extract; ``sample`` ones hold invented people."""

    code: str
    name: str
    sample: bool


@dataclass(frozen=True, slots=True)
class CodeScheme:
    """Segment widths: county, street, community, cell."""

    widths: tuple[int, int, int, int] = (6, 3, 3, 3)

    @property
    def ends(self) -> tuple[int, ...]:
        """How many digits reach to the end of county, street, community and cell."""
        return tuple(accumulate(self.widths))

    def check_area(self, code: str) -> str:
        """Return an area code of the right shape.

        Raises
        ------
        BadCodeError
            When it is not all digits or not of the length the widths ask for.
        """
        return self._check(code, self.ends[2], "area")

    def check_cell(self, code: str) -> str:
        """Return a cell code of the right shape.

        Raises
        ------
        BadCodeError
            When it is not all digits or not of the length the widths ask for.
        """
        return self._check(code, self.ends[3], "cell")

    def _check(self, code: str, length: int, what: str) -> str:
        if len(code) == length and code.isascii() and code.isdigit():
            return code
        shape = " + ".join(map(str, self.widths[: 3 if what == "area" else 4]))
        raise BadCodeError(f"{what} code {code!r} is not {length} digits ({shape})")

    def prefix(self, code: str) -> str:
        """Return what all codes inside an area begin with: the code without its zero segments at the end."""
        ends = self.ends
        if len(code) == ends[3]:
            return code
        self.check_area(code)
        county, street = ends[0], ends[1]
        if code[street:].strip("0"):
            return code
        if code[county:street].strip("0"):
            return code[:street]
        return code[:county] if code[CITY_DIGITS:county].strip("0") else code[:CITY_DIGITS]

    def level_of(self, code: str) -> Level:
        """Return the level of an area code: what stands above has zeros for what stands below.

        Raises
        ------
        BadCodeError
            When it is no area code.
        """
        self.check_area(code)
        county, street = self.ends[:2]
        if code[street:].strip("0"):
            return "community"
        if code[county:street].strip("0"):
            return "street"
        return "district" if code[CITY_DIGITS:county].strip("0") else "city"

    def above(self, code: str) -> str:
        """Return the code of the area above, empty for a city.

        Raises
        ------
        BadCodeError
            When it is no area code.
        """
        kept = {"community": self.ends[1], "street": self.ends[0], "district": CITY_DIGITS, "city": 0}
        return (
            (code[: kept[self.level_of(code)]]).ljust(self.ends[2], "0") if kept[self.level_of(code)] else ""
        )

    def contains(self, area: str, code: str) -> bool:
        """Tell whether a code lies in an area; the empty area contains everything."""
        return not area or code.startswith(self.prefix(area))

    def community_of(self, cell: str) -> str:
        """Return the community of a cell."""
        return self.check_cell(cell)[: self.ends[2]]

    def street_of(self, code: str) -> str:
        """Return the street of a community or cell, filled up with zeros."""
        ends = self.ends
        return code[: ends[1]].ljust(ends[2], "0")

    def district_of(self, code: str) -> str:
        """Return the district of any code, filled up with zeros."""
        ends = self.ends
        return code[: ends[0]].ljust(ends[2], "0")
