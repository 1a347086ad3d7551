"""A Bundle of FHIR R4 read: whose it is, and each value with its code, unit, time and source, or why it is refused."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AwareDatetime, ConfigDict, Field
from sqlalchemy import select

from api.forms import Form, Short
from api.world import World
from data.models import ParticularsRow, ResidentRow
from data.queries.scope import seen
from data.store.kinds.people import RESIDENT
from dispatch.errors import BadFieldError
from dispatch.health.result import HealthResult
from grid.account import Account

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
HELD = ("final", "amended", "corrected")
PATIENT, OBSERVATION = "Patient", "Observation"
MOST_ENTRIES, MOST_PARTS = 200, 20


class FhirPart(Form):
    """A part of a resource: what is not used of it is passed over, but for what changes the meaning of the rest."""

    model_config = ConfigDict(extra="ignore")
    modifier_extension: Annotated[tuple[Any, ...], Field(alias="modifierExtension", max_length=0)] = ()


class FhirIdentifier(FhirPart):
    """A number of somebody, and whose numbers these are."""

    system: Short = ""
    value: Short = ""


class FhirReference(FhirPart):
    """Whom something is about, or who did it."""

    reference: Short = ""
    display: Short = ""
    identifier: FhirIdentifier | None = None


class FhirCoding(FhirPart):
    """One code of one system."""

    system: Short = ""
    code: Short = ""


class FhirConcept(FhirPart):
    """What something is, by codes that mean the same."""

    coding: Annotated[tuple[FhirCoding, ...], Field(max_length=MOST_PARTS)] = ()


class FhirQuantity(FhirPart):
    """A value with the UCUM code of its unit; ``comparator`` would make it less than a value."""

    value: float
    code: Short = ""
    system: Short = ""
    comparator: Annotated[str, Field(max_length=0)] = ""


class FhirComponent(FhirPart):
    """One value of several taken together."""

    code: FhirConcept
    value_quantity: Annotated[FhirQuantity | None, Field(alias="valueQuantity")] = None


class FhirResource(FhirPart):
    """A Patient or an Observation, with the fields that are used of either."""

    resource_type: Annotated[str, Field(alias="resourceType", max_length=40)]
    id: Short = ""
    identifier: Annotated[tuple[FhirIdentifier, ...], Field(max_length=MOST_PARTS)] = ()
    status: Short = ""
    code: FhirConcept | None = None
    subject: FhirReference | None = None
    effective_date_time: Annotated[AwareDatetime | None, Field(alias="effectiveDateTime")] = None
    performer: Annotated[tuple[FhirReference, ...], Field(max_length=MOST_PARTS)] = ()
    value_quantity: Annotated[FhirQuantity | None, Field(alias="valueQuantity")] = None
    component: Annotated[tuple[FhirComponent, ...], Field(max_length=MOST_PARTS)] = ()


class FhirEntryForm(FhirPart):
    """One resource of a Bundle with its address."""

    full_url: Annotated[str, Field(alias="fullUrl", max_length=200)] = ""
    resource: FhirResource


class FhirBundleForm(FhirPart):
    """A Bundle of FHIR R4 with Observations of one person; a Patient beside them says who that is."""

    resource_type: Annotated[str, Field(alias="resourceType", pattern="^Bundle$")]
    entry: Annotated[list[FhirEntryForm], Field(min_length=1, max_length=MOST_ENTRIES)]


def read_bundle(
    world: World, account: Account, bundle: FhirBundleForm
) -> tuple[str, tuple[HealthResult, ...], tuple[str, ...]]:
    """Read whose a Bundle is, its results, and the place of each for refusals.

    Raises
    ------
    BadFieldError
        With the place in the Bundle: for resources and codes that are not used, units that are not of UCUM, a value that
        is not final, a person whom nobody in one's area is, and for Observations of two persons.
    """
    resident = _whose(world, account, bundle)
    results: list[HealthResult] = []
    fields: list[str] = []
    for n, entry in enumerate(bundle.entry):
        if entry.resource.resource_type == OBSERVATION:
            for place, result in _observed(world, entry.resource, f"entry.{n}.resource."):
                fields.append(place)
                results.append(result)
    if not results:
        raise BadFieldError("entry", None, "at least one Observation")
    return resident, tuple(results), tuple(fields)


def _whose(world: World, account: Account, bundle: FhirBundleForm) -> str:
    """Give the number of the one resident whom all is about."""
    patients: dict[str, tuple[FhirIdentifier, ...]] = {}
    for entry in bundle.entry:
        found = entry.resource
        if found.resource_type == PATIENT:
            patients |= dict.fromkeys(
                filter(None, (entry.full_url, f"{PATIENT}/{found.id}")), found.identifier
            )
    meant: set[str] = set()
    for n, entry in enumerate(bundle.entry):
        found, place = entry.resource, f"entry.{n}.resource."
        if found.resource_type not in (PATIENT, OBSERVATION):
            allowed = f"resources taken are {PATIENT} and {OBSERVATION}"
            raise BadFieldError(f"{place}resourceType", found.resource_type, allowed)
        if found.resource_type == PATIENT:
            named = list(found.identifier)
        else:
            subject = found.subject or FhirReference()
            own = [subject.identifier] if subject.identifier else []
            named = [*patients.get(subject.reference, ()), *own]
        meant.add(_resident(world, account, named, place))
    if len(meant) > 1:
        raise BadFieldError("entry", None, "one Bundle holds results of one person")
    return meant.pop()


def _resident(world: World, account: Account, named: list[FhirIdentifier], place: str) -> str:
    """Give the resident of one's area whom some identifiers name; those of other systems are passed over."""
    rules = world.catalogue.health
    mine = select(ResidentRow.no).where(seen(RESIDENT, account.actor(), world.scheme))
    numbers = [one.value for one in named if one.system == rules.resident_system]
    cards = [world.sealer.digest(one.value.upper()) for one in named if one.system == rules.identity_system]
    by_card = select(ParticularsRow.resident).where(ParticularsRow.identity_hash.in_(cards))
    with world.database.read() as session:
        found = set(session.scalars(mine.where(ResidentRow.no.in_(numbers))))
        found |= set(session.scalars(mine.where(ResidentRow.no.in_(by_card)))) if cards else set()
    if len(found) != 1:
        systems = f"{rules.resident_system} or {rules.identity_system}"
        raise BadFieldError(f"{place}identifier", None, f"name one person of your area by {systems}")
    return found.pop()


