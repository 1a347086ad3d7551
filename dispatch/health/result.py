"""One measured value of a person: told with its unit and source, struck when it was wrong, never edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.health.code import HealthCode


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthResult:
    """A value as it was told; ``no`` tells nothing of whose it is.

    ``code`` is one of the table of codes, ``unit`` a UCUM unit. ``struck_why`` says why it holds no more, and is empty
    while it does.
    """

    no: str
    resident: str
    code: str
    value: float
    unit: str
    taken_at: datetime
    source: str
    struck_why: str = ""

    @property
    def holds(self) -> bool:
        """Whether it was not struck."""
        return not self.struck_why


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRules:
    """What may be told of somebody's health: the codes by our names.

    Systems are the addresses by which another system names persons: ``resident_system`` those of our register,
    ``identity_system`` identity numbers.
    """

    codes: Mapping[str, HealthCode]
    resident_system: str
    identity_system: str

    @property
    def by_loinc(self) -> Mapping[str, HealthCode]:
        """The codes by those of LOINC."""
        return {code.loinc: code for code in self.codes.values()}

    def check(self, told: HealthResult, now: datetime, field: str = "") -> HealthResult:
        """Return a result that the rules know.

        Parameters
        ----------
        told : HealthResult
        now : datetime
            Aware.
        field : str
            What the names of fields begin with in a refusal.

        Raises
        ------
        BadFieldError
            For an unknown code, a unit that is not allowed, a value that cannot be true, a time still to come.
        """
        if told.code not in self.codes:
            raise BadFieldError(f"{field}code", told.code, "codes are " + ", ".join(self.codes))
        self.codes[told.code].check(told.value, told.unit, field)
        if told.taken_at > now:
            raise BadFieldError(f"{field}taken_at", told.taken_at.isoformat(), "a time that has come")
        return told


def find_same(told: HealthResult, known: Iterable[HealthResult], field: str = "") -> HealthResult | None:
    """Return the known result that says the same of the same moment; None when nothing was told of it.

    Raises
    ------
    BadFieldError
        When another value is known of this moment: one of the two is wrong.
    """
    for one in known:
        if one.holds and (one.code, one.taken_at) == (told.code, told.taken_at):
            if (one.value, one.unit) == (told.value, told.unit):
                return one
            raise BadFieldError(
                f"{field}taken_at",
                told.taken_at.isoformat(),
                f"another value of {told.code} is known of this moment; strike the wrong one first",
            )
    return None


def strike(result: HealthResult, why: str) -> HealthResult:
    """Return a result that holds no more.

    Raises
    ------
    NotPossibleError
        When it was struck before.
    BadFieldError
        Without a reason.
    """
    if not result.holds:
        raise NotPossibleError("this result was struck before")
    if not why.strip():
        raise BadFieldError("reason", why, "say why the result is wrong")
    return replace(result, struck_why=why.strip())
