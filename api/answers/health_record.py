"""What is answered of facts of health, to health roles alone."""

from dataclasses import dataclass
from typing import Any, Literal

from fastapi.responses import JSONResponse

from api.answers.answer import Answer
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
    """What became of results: how many were ``told``, how many were ``known`` and changed nothing; no values."""

    told: int
    known: int
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthResultAnswer(Answer, HealthResult):
    """A result with its names; ``stands_out`` is ``high``, ``low`` or empty by the rules of today."""

    name: str
    loinc: str
    stands_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRecord(Answer):
    """The health record of a person, the latest result first; who opened it, when and why is kept."""

    no: str
    name: str
    phone: str
    address: str
    birth_year: int | None
    results: tuple[HealthResultAnswer, ...]


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
