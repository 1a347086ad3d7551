"""What may be measured of a person: code, units with their exact factors, what can be true, from where it is high."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from dispatch.errors import BadFieldError


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCode:
    """One thing that is measured.

    ``code`` is our name of it and ``loinc`` that of LOINC. ``units`` gives for each UCUM unit that is allowed what a
    value in it is multiplied by to be in ``unit``; a unit without an exact factor is not allowed. ``least``, ``most``,
    ``low`` and ``high`` are in ``unit``: beyond the first two nothing is believed, below ``low`` and from ``high`` on a
    value stands out; None for no such limit. ``source`` says where these come from.
    """

    code: str
    loinc: str
    name_zh: str
    name_en: str
    unit: str
    units: Mapping[str, Fraction]
    least: float
    most: float
    low: float | None = None
    high: float | None = None
    source: str = ""
    sample: bool = True

    def __post_init__(self) -> None:
        """Refuse a code whose limits or factors cannot hold.

        Raises
        ------
        ValueError
        """
        if self.units.get(self.unit) != 1:
            raise ValueError(f"{self.code}: its own unit {self.unit} has the factor 1")
        if any(factor <= 0 for factor in self.units.values()):
            raise ValueError(f"{self.code}: factors of units are above 0")
        limits = [limit for limit in (self.least, self.low, self.high, self.most) if limit is not None]
        if limits != sorted(limits) or self.least == self.most:
            raise ValueError(f"{self.code}: least, low, high and most have to rise")
        if not is_loinc(self.loinc):
            raise ValueError(f"{self.code}: {self.loinc} is no LOINC code; its last digit does not check")

    def in_unit(self, value: float, unit: str) -> float:
        """Return a value of an allowed unit in ``unit``."""
        return float(Fraction(value) * self.units[unit])

    def check(self, value: float, unit: str, field: str = "") -> None:
        """Make sure that a value can be true, in a unit that is allowed.

        Parameters
        ----------
        value : float
        unit : str
            A UCUM code, letter by letter: ``mm[Hg]``, not ``mmHg``.
        field : str
            What the names of fields begin with in a refusal.

        Raises
        ------
        BadFieldError
            Naming the units, or the range in the unit that was given.
        """
        if unit not in self.units:
            raise BadFieldError(
                f"{field}unit", unit, f"UCUM units of {self.code} are {', '.join(self.units)}"
            )
        if not self.least <= self.in_unit(value, unit) <= self.most:
            least, most = (float(Fraction(end) / self.units[unit]) for end in (self.least, self.most))
            told = f"{self.code} lies between {least:g} and {most:g} {unit}; look for a slip or another unit"
            raise BadFieldError(f"{field}value", value, told)

    def stands_out(self, value: float, unit: str) -> str:
        """Return ``high``, ``low``, or the empty text for a value that does not stand out."""
        told = self.in_unit(value, unit)
        if self.high is not None and told >= self.high:
            return "high"
        return "low" if self.low is not None and told < self.low else ""


def is_loinc(code: str) -> bool:
    """Return whether the last digit of a code checks those before it, as in all codes of LOINC (modulus 10)."""
    digits, _, check = code.partition("-")
    if not (digits.isdecimal() and check.isdecimal() and len(check) == 1 and digits.isascii()):
        return False
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return (sum(n // 10 + n % 10 for n in doubled) + int(check)) % 10 == 0
