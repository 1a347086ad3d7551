"""What is answered of facts of health, to health roles alone."""

from dataclasses import dataclass
from typing import Any, Literal

from fastapi.responses import JSONResponse

from api.answers.answer import Answer, LeftOut
from dispatch.health.chronic import ChronicCase
from dispatch.health.result import HealthResult


class FhirJson(JSONResponse):
    """An answer of the media type of FHIR."""

    media_type = "application/fhir+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCodeAnswer(Answer):
    """What may be measured: ``units`` are those of UCUM that are taken, limits are in ``unit``, null for none."""

    code: str
    loinc: str
    name: str
    unit: str
    units: tuple[str, ...]
    least: float
    most: float
    low: float | None
    high: float | None
    source: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCodes(Answer):
    """What may be measured, and whose codes these are."""

    notice: str
    items: tuple[HealthCodeAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthTold(Answer):
    """What became of results, without values: how many were ``told``, and how many ``known``, which changed nothing.

    ``opened`` are the numbers of the chronic cases that were opened by rule.
    """

    told: int
    known: int
    opened: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthResultAnswer(Answer, HealthResult):
    """A result with its names; ``stands_out`` is ``high``, ``low`` or empty by the rules of today."""

    name: str
    loinc: str
    stands_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChronicCaseAnswer(Answer, ChronicCase):
    """A chronic case with its names; ``due`` when a follow-up is, ``missed`` when it is past the days of grace too."""

    version: LeftOut[int]
    name: str
    state_name: str
    due: bool
    missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLine(Answer):
    """Whom a case is of, masked."""

    no: str
    name: str
    address: str
    cell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCaseAnswer(Answer):
    """A case whose follow-up is due, and of whom."""

    resident: PatientLine
    case: ChronicCaseAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCases(Answer):
    """Whose follow-up is due, those that wait longest first, and how many there are in all."""

    items: tuple[DueCaseAnswer, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRecord(Answer):
    """The health record of a person, the latest result first; who opened it, when and why is kept."""

    no: str
    name: str
    phone: str
    address: str
    birth_year: int | None
    results: tuple[HealthResultAnswer, ...]
    cases: tuple[ChronicCaseAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCell(Answer):
    """How many cases of a cluster lie in a cell."""

    cell: str
    name: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAnswer(Answer):
    """What a watch found among ``cases`` of so many ``looked_days``: the strongest cluster that goes on today.

    ``found`` lie within ``days`` and ``radius_m`` where chance has ``expected``; ``p`` is how often chance makes as strong a
    one. ``alarm`` is told up to ``alarm_percent``, which is how many false alarms are to be expected.
    """

    code: str
    name: str
    cases: int
    looked_days: int
    found: int
    expected: float
    days: int
    radius_m: float
    cells: tuple[WatchCell, ...]
    p: float
    alarm: bool
    alarm_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchList(Answer):
    """All watches over one's area, today."""

    items: tuple[WatchAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FhirEntry(Answer):
    """One resource of FHIR R4: the Patient with its identifiers alone, or an Observation."""

    fullUrl: str  # noqa: N815 - FHIR's name
    resource: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FhirBundle(Answer):
    """A Bundle of FHIR R4 with one Patient and the Observations that hold."""

    resourceType: Literal["Bundle"]  # noqa: N815 - FHIR's name
    type: Literal["collection"]
    timestamp: str
    entry: tuple[FhirEntry, ...]
