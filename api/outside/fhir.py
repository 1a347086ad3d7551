"""Facts of health to and from other systems, as the few resources of FHIR R4 that are used: Patient and Observation.

Source: HL7 FHIR R4 (4.0.1), Bundle, Patient, Observation, Quantity, https://hl7.org/fhir/R4/.
"""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi.responses import JSONResponse

from api.access import access
from api.answers.health_record import FhirBundle, FhirJson, HealthTold
from api.forms import HealthLookForm
from api.idempotency import ReceiptDep, respond
from api.outside.fhir_read import LOINC, UCUM, FhirBundleForm, read_bundle
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.health_record import known_to, opened, told_view
from api.world import World
from data.desk.health import NewHealthResults
from data.store.kinds.health import HEALTH_ROLES
from dispatch.health.code import HealthCode
from dispatch.health.result import HealthResult

router = Router(prefix="/api/v1", tags=["fhir"])

URN = "urn:uuid:"


@router.post("/health/fhir", response_model=HealthTold, **access(*HEALTH_ROLES, outside="refused"))
def take(form: FhirBundleForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Take the Observations of one person of one's area from a Bundle, all or none; the same once more changes nothing.

    Codes are those of LOINC and units those of UCUM that ``GET /api/v1/health/codes`` lists. What the rules do not know is
    refused with its place in the Bundle; fields that are not used are passed over.
    """
    resident, results, fields = read_bundle(world, account, form)
    with world.database.read() as session:
        known_to(world, session, account, resident)
    new = NewHealthResults(resident=resident, results=results, fields=fields)
    receipt = receipts(told_view, 200)
    return respond(world.desk.start(new, account.actor(), world.clock(), receipt=receipt), told_view, 200)


@router.post(
    "/residents/{no}/health/fhir",
    response_model=FhirBundle,
    response_class=FhirJson,
    **access(*HEALTH_ROLES, outside="hidden"),
)
def give(no: str, form: HealthLookForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Give the results that hold of a resident of one's area as a Bundle; who took it out, when and why is kept."""
    _, results, _ = opened(world, account, no, form.reason)
    return FhirJson(bundle_of(world, no, [one for one in results if one.holds]))


def bundle_of(world: World, no: str, results: list[HealthResult]) -> dict[str, Any]:
    """Write a Bundle of a person's number and results; one whose code the rules no longer know is left out."""
    rules = world.catalogue.health
    patient = f"{URN}{uuid5(NAMESPACE_URL, f'{rules.resident_system}:{no}')}"
    whose = {"resourceType": "Patient", "identifier": [{"system": rules.resident_system, "value": no}]}
    entries = [{"fullUrl": patient, "resource": whose}]
    entries += [
        {
            "fullUrl": f"{URN}{UUID(one.no)}",
            "resource": _observation(world, one, rules.codes[one.code], patient),
        }
        for one in results
        if one.code in rules.codes
    ]
    at = world.local(world.clock()).isoformat(timespec="seconds")
    return {"resourceType": "Bundle", "type": "collection", "timestamp": at, "entry": entries}


def _observation(world: World, one: HealthResult, code: HealthCode, patient: str) -> dict[str, Any]:
    coding = {"system": LOINC, "code": code.loinc, "display": code.name_en}
    return {
        "resourceType": "Observation",
        "id": one.no,
        "status": "final",
        "code": {"coding": [coding], "text": code.name_zh},
        "subject": {"reference": patient},
        "effectiveDateTime": world.local(one.taken_at).isoformat(),
        "performer": [{"display": one.source}],
        "valueQuantity": {"value": one.value, "unit": one.unit, "system": UCUM, "code": one.unit},
    }
