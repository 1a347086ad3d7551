"""Open311 GeoReport v2 as other software meets it, on both databases. Rules are those of the published specification."""

import io
import json
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from sqlalchemy import select

from data.models import ContactRow, ResidentRow, TicketRow
from tests.conftest import Site
from tests.flows.test_ticket_life import report

ROOT = "/open311/v2"
REQUEST_FIELDS = {
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
}


def ask(site: Site, path: str, status: int = 200, /, **params: str) -> Any:
    answer = site.client.get(f"{ROOT}/{path}", params=params)
    assert answer.status_code == status, answer.text
    if path.endswith(".json"):
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        return answer.json()
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    return ET.fromstring(answer.content)


def send(site: Site, status: int = 201, ending: str = "json", **form: str) -> Any:
    place = site.inside()
    body = {"service_code": "E0102", "lat": str(place["lat"]), "long": str(place["lon"])} | form
    body = {name: value for name, value in body.items() if value}
    answer = site.client.post(f"{ROOT}/requests.{ending}", data=body)
    assert answer.status_code == status, answer.text
    return answer.json() if ending == "json" else ET.fromstring(answer.content)


def test_discovery_leads_to_the_endpoint(site: Site) -> None:
    found = site.client.get("/open311/discovery.json").json()
    (endpoint,) = found["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert site.client.get(f"{endpoint['url']}/services.json").status_code == 200
    tree = ET.fromstring(site.client.get("/open311/discovery.xml").content)
    assert tree.tag == "discovery"
    assert tree.findtext("endpoints/endpoint/formats/format") == "text/xml"


def test_xml_and_json_list_the_same_services(site: Site) -> None:
    listed = ask(site, "services.json")
    tree = ask(site, "services.xml")
    assert tree.tag == "services"
    assert [s.findtext("service_code") for s in tree.findall("service")] == [
        s["service_code"] for s in listed
    ]
    assert {s["type"] for s in listed} == {"realtime"}
    assert all(isinstance(s["metadata"], bool) for s in listed)
    assert tree.findtext("service/metadata") in ("true", "false")
    assert "E2110" not in {s["service_code"] for s in listed}  # a child at risk is no public matter


def test_a_service_is_defined(site: Site) -> None:
    found = ask(site, "services/P0101.json")
    assert found["service_code"] == "P0101"
    nature, first = found["attributes"][:2]
    assert (nature["variable"], nature["code"], nature["required"]) == (True, "nature", False)
    assert {"key": "complaint", "name": "投诉举报"} in nature["values"]
    assert set(first) == {
        "variable",
        "code",
        "datatype",
        "required",
        "datatype_description",
        "order",
        "description",
    }
    tree = ask(site, "services/P0101.xml")
    assert tree.tag == "service_definition"
    assert [e.text for e in tree.findall("attributes/attribute/code")][:2] == ["nature", first["code"]]
    assert tree.findtext("attributes/attribute/values/value/key") == nature["values"][0]["key"]


def test_a_report_may_say_what_it_is(site: Site) -> None:
    made = send(site, **{"attribute[nature]": "complaint"})[0]["service_request_id"]
    assert site.get("dispatcher", f"/api/v1/tickets/{made}")["nature"] == "complaint"
    refused = send(site, 400, **{"attribute[nature]": "joke"})
    assert "natures are" in refused[0]["description"]


@pytest.mark.parametrize(
    "path", ["services/NOPE", "services/E2110", "requests/T330102-261118-99999", "tokens/abc"]
)
def test_what_is_not_there_is_404_in_the_shape_of_the_interface(site: Site, path: str) -> None:
    (error,) = ask(site, f"{path}.json", 404)
    assert error["code"] == 404
    assert error["description"]
    tree = ask(site, f"{path}.xml", 404)
    assert (tree.tag, tree.findtext("error/code")) == ("errors", "404")


def test_a_report_gets_a_number_and_can_be_followed(site: Site) -> None:
    (made,) = send(site, description="垃圾成堆，电话 13812345678", phone="13812345678", last_name="王")
    no = made["service_request_id"]
    assert set(made) == {"service_request_id", "service_notice", "account_id"}
    (found,) = ask(site, f"requests/{no}.json")
    assert set(found) == REQUEST_FIELDS
    assert (found["status"], found["service_code"]) == ("open", "E0102")
    assert found["requested_datetime"] == "2026-11-18T10:30:00+08:00"
    assert datetime.fromisoformat(found["expected_datetime"]).utcoffset() is not None
    assert found["expected_datetime"] == "2026-11-18T16:30:00+08:00"
    assert found["description"] == "垃圾成堆，电话 ***"
    assert "王" not in json.dumps(found, ensure_ascii=False)
    with site.world.database.read() as session:
        assert session.scalar(select(ContactRow.phone).where(ContactRow.subject == no)) == "13812345678"
    assert site.get("dispatcher", f"/api/v1/tickets/{no}")["channel"] == "open311"
    tree = ask(site, f"requests/{no}.xml")
    assert tree.tag == "service_requests"
    assert {child.tag for child in tree[0]} == REQUEST_FIELDS
    site.act("dispatcher", "ticket", no, "void", reason="重复")
    assert ask(site, f"requests/{no}.json")[0]["status"] == "closed"


def test_what_tells_of_a_person_is_shown_to_nobody(site: Site) -> None:
    with site.world.database.read() as session:
        name = session.scalar(select(ResidentRow.name).where(ResidentRow.no == "R000001"))
    said = f"{name}家3单元502室漏水，打一三八〇〇一三八〇〇〇，微信liming_99"
    (made,) = send(site, description=said, address_string="文三路1号3幢2-301")
    (found,) = ask(site, f"requests/{made['service_request_id']}.json")
    assert found["description"] == "***家***漏水，打***，微信***"
    (listed,) = ask(site, "requests.json")
    assert (listed["description"], "2-301" in listed["address"]) == (found["description"], False)


def test_xml_survives_any_text(site: Site) -> None:
    made = send(site, ending="xml", description='<a href="x">&\x00\x01</a>')
    no = made.findtext("request/service_request_id")
    assert ask(site, f"requests/{no}.xml").findtext("request/description") == '<a href="x">&</a>'


def test_a_picture_elsewhere_is_not_fetched_and_that_is_said(site: Site) -> None:
    (made,) = send(site, media_url="http://192.0.2.1/p.jpg")
    assert "not fetched" in made["service_notice"]


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"service_code": ""}, 400, "service_code was not provided"),
        ({"service_code": "NOPE"}, 404, "was not found"),
        ({"service_code": "E2110"}, 404, "was not found"),
        ({"lat": "", "address_string": "某路1号"}, 400, "lat and long were not provided"),
        ({"lat": "north"}, 400, "degrees"),
        ({"lat": "95"}, 400, "95"),
        ({"lat": "39.9", "long": "116.4"}, 400, "lies in no cell"),
        ({"description": "长" * 4001}, 400, "longer than 4000"),
        ({"phone": "call me"}, 400, "phone"),
        ({"jurisdiction_id": "elsewhere"}, 404, "jurisdiction_id"),
    ],
)
def test_a_bad_report_is_told_why_and_leaves_nothing(site: Site, form: dict, status: int, said: str) -> None:
    (error,) = send(site, status, **form)
    assert error["code"] == status
    assert said in error["description"]
    assert ask(site, "requests.json") == []


