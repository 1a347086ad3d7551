"""How operations on facts of health are asked by the test of who may, beside `access_cases`."""

from datetime import date
from typing import Any

from sqlalchemy import update

from data.models import ChronicCaseRow
from tests.api.access_cases import Asked, Things, holds
from tests.conftest import Site

PATH = "/api/v1/residents/{no}/health"
READING = {"code": "heart_rate", "value": 71.0, "unit": "/min", "taken_at": "2026-11-18T09:00:00+08:00"}


def measured(site: Site, user: str) -> str:
    """Tell a result of the resident; gives its number."""
    told = site.post(user, f"{PATH}/results".format(no="R000001"), 201, source="健康站", results=[READING])
    return str(told["numbers"][0])


def ill(site: Site, user: str) -> str:
    """Open a chronic case of the resident that was due long ago; gives its number."""
    body = {"condition": "diabetes", "reason": "县医院确诊"}
    made = site.post(user, f"{PATH}/cases".format(no="R000001"), 201, **body)["no"]
    due = update(ChronicCaseRow).where(ChronicCaseRow.no == made).values(next_on=date(2026, 1, 1))
    site.world.database.write(lambda session: session.execute(due))
    return str(made)


def asked(t: Things) -> dict[str, Asked]:
    """Tell how each operation is asked."""
    no, why = {"no": t.resident}, {"reason": "高血压随访"}
    return {
        "GET /api/v1/health/codes": Asked(),
        f"POST {PATH}/results": Asked(path=no, body={"source": "健康站", "results": [READING]}),
        f"POST {PATH}/results/{{result}}/actions": Asked(
            path=no | {"result": t.measured}, body={"action": "strike"} | why
        ),
        f"POST {PATH}/open": Asked(path=no, body=why),
        f"POST {PATH}/fhir": Asked(path=no, body=why),
        "GET /api/v1/health/watches": Asked(),
        "GET /api/v1/health/due": Asked(shows=holds(t.chronic)),
        f"POST {PATH}/cases": Asked(path=no, body={"condition": "nothing"} | why),
        f"POST {PATH}/cases/{{case}}/actions": Asked(
            path=no | {"case": t.chronic}, body={"action": "resume"} | why
        ),
        "POST /api/v1/health/fhir": Asked(body=bundle(t.resident)),
    }


def bundle(resident: str, **more: Any) -> dict[str, Any]:
    """Write a Bundle with one reading of a resident, as another system may send it."""
    heart_rate = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"identifier": {"system": "urn:jinlin:resident", "value": resident}},
        "effectiveDateTime": "2026-11-18T08:00:00+08:00",
        "valueQuantity": {
            "value": 66,
            "unit": "次/分",
            "system": "http://unitsofmeasure.org",
            "code": "{beats}/min",
        },
    }
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": heart_rate | more}]}
