"""How every operation of the interface is asked by the test of who may: path, query, body, and what an answer shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.conftest import Site

MONTH, BEGUN = "2026-11", "2026-10"
NOTHING = {"action": "nothing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """What is asked about: all of it lies in one community, belongs to one resident, department, provider, line."""

    ticket: str
    order: str
    provider: int
    resident: str
    cell: str
    community: str
    district: str
    department: str
    entry: int
    appeal: str
    handed: str
    photo: str
    visit: str
    point: dict[str, float]
    alarm: str
    going: str
    closure: str
    rounds: str
    application: str
    around: dict[str, Any]
    waiting: str
    budget: str
    kin: str
    question: str
    correction: str
    run: str
    call: str
    tag: str
    phone: str
    measured: str
    chronic: str
    matter: str
    paid: str
    bill: str
    station: str
    party: str
    entity: str
    feed: str
    row: str
    need: str
    session: str
    served: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How an operation is asked; ``shows`` tells whether an answer holds the thing."""

    path: dict[str, str] | None = None
    query: dict[str, Any] | None = None
    body: dict[str, Any] | None = None
    files: dict[str, Any] | None = None
    shows: Callable[[Any], bool] | None = None
    form: bool = False


def holds(text: str) -> Callable[[Any], bool]:
    return lambda answer: text in answer.text


def halls(site: Site, community: str, point: dict[str, float]) -> dict[str, str]:
    """Register a station, a handling party and a legal person of a community; gives their numbers."""

    def made(name: str, **told: Any) -> str:
        return str(site.post("admin", f"/api/v1/{name}", 201, name="某", **told)["no"])

    station = made("stations", kind="station", **point)
    site.post("admin", "/api/v1/devices", 201, no="device", kind="kiosk", station=station)
    return {
        "station": station,
        "party": made("parties", department="DP01", area=community),
        "entity": made("entities", credit_code="91330100799655058B", **point),
    }


def _account(cell: str) -> dict[str, Any]:
    """An account in a cell whose password is refused, so that none is made."""
    return {"user": "nobody", "name": "某人", "role": "worker", "password": "short", "area": cell}


