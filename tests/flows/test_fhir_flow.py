"""Facts of health to and from other systems as FHIR R4: what goes out is valid there, what comes in is read with care."""

from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from tests.api.access_health import bundle
from tests.conftest import Site
from tests.flows.test_health_flow import NO, PATH, opened, reading, tell
from tests.flows.test_residents import CARD, register

UCUM, LOINC = "http://unitsofmeasure.org", "http://loinc.org"
FHIR = "/api/v1/health/fhir"


def out(site: Site) -> Any:
    return site.post("nurse", f"{PATH}/fhir", reason="转诊上级医院")


def test_what_goes_out_is_valid_and_comes_in_again_as_known(site: Site) -> None:
    tell(
        site, reading("systolic", 20.5, "kPa"), reading("body_weight", 61.3, "kg"), reading("hba1c", 6.8, "%")
    )
    wrong = opened(site)["results"][0]["no"]
    site.post("nurse", f"{PATH}/results/{wrong}/actions", action="strike", reason="记错了人")
    sent = out(site)
    judged = Bundle.model_validate(sent)
    patient, *observations = (entry.resource for entry in judged.entry)
    assert patient.name is None
    assert len(observations) == 2
    assert {one.valueQuantity.system for one in observations} == {UCUM}
    assert {one.subject.reference for one in observations} == {judged.entry[0].fullUrl}
    told = site.post("nurse", FHIR, **sent)
    assert (told["told"], told["known"]) == (0, 2)
    assert out(site)["entry"] == sent["entry"]


def test_a_panel_of_another_system_comes_in_for_whom_its_identity_number_names(site: Site) -> None:
    no = register(site, identity=CARD)["no"]
    panel = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "code": {"coding": [{"system": LOINC, "code": "85354-9"}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-11-17T23:30:00Z",
        "performer": [{"display": "第一人民医院"}],
        "component": [
            {
                "code": {"coding": [{"system": "urn:local", "code": "BP"}, {"system": LOINC, "code": code}]},
                "valueQuantity": {"value": value, "unit": "毫米汞柱", "system": UCUM, "code": "mm[Hg]"},
            }
            for code, value in (("8480-6", 152), ("8462-4", 96))
        ],
    }
    card = {"system": "urn:oid:2.16.156.10011.1.3", "value": CARD.lower()}
    patient = {"resourceType": "Patient", "id": "p1", "identifier": [card], "name": [{"text": "王秀英"}]}
    sent = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": panel}, {"resource": patient}],
    }
    Bundle.model_validate(sent)
    assert site.post("nurse", FHIR, **sent)["told"] == 2
    record = site.post("nurse", f"/api/v1/residents/{no}/health/open", reason="核对转入数据")
    assert [(one["code"], one["value"], one["source"], one["stands_out"]) for one in record["results"]] == [
        ("diastolic", 96, "第一人民医院", "high"),
        ("systolic", 152, "第一人民医院", "high"),
    ]
    assert record["results"][0]["taken_at"] == "2026-11-18T07:30:00+08:00"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"valueQuantity": {"value": 66, "system": UCUM, "code": "bpm"}}, "entry.0.resource.valueQuantity.unit"),
        ({"valueQuantity": {"value": 66, "system": "urn:local", "code": "/min"}}, "entry.0.resource.valueQuantity.system"),
        ({"valueQuantity": {"value": 900, "system": UCUM, "code": "/min"}}, "entry.0.resource.valueQuantity.value"),
        ({"valueQuantity": {"value": 66, "comparator": "<", "system": UCUM, "code": "/min"}},
         "entry.0.resource.valueQuantity.comparator"),
        ({"valueQuantity": None}, "entry.0.resource.valueQuantity"),
        ({"code": {"coding": [{"system": LOINC, "code": "8889-8"}]}}, "entry.0.resource.code.coding"),
        ({"code": {"coding": [{"system": "http://snomed.info/sct", "code": "8867-4"}]}}, "entry.0.resource.code.coding"),
        ({"status": "preliminary"}, "entry.0.resource.status"),
        ({"status": "entered-in-error"}, "entry.0.resource.status"),
        ({"effectiveDateTime": "2026-11-18"}, "entry.0.resource.effectiveDateTime"),
        ({"effectiveDateTime": None}, "entry.0.resource.effectiveDateTime"),
        ({"modifierExtension": [{"url": "urn:not", "valueBoolean": True}]}, "entry.0.resource.modifierExtension"),
        ({"resourceType": "Condition"}, "entry.0.resource.resourceType"),
        ({"subject": {"reference": "Patient/p1"}}, "entry.0.resource.identifier"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_its_place(
    sqlite_site: Site, wrong: dict[str, Any], field: str
) -> None:
    problem = sqlite_site.post("nurse", FHIR, 422, **bundle(NO, **wrong))
    assert problem["field"] == field, problem
    assert opened(sqlite_site)["results"] == []


def test_one_bundle_is_about_one_person(sqlite_site: Site) -> None:
    sent = bundle(NO)
    sent["entry"] += bundle("R000002")["entry"]
    assert "one person" in sqlite_site.post("nurse", FHIR, 422, **sent)["detail"]
