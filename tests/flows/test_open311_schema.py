"""Every answer of the open interface against what GeoReport v2 publishes: fields, types, null, order, errors, encoding.

Facts from the specification (GeoReport v2, service discovery) and from its JSON schemas; written anew here.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import Site
from tests.flows.test_ticket_life import report

ROOT = "/open311/v2"
# W3C date and time: seconds and a zone are a must, Z or an offset.
W3C = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


def a_time(text: str) -> bool:
    return bool(W3C.match(text)) and datetime.fromisoformat(text).tzinfo is not None


def an_address(text: str) -> bool:
    return urlsplit(text).scheme in ("http", "https")


@dataclass(frozen=True)
class Field:
    """A field: its JSON type, whether null is allowed, and what its text has to be."""

    kind: type | tuple[type, ...] = str
    nullable: bool = False
    holds: Callable[[Any], bool] = lambda _: True
    inner: "Mapping[str, Field] | Field | None" = None
    element: str = ""  # what a member of a list is called in XML


def one_of(*words: object) -> Callable[[Any], bool]:
    return lambda value: value in words


TEXT, MAYBE = Field(), Field(nullable=True)
NUMBER = Field(kind=(int, float))
TIME, MAYBE_TIME = Field(holds=a_time), Field(nullable=True, holds=a_time)

SERVICE = {
    "service_code": TEXT,
    "service_name": TEXT,
    "description": MAYBE,
    "metadata": Field(kind=bool),
    "type": Field(holds=one_of("realtime", "batch", "blackbox")),
    "keywords": MAYBE,
    "group": MAYBE,
}
DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
ATTRIBUTE = {
    "variable": Field(kind=bool),
    "code": TEXT,
    "datatype": Field(holds=one_of(*DATATYPES)),
    "required": Field(kind=bool),
    "datatype_description": MAYBE,
    "order": Field(kind=int, holds=lambda n: n > 0),
    "description": MAYBE,
    "values": Field(kind=list, element="value", inner={"key": TEXT, "name": TEXT}),
}
DEFINITION = {
    "service_code": TEXT,
    "attributes": Field(kind=list, element="attribute", inner=ATTRIBUTE),
}
REQUEST = {
    "service_request_id": TEXT,
    "status": Field(holds=one_of("open", "closed")),
    "status_notes": MAYBE,
    "service_name": MAYBE,
    "service_code": TEXT,
    "description": Field(nullable=True, holds=lambda text: len(text) <= 4000),
    "agency_responsible": MAYBE,
    "service_notice": MAYBE,
    "requested_datetime": TIME,
    "updated_datetime": MAYBE_TIME,
    "expected_datetime": MAYBE_TIME,
    "address": MAYBE,
    "address_id": MAYBE,
    "zipcode": MAYBE,
    "lat": NUMBER,
    "long": NUMBER,
    "media_url": Field(nullable=True, holds=an_address),
}
MADE = {"service_request_id": TEXT, "service_notice": MAYBE, "account_id": MAYBE}
ERROR = {"code": Field(kind=int), "description": TEXT}
ENDPOINT = {
    "specification": Field(holds=one_of("http://wiki.open311.org/GeoReport_v2")),
    "url": Field(holds=an_address),
    "changeset": TEXT,
    "type": Field(holds=one_of("production", "test")),
    "formats": Field(kind=list, element="format", inner=Field(holds=one_of("text/xml", "application/json"))),
}
DISCOVERY = {
    "changeset": TEXT,
    "contact": TEXT,
    "key_service": TEXT,
    "endpoints": Field(kind=list, element="endpoint", inner=ENDPOINT),
}
UPDATE = {
    "update_id": TEXT,
    "service_request_id": TEXT,
    "status": Field(holds=one_of("OPEN", "CLOSED")),
    "updated_datetime": TIME,
    "description": TEXT,
    "media_url": Field(nullable=True, holds=an_address),
}
OPTIONAL = {"values"}  # only where there is something to choose from


def check(value: Any, shape: Mapping[str, Field] | Field, where: str) -> None:
    """Hold a JSON value against its shape."""
    if isinstance(shape, Mapping):
        assert set(value) <= set(shape), f"{where}: {set(value) - set(shape)} is not in the specification"
        assert set(shape) - OPTIONAL <= set(value), f"{where}: {set(shape) - set(value)} is missing"
        assert list(value) == [name for name in shape if name in value], f"{where}: another order"
        for name, inner in value.items():
            check(inner, shape[name], f"{where}.{name}")
        return
    if value is None:
        assert shape.nullable, f"{where} is null"
        return
    assert isinstance(value, shape.kind), f"{where}: {value!r}"
    assert not (isinstance(value, bool) and shape.kind is not bool), f"{where}: {value!r}"
    assert value != "", f"{where} is an empty text; that is null"
    assert shape.holds(value), f"{where}: {value!r}"
    if isinstance(value, list):
        assert shape.inner is not None
        for number, member in enumerate(value):
            check(member, shape.inner, f"{where}[{number}]")


def from_xml(element: ET.Element, shape: Mapping[str, Field] | Field) -> Any:
    """Read an element by its shape, as the Spark convention maps it to JSON: empty is null, words are typed."""
    assert not element.attrib
    assert not (element.tail or "").strip()
    if isinstance(shape, Mapping):
        names = [child.tag for child in element]
        assert len(names) == len(set(names)), f"{element.tag}: {names}"
        return {child.tag: from_xml(child, shape[child.tag]) for child in element}
    if shape.kind is list:
        assert {child.tag for child in element} <= {shape.element}
        assert shape.inner is not None
        return [from_xml(child, shape.inner) for child in element]
    text = element.text
    if not text:
        return None
    if shape.kind is bool:
        return {"true": True, "false": False}[text]
    if shape.kind is str:
        return text
    return json.loads(text)


def both(site: Site, path: str, root: str, shape: Field | Mapping[str, Field], status: int = 200) -> Any:
    """Ask in both formats; each has to hold, and to say the same as the other. Gives the JSON."""
    plain = site.client.get(f"{path}.json")
    assert plain.status_code == status, plain.text
    assert plain.headers["content-type"] == "application/json; charset=utf-8"
    value = json.loads(plain.content.decode("utf-8"))
    check(value, shape, root)
    written = site.client.get(f"{path}.xml")
    assert written.status_code == status
    assert written.headers["content-type"] == "text/xml; charset=utf-8"
    assert written.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    tree = ET.fromstring(written.content)
    assert tree.tag == root
    assert from_xml(tree, shape) == value
    return value


def listed(element: str, inner: Mapping[str, Field]) -> Field:
    return Field(kind=list, element=element, inner=inner)


def test_discovery(site: Site) -> None:
    found = both(site, "/open311/discovery", "discovery", DISCOVERY)
    assert found["endpoints"][0]["formats"] == ["text/xml", "application/json"]


def test_every_service_and_its_definition(site: Site) -> None:
    services = both(site, f"{ROOT}/services", "services", listed("service", SERVICE))
    assert services
    for service in services:
        found = both(site, f"{ROOT}/services/{service['service_code']}", "service_definition", DEFINITION)
        assert found["service_code"] == service["service_code"]
        assert bool(found["attributes"]) == service["metadata"]  # else a client need not ask
        orders = [attribute["order"] for attribute in found["attributes"]]
        assert len(orders) == len(set(orders))
        for attribute in found["attributes"]:
            assert ("values" in attribute) == attribute["datatype"].endswith("valuelist")


def lives(site: Site) -> list[str]:
    """Make reports in many states, with and without texts; gives their numbers."""
    place = site.inside()
    form = {"service_code": "E0102", "lat": str(place["lat"]), "long": str(place["lon"])}
    numbers = []
    for more in ({}, {"description": "<垃圾> & 一堆\n第二行", "address_string": "某路1号"}):
        answer = site.client.post(f"{ROOT}/requests.json", data=form | more)
        check(answer.json(), listed("request", MADE), "service_requests")
        numbers.append(answer.json()[0]["service_request_id"])
    answer = site.client.post(f"{ROOT}/requests.xml", data=form)
    tree = ET.fromstring(answer.content)
    assert tree.tag == "service_requests"
    check(from_xml(tree, listed("request", MADE)), listed("request", MADE), "service_requests")
    site.act("dispatcher", "ticket", numbers[0], "void", reason="重复")
    done = report(site)
    clerk, photo = site.clerk(done["department"]), site.photo("dispatcher")
    site.act(clerk, "ticket", done["no"], "receive")
    site.act(clerk, "ticket", done["no"], "done", evidence=[photo], note="x")
    site.act("dispatcher", "ticket", done["no"], "pass", evidence=[photo])
    site.clock.turn(minutes=5)
    site.act("dispatcher", "ticket", done["no"], "close")
    return [*numbers, done["no"]]


def test_requests_one_by_one_and_together(site: Site) -> None:
    numbers = lives(site)
    together = both(site, f"{ROOT}/requests", "service_requests", listed("request", REQUEST))
    assert {r["status"] for r in together} == {"open", "closed"}
    for no in numbers:
        (found,) = both(site, f"{ROOT}/requests/{no}", "service_requests", listed("request", REQUEST))
        assert found == next(r for r in together if r["service_request_id"] == no)


def test_a_closed_request_was_updated_when_it_was_closed(site: Site) -> None:
    no = lives(site)[-1]
    site.clock.turn(minutes=30)
    site.act(site.worker(), "ticket", no, "rate", rating=5)
    (found,) = both(site, f"{ROOT}/requests/{no}", "service_requests", listed("request", REQUEST))
    assert found["updated_datetime"] == "2026-11-18T10:35:00+08:00"


def test_updates(site: Site) -> None:
    lives(site)
    path = f"{ROOT}/servicerequestupdates"
    assert len(both(site, path, "service_request_updates", listed("request_update", UPDATE))) > 5


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ROOT}/services/NOPE", 404),
        (f"{ROOT}/requests/T330102-261118-99999", 404),
        (f"{ROOT}/tokens/abc", 404),
        (f"{ROOT}/nothing", 404),
        (f"{ROOT}/services/a/b", 404),
    ],
)
def test_what_is_not_there(site: Site, path: str, status: int) -> None:
    for error in both(site, path, "errors", listed("error", ERROR), status):
        assert error["code"] == status


@pytest.mark.parametrize(
    ("method", "path", "params", "status"),
    [
        ("GET", "services", {"jurisdiction_id": "elsewhere"}, 404),
        ("GET", "requests", {"jurisdiction_id": "elsewhere"}, 404),
        ("GET", "requests", {"status": "lost"}, 400),
        ("GET", "requests", {"start_date": "yesterday"}, 400),
        ("POST", "requests", {}, 400),
        ("POST", "services", {}, 400),
        ("DELETE", "requests", {}, 400),
        ("PUT", "requests/T1", {}, 400),
    ],
)
def test_errors_have_the_shape_and_the_codes(
    site: Site, method: str, path: str, params: dict[str, str], status: int
) -> None:
    for ending in ("json", "xml"):
        answer = site.client.request(method, f"{ROOT}/{path}.{ending}", params=params)
        assert answer.status_code == status, answer.text
        shape = listed("error", ERROR)
        value = answer.json() if ending == "json" else from_xml(ET.fromstring(answer.content), shape)
        check(value, shape, "errors")
        assert value[0]["code"] == status


def test_a_parameter_without_value_is_as_if_it_were_not_there(site: Site) -> None:
    lives(site)
    empty = dict.fromkeys(
        ("jurisdiction_id", "service_request_id", "service_code", "start_date", "end_date", "status"), ""
    )
    bare = site.client.get(f"{ROOT}/requests.json")
    assert site.client.get(f"{ROOT}/requests.json", params=empty).json() == bare.json()