def asked(t: Things) -> dict[str, Asked]:
    """Tell how each operation is asked."""
    no, act, month = {"no": t.ticket}, NOTHING, {"month": MONTH}
    order, number = {"no": t.order}, {"number": "C1"}
    report = {"category": "nothing", **t.point}
    contact = {"name": "某人", "phone": "13800000000"}
    heard = {"state": "take", "number": t.handed, "own": "X1", "text": "收到"}
    xml = {"fmt": "json"}
    return {
        "POST /api/v1/tickets": Asked(body=report | {"contact": contact}),
        "GET /api/v1/tickets": Asked(shows=holds(t.ticket)),
        "GET /api/v1/tickets/count": Asked(shows=lambda a: a.json()["count"] > 0),
        "GET /api/v1/tickets/cells": Asked(shows=holds(t.cell)),
        "GET /api/v1/tickets/like": Asked(query={"category": "E0102", **t.point}),
        "GET /api/v1/tickets/{no}": Asked(path=no),
        "GET /api/v1/tickets/{no}/deadline": Asked(path=no),
        "GET /api/v1/tickets/{no}/workers": Asked(path=no),
        "POST /api/v1/tickets/{no}/actions": Asked(path=no, body=act),
        "POST /api/v1/orders": Asked(
            body={"item": "SV-B01", "contact": contact, **t.point}, query={"named": t.resident}
        ),
        "GET /api/v1/orders": Asked(shows=holds(t.order)),
        "GET /api/v1/orders/stuck": Asked(shows=holds(t.order)),
        "GET /api/v1/orders/{no}": Asked(path=order),
        "GET /api/v1/orders/{no}/candidates": Asked(path=order),
        "GET /api/v1/orders/{no}/route": Asked(path=order, query={"provider": t.provider}),
        "POST /api/v1/orders/{no}/actions": Asked(path=order, body=act),
        "POST /api/v1/orders/{no}/reveal": Asked(path=order, body={"reason": "核对地址"}),
        "GET /api/v1/areas": Asked(),
        "GET /api/v1/cells": Asked(),
        "POST /api/v1/cells/{code}/confirm": Asked(path={"code": t.cell}),
        "GET /api/v1/cells/locate": Asked(query=t.point),
        "GET /api/v1/cells/{code}": Asked(path={"code": t.cell}),
        "POST /api/v1/cells": Asked(
            body={"code": t.cell, "name": "网格", "shape": {"type": "Polygon", "coordinates": []}}
        ),
        "PATCH /api/v1/cells/{code}": Asked(path={"code": t.cell}, body={}),
        "GET /api/v1/items": Asked(),
        "GET /api/v1/stations": Asked(),
        "GET /api/v1/stations/nearest": Asked(query=t.point),
        "GET /api/v1/stations/{no}": Asked(path={"no": t.station}),
        "POST /api/v1/stations": Asked(body={"name": "某站", "kind": "hall", "hours": "nothing", **t.point}),
        "PATCH /api/v1/stations/{no}": Asked(path={"no": t.station}, body={}),
        "POST /api/v1/stations/{no}/confirm": Asked(path={"no": t.station}),
        "GET /api/v1/parties": Asked(),
        "GET /api/v1/parties/{no}": Asked(path={"no": t.party}),
        "POST /api/v1/parties": Asked(body={"name": "某组", "department": "nothing", "area": t.community}),
        "PATCH /api/v1/parties/{no}": Asked(path={"no": t.party}, body={}),
        "POST /api/v1/parties/{no}/confirm": Asked(path={"no": t.party}),
        "GET /api/v1/entities": Asked(query={"limit": 200, "text": t.entity}, shows=holds(t.entity)),
        "GET /api/v1/entities/{no}": Asked(path={"no": t.entity}),
        "POST /api/v1/entities": Asked(body={"name": "某户", "credit_code": "nothing", **t.point}),
        "PATCH /api/v1/entities/{no}": Asked(path={"no": t.entity}, body={}),
        "POST /api/v1/entities/{no}/confirm": Asked(path={"no": t.entity}),
        "GET /api/v1/providers": Asked(),
        "GET /api/v1/providers/applications/criteria": Asked(),
        "GET /api/v1/providers/applications": Asked(shows=holds(t.application)),
        "POST /api/v1/providers/applications": Asked(body={"name": "x"}),
        "GET /api/v1/providers/applications/{no}": Asked(path={"no": t.application}),
        "POST /api/v1/providers/applications/{no}/actions": Asked(path={"no": t.application}, body=act),
        "GET /api/v1/providers/applications/{no}/own": Asked(path={"no": t.application}),
        "POST /api/v1/providers/applications/{no}/own/actions": Asked(path={"no": t.application}, body=act),
        "GET /api/v1/providers/{no}": Asked(path={"no": str(t.provider)}),
        "POST /api/v1/providers/{no}/actions": Asked(path={"no": str(t.provider)}, body=act),
        "POST /api/v1/providers": Asked(body={"name": "某店", "categories": ["nothing"], **t.point}),
        "PATCH /api/v1/providers/{no}": Asked(path={"no": str(t.provider)}, body={}),
        "POST /api/v1/providers/{no}/licences": Asked(
            path={"no": str(t.provider)}, body={"kind": "unheard", "number": "1", "authority": "x"}
        ),
        "POST /api/v1/providers/{no}/licences/actions": Asked(
            path={"no": str(t.provider)},
            body={"action": "suspend", "kind": "food", "number": "none", "reason": "x"},
        ),
        "GET /api/v1/devices/{no}": Asked(path={"no": "D1"}),
        "POST /api/v1/devices": Asked(body={"no": "D1", "kind": "fall", "resident": t.resident}),
        "PATCH /api/v1/devices/{no}": Asked(path={"no": "D1"}, body={}),
        "GET /api/v1/residents": Asked(query={"text": t.resident}, shows=holds(t.resident)),
        "POST /api/v1/residents": Asked(
            body={"name": "某人", "phone": "13800000000", "source": "本人", **t.point}
        ),
        "GET /api/v1/residents/{no}": Asked(path={"no": t.resident}),
        "PATCH /api/v1/residents/{no}": Asked(path={"no": t.resident}, body={"source": "本人"}),
        "GET /api/v1/residents/{no}/history": Asked(path={"no": t.resident}),
        "GET /api/v1/residents/{no}/timeline": Asked(path={"no": t.resident}),
        "GET /api/v1/residents/{no}/relations": Asked(path={"no": t.resident}),
        "POST /api/v1/residents/{no}/relations": Asked(
            path={"no": t.resident}, body={"name": "某人", "phone": "13800000000", "relation": "child"}
        ),
        "PATCH /api/v1/residents/{no}/relations/{kin}": Asked(path={"no": t.resident, "kin": t.kin}, body={}),
        "POST /api/v1/residents/{no}/tags": Asked(
            path={"no": t.resident}, body={"tag": "nothing", "source": "本人"}
        ),
        "PATCH /api/v1/residents/{no}/tags/{tag}": Asked(
            path={"no": t.resident, "tag": t.tag}, body={"ended_on": "2200-01-01"}
        ),
        "GET /api/v1/accounts": Asked(query={"text": "worker-inside"}, shows=holds("worker-inside")),
        "POST /api/v1/accounts": Asked(body=_account(t.cell)),
        "GET /api/v1/accounts/{user}": Asked(path={"user": "worker-inside"}),
        "GET /api/v1/workers": Asked(query={"text": "worker-inside"}, shows=holds("worker-inside")),
        "POST /api/v1/workers": Asked(
            body={"user": "nobody", "name": "某人", "password": "short", "area": t.cell}
        ),
        "GET /api/v1/workers/{user}": Asked(path={"user": "worker-inside"}),
        "PATCH /api/v1/workers/{user}": Asked(path={"user": "worker-inside"}, body={}),
        "PATCH /api/v1/accounts/{user}": Asked(path={"user": "worker-inside"}, body={}),
        "GET /api/v1/people": Asked(query={"phone": t.phone}, shows=holds(t.resident)),
        "POST /api/v1/residents/{no}/reveal": Asked(path={"no": t.resident}, body={"reason": "入户走访"}),
        "GET /api/v1/coverage": Asked(),
        "GET /api/v1/scores": Asked(query=month, shows=holds(f'"{t.department}"')),
        "GET /api/v1/scores/export": Asked(query=month),
        "GET /api/v1/scores/{department}/entries": Asked(
            path={"department": t.department}, query=month, shows=holds(t.ticket)
        ),
        "GET /api/v1/figures": Asked(
            shows=lambda a: a.json()["figures"]["tickets"] + a.json()["figures"]["orders"] > 0
        ),
        "GET /api/v1/rates": Asked(query=month, shows=lambda a: any(map(_counts, a.json()["rates"]))),
        "GET /api/v1/scores/{department}/ledger": Asked(
            path={"department": t.department}, query=month, shows=holds(t.ticket)
        ),
        "POST /api/v1/scores/{department}/entries/{entry}/appeals": Asked(
            path={"department": t.department, "entry": str(t.entry)}, body={"reason": "道路封闭"}
        ),
        "GET /api/v1/appeals": Asked(shows=holds(t.appeal)),
        "GET /api/v1/appeals/{no}": Asked(path={"no": t.appeal}),
        "POST /api/v1/appeals/{no}/actions": Asked(path={"no": t.appeal}, body=act),
        "POST /api/v1/appraisals": Asked(body={"month": BEGUN}),
        "GET /api/v1/appraisals/{month}": Asked(path=month, shows=holds(f'"{t.department}"')),
        "GET /api/v1/appraisals/{month}/export": Asked(path=month),
        "POST /api/v1/appraisals/{month}/actions": Asked(path={"month": BEGUN}, body=act),
        "GET /api/v1/indicators": Asked(query=month),
        "GET /api/v1/shop/ranking": Asked(shows=lambda a: any(i["accepted"] for i in a.json()["items"])),
        "GET /api/v1/market": Asked(),
        "GET /api/v1/market/lines": Asked(query={"of": "stays:"}),
        "GET /api/v1/market/export": Asked(),
        "GET /api/v1/indicators/export": Asked(query=month),
        "GET /api/v1/follow/{no}": Asked(path=no),
        "POST /api/v1/follow/{no}/messages": Asked(path=no, body={"text": "请快一点"}),
        "POST /api/v1/follow/{no}/rating": Asked(path=no, body={"rating": 5}),
        "POST /api/v1/session": Asked(body={"user": "nobody", "password": "wrong-password"}),
        "GET /api/v1/session": Asked(),
        "DELETE /api/v1/session": Asked(),
        "POST /api/v1/session/password": Asked(body={"old": "wrong-password", "new": "another-fine-one"}),
        "GET /api/v1/session/all": Asked(),
        "DELETE /api/v1/session/all/{one}": Asked(path={"one": "0" * 16}),
        "POST /api/v1/session/second-factor/draw": Asked(),
        "POST /api/v1/session/second-factor": Asked(body={"secret": "A" * 32, "code": "000000"}),
        "POST /api/v1/photos": Asked(files={"file": ("p.jpg", b"no photo", "image/jpeg")}),
        "GET /api/v1/photos/{sha256}": Asked(path={"sha256": t.photo}),
        "GET /api/v1/stream": Asked(),
        "POST /api/v1/visits": Asked(
            body={"resident": t.resident, "finding": "well", "visited_at": "2026-11-18T09:00:00+08:00"}
        ),
        "GET /api/v1/visits": Asked(shows=holds(t.visit)),
        "GET /api/v1/visits/plan": Asked(),
        "POST /api/v1/devices/{no}/heartbeat": Asked(path={"no": "D1"}, body={}),
        "GET /api/v1/devices": Asked(shows=holds('"D1"')),
        "POST /api/v1/devices/{no}/messages": Asked(path={"no": "D1"}, body={"id": "1", "kind": "heartbeat"}),
        "GET /api/v1/devices/inside": Asked(),
        "GET /api/v1/devices/repairs": Asked(),
        "GET /api/v1/devices/entitled": Asked(),
        "GET /api/v1/alarms": Asked(shows=holds(t.alarm)),
        "POST /api/v1/alarms": Asked(body={"resident": t.resident, "cause": "nothing"}),
        "GET /api/v1/alarms/answering": Asked(query=month),
        "GET /api/v1/alarms/drills": Asked(),
        "POST /api/v1/alarms/drills": Asked(body={"cause": "nothing"}),
        "GET /api/v1/alarms/tasks": Asked(),
        "GET /api/v1/alarms/{no}": Asked(path={"no": t.alarm}),
        "GET /api/v1/alarms/{no}/file": Asked(path={"no": t.alarm}),
        "POST /api/v1/alarms/{no}/actions": Asked(path={"no": t.alarm}, body=act),
        "GET /api/v1/alarms/{no}/responders": Asked(path={"no": t.alarm}),
        "POST /api/v1/alarms/{no}/tasks": Asked(path={"no": t.alarm}, body={"person": "worker-inside"}),
        "POST /api/v1/alarms/{no}/tasks/{task}/actions": Asked(
            path={"no": t.alarm, "task": t.going}, body=act
        ),
        "POST /api/v1/helping/{task}/link": Asked(path={"task": t.going}),
        "GET /api/v1/helping/{task}": Asked(path={"task": t.going}),
        "POST /api/v1/helping/{task}/actions": Asked(
            path={"task": t.going}, body={"action": "accept", "key": "none"}
        ),
        "GET /api/v1/isochrone": Asked(query={"minutes": 5, **t.point}),
        "POST /api/v1/coverage/what-if": Asked(body={"item": "SV-E05", "trials": [t.point]}),
        "POST /api/v1/siting": Asked(body={"item": "SV-E05"}),
        "POST /api/v1/assignments": Asked(body={"orders": [t.waiting]}, shows=holds(t.waiting)),
        "GET /api/v1/closures": Asked(shows=holds(t.closure)),
        "POST /api/v1/closures": Asked(body={"reason": "修路", "shape": t.around}),
        "GET /api/v1/closures/{no}": Asked(path={"no": t.closure}),
        "POST /api/v1/closures/{no}/actions": Asked(path={"no": t.closure}, body=act),
        "GET /api/v1/rounds": Asked(shows=holds(t.rounds)),
        "POST /api/v1/rounds": Asked(
            body={"area": t.community, "visits": [{"resident": t.resident, "what": "nothing"}], "due": False}
        ),
        "GET /api/v1/rounds/{no}": Asked(path={"no": t.rounds}),
        "POST /api/v1/rounds/{no}/actions": Asked(path={"no": t.rounds}, body=act),
        "POST /api/v1/rounds/{no}/trial": Asked(path={"no": t.rounds}, body=act),
        "GET /api/v1/shifts": Asked(),
        "GET /api/v1/shifts/now": Asked(),
        "POST /api/v1/shifts": Asked(
            body={
                "code": "d",
                "post": "none",
                "start": "08:00",
                "end": "20:00",
                "members": [["dispatcher"]],
                "first_day": "2026-11-01",
            }
        ),
        "POST /api/v1/shifts/swaps": Asked(
            body={
                "post": "none",
                "start": "2026-11-18T08:00:00+08:00",
                "end": "2026-11-18T09:00:00+08:00",
                "user": "dispatcher",
            }
        ),
        "POST /api/v1/shifts/hand_over": Asked(body={"post": "none", "note": "x"}),
        "GET /api/v1/reveals": Asked(shows=holds("入户走访")),
        "GET /api/v1/ledger": Asked(shows=holds(t.paid)),
        "POST /api/v1/ledger/months": Asked(body={"month": BEGUN}),
        "GET /api/v1/budgets": Asked(shows=holds(t.budget)),
        "POST /api/v1/budgets": Asked(
            body={
                "name": "x",
                "source": "city",
                "area": t.district,
                "year": 2026,
                "policy": "none",
                "amount_fen": 1,
            }
        ),
        "POST /api/v1/budgets/{no}/actions": Asked(
            path={"no": t.budget}, body={"action": "grant", "amount_fen": 1}
        ),
        "POST /api/v1/bills/{no}/actions": Asked(
            path={"no": t.bill}, body={"action": "refund", "reason": "未服务"}
        ),
        "POST /api/v1/intake": Asked(
            body={"kind": "question", "text": "几点", "caller": contact}, query={"named": t.resident}
        ),
        "POST /api/v1/intake/check": Asked(
            body={"kind": "question", "text": "几点", "caller": contact}, query={"named": t.resident}
        ),
        "POST /api/v1/calls/events": Asked(body={"id": "1", "call": "c9", "event": "offered"}),
        "POST /api/v1/calls": Asked(body={"caller": "13900139009"}),
        "GET /api/v1/calls": Asked(shows=holds(t.call)),
        "GET /api/v1/calls/figures": Asked(query={"since": "2026-11-18T00:00:00+08:00"}),
        "GET /api/v1/calls/seats": Asked(query={"since": "2026-11-18T00:00:00+08:00"}),
        "GET /api/v1/calls/{no}": Asked(path={"no": t.call}),
        "POST /api/v1/calls/{no}/reveal": Asked(path={"no": t.call}, body={"reason": "回电给来电人"}),
        "POST /api/v1/calls/{no}/actions": Asked(path={"no": t.call}, body={"action": "called_back"}),
        "GET /api/v1/questions": Asked(shows=holds(t.question)),
        "GET /api/v1/questions/{no}": Asked(path={"no": t.question}),
        "POST /api/v1/questions/{no}/actions": Asked(path={"no": t.question}, body=act),
        "GET /api/v1/sayings": Asked(),
        "POST /api/v1/sayings/{no}/actions": Asked(path={"no": "Y1"}, body={"action": "forget"}),
        "POST /api/v1/eligibility": Asked(body={"item": "SV-E07", "resident": t.resident}),
        "GET /healthz": Asked(),
        "GET /api/v1/operations": Asked(),
        "POST /api/v1/timers/{name}/release": Asked(path={"name": "overdue"}),
        "GET /metrics": Asked(),
        "POST /api/v1/hotline/cases": Asked(
            body={"number": "C2", "category": "垃圾清运", "content": "x", "nature": "", **t.point}
        ),
        "GET /api/v1/hotline/cases": Asked(query={"since": "2026-11-01T00:00:00+08:00"}, shows=holds('"C1"')),
        "GET /api/v1/hotline/cases/{number}": Asked(path=number),
        "POST /api/v1/hotline/cases/{number}/actions": Asked(path=number, body=act),
        "GET /api/v1/hotline/handed": Asked(shows=holds(t.handed)),
        "GET /api/v1/hotline/handed/{number}": Asked(path={"number": t.handed}),
        "POST /api/v1/hotline/answers": Asked(body=heard),
        "GET /open311/v2/discovery.{fmt}": Asked(path=xml),
        "GET /open311/discovery.{fmt}": Asked(path=xml),
        "GET /open311/v2/services.{fmt}": Asked(path=xml),
        "GET /open311/v2/services/{code}.{fmt}": Asked(path=xml | {"code": "E0102"}),
        "GET /open311/v2/requests.{fmt}": Asked(path=xml),
        "POST /open311/v2/requests.{fmt}": Asked(path=xml, body={"service_code": "E0102"}, form=True),
        "GET /open311/v2/requests/{no}.{fmt}": Asked(path=xml | no),
        "GET /open311/v2/tokens/{token}.{fmt}": Asked(path=xml | {"token": t.ticket}),
        "GET /open311/v2/servicerequestupdates.{fmt}": Asked(path=xml),
        "GET /features": Asked(),
        "GET /features/conformance": Asked(),
        "GET /features/collections": Asked(),
        "GET /features/collections/{name}": Asked(path={"name": "cells"}),
        "GET /features/collections/{name}/items": Asked(path={"name": "cells"}),
        "GET /features/collections/{name}/items/{feature}": Asked(path={"name": "cells", "feature": t.cell}),
    }


def _counts(part: Any) -> bool:
    return isinstance(part, dict) and any(isinstance(n, int) and n > 0 for n in part.values())