def _observed(world: World, told: FhirResource, place: str) -> Iterator[tuple[str, HealthResult]]:
    """Yield the values of an Observation, of its own or of its components, each with its place."""
    if told.status not in HELD:
        raise BadFieldError(f"{place}status", told.status, f"results that hold are {', '.join(HELD)}")
    if told.effective_date_time is None:
        raise BadFieldError(f"{place}effectiveDateTime", None, "a day and time with its offset")
    values: list[tuple[str, FhirConcept | None, FhirQuantity | None]] = []
    if told.value_quantity:
        values.append((place, told.code, told.value_quantity))
    values += [
        (f"{place}component.{n}.", one.code, one.value_quantity) for n, one in enumerate(told.component)
    ]
    if not values:
        raise BadFieldError(f"{place}valueQuantity", None, "a value with a unit, here or in components")
    source = next((one.display for one in told.performer if one.display), "FHIR")
    for where, concept, quantity in values:
        code = _code(world, concept, where)
        if quantity is None or quantity.system != UCUM:
            system = quantity.system if quantity else None
            raise BadFieldError(f"{where}valueQuantity.system", system, f"units are those of {UCUM}")
        yield (
            f"{where}valueQuantity.",
            HealthResult(
                no="",
                resident="",
                code=code,
                value=quantity.value,
                unit=quantity.code,
                taken_at=told.effective_date_time,
                source=source,
            ),
        )


def _code(world: World, concept: FhirConcept | None, place: str) -> str:
    """Give our name of the code of LOINC that something is told by."""
    known = world.catalogue.health.by_loinc
    told = [one.code for one in (concept.coding if concept else ()) if one.system == LOINC]
    found = {known[code].code for code in told if code in known}
    if len(found) != 1:
        allowed = f"one code of {LOINC} of {', '.join(known)}"
        raise BadFieldError(f"{place}code.coding", ", ".join(told) or None, allowed)
    return found.pop()