def test_requests_are_filtered(site: Site) -> None:
    first = send(site)[0]["service_request_id"]
    site.clock.turn(days=1)
    second = send(site, service_code="P0101")[0]["service_request_id"]
    site.act("dispatcher", "ticket", second, "void", reason="重复")

    def numbers(**params: str) -> list[str]:
        return [r["service_request_id"] for r in ask(site, "requests.json", **params)]

    assert numbers() == [second, first]  # the newest first
    assert numbers(service_code="P0101,E0104") == [second]
    assert numbers(status="open") == [first]
    assert numbers(status="closed") == [second]
    assert numbers(status="open,closed") == [second, first]
    assert numbers(service_request_id=f"{first},{second}", status="closed") == [second, first]
    odd = {"service_request_id": first, "status": "lost", "start_date": "yesterday", "service_code": "P0101"}
    assert numbers(**odd) == [first]  # numbers override all else
    answer = site.client.get(f"{ROOT}/requests.json", params={"status": ["open", "closed"]})
    assert [r["service_request_id"] for r in answer.json()] == [
        second,
        first,
    ]  # said twice, not parted by a comma
    assert numbers(start_date="2026-11-18T12:00:00+08:00") == [second]
    assert numbers(end_date="2026-11-18T04:00:00Z") == [first]
    assert numbers(service_code="E2110") == []
    site.clock.turn(days=90)
    assert numbers() == [second]  # the last ninety days


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"start_date": "2026-11-18T12:00:00"}, "no zone"),
        ({"start_date": "yesterday"}, "no time"),
        ({"end_date": "0001-01-01T00:00:00+08:00"}, "outside"),
        ({"start_date": "9999-12-31T00:00:00Z"}, "outside"),
        ({"status": "lost"}, "neither open nor closed"),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"}, "90 days"),
        ({"start_date": "2026-11-02T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"}, "before"),
    ],
)
def test_a_bad_question_is_told_why(site: Site, params: dict, said: str) -> None:
    (error,) = ask(site, "requests.json", 400, **params)
    assert said in error["description"]


def test_what_residents_told_by_other_ways_stays_inside(site: Site) -> None:
    contact = {"name": "王小明", "phone": "13812345678"}
    body = {"category": "E0102", "channel": "web", "description": "我家住三单元", "address": "某路1号"}
    site.post(None, "/api/v1/tickets", 201, contact=contact, **body, **site.inside())
    report(site, category="E2109")
    (found,) = ask(site, "requests.json")
    assert (found["description"], found["address"]) == (None, None)


def test_a_key_can_be_asked_for(site: Site) -> None:
    site.world.settings.open311_key = "sesame"
    assert send(site, 403)[0]["description"] == "api_key was not provided"
    assert send(site, 403, api_key="wrong")[0]["description"] == "api_key is not valid"
    assert send(site, api_key="sesame")[0]["service_request_id"]
    assert ask(site, "services.json")  # reading needs none


def test_an_unknown_format_is_refused(site: Site) -> None:
    answer = site.client.get(f"{ROOT}/services.yaml")
    assert answer.status_code == 400
    assert ET.fromstring(answer.content).tag == "errors"


def test_photos_come_with_the_form(site: Site) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (10, 120, 60)).save(out, format="JPEG")
    place = site.inside()
    fields = {"service_code": "E0102", "lat": str(place["lat"]), "long": str(place["lon"])}
    for ending, files, status in (
        ("json", [("media", ("a.jpg", out.getvalue(), "image/jpeg"))], 201),
        ("xml", [("media", ("a.jpg", b"not a photo", "image/jpeg"))], 201),  # named, and left out
        ("json", [("media", (f"{i}.jpg", out.getvalue(), "image/jpeg")) for i in range(10)], 400),
    ):
        answer = site.client.post(f"{ROOT}/requests.{ending}", data=fields, files=files)
        assert answer.status_code == status, answer.text
    with site.world.database.read() as session:
        photos, without = session.scalars(select(TicketRow.photos).order_by(TicketRow.no))
    assert (len(photos), without) == (1, [])
    assert site.call("dispatcher", "GET", f"/api/v1/photos/{photos[0]}").status_code == 200


def test_every_change_of_state_is_an_update(site: Site) -> None:
    ticket = report(site)
    hidden = report(site, category="E2110")
    site.clock.turn(minutes=5)
    site.act(site.clerk(ticket["department"]), "ticket", ticket["no"], "receive")
    site.clock.turn(minutes=5)
    site.act("dispatcher", "ticket", ticket["no"], "urge", note="内部催办")
    found = ask(site, "servicerequestupdates.json")
    assert hidden["no"] not in {u["service_request_id"] for u in found}
    assert [(u["description"], u["status"]) for u in found][-2:] == [("已派遣", "OPEN"), ("已签收", "OPEN")]
    assert "内部催办" not in str(found)
    assert len({u["update_id"] for u in found}) == len(found)
    (last,) = ask(site, "servicerequestupdates.json", start_date=found[-1]["updated_datetime"])
    assert last == found[-1]
    tree = ask(site, "servicerequestupdates.xml")
    assert tree.tag == "service_request_updates"
    assert tree.findtext("request_update/service_request_id") == ticket["no"]
    ask(site, "servicerequestupdates.json", 400, start_date="yesterday")
