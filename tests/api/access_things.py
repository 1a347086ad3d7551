"""Whom the test of who may asks as, and one of everything that they stand to in every way."""

from dataclasses import dataclass
from typing import Any

from shapely import Point
from sqlalchemy import delete, insert, select

from api.access import PUBLIC
from api.timers import run_overdue
from data.models import DeviceRow, ResidentRow, columns_of
from dispatch.alarms.device import AlarmDevice
from grid.account import Account
from tests.api.access_cases import BEGUN, MONTH, Things, halls
from tests.api.access_exchange import (
    at_counter,
    found_wrong,
    handed_in,
    on_streets,
    quarantined,
    served,
    stand,
)
from tests.api.access_health import ill, measured
from tests.api.access_matters import begun
from tests.conftest import Site
from tests.flows.test_needs_flow import claimed

GIVER, TAKER = "line12345", "line12343"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """One account of the matrix: its role, and how the things stand to it: own, inside, outside or others'."""

    user: str
    role: str
    stands: str


WHO = (
    Who(user="", role=PUBLIC, stands="inside"),
    *(
        Who(user=f"{role}-{stands}", role=role, stands=stands)
        for role in ("worker", "dispatcher", "leader", "admin", "department")
        for stands in ("inside", "outside")
    ),
    Who(user="department-others", role="department", stands="others"),
    Who(user="r000001", role="resident", stands="inside"),
    Who(user="r000002", role="resident", stands="others"),
    Who(user="provider-inside", role="provider", stands="inside"),
    Who(user="provider-others", role="provider", stands="others"),
    Who(user=GIVER, role="hotline", stands="inside"),
    Who(user=TAKER, role="hotline", stands="others"),
    Who(user="device", role="device", stands="inside"),
    Who(user="officer-inside", role="officer", stands="inside"),
    Who(user="officer-outside", role="officer", stands="outside"),
    Who(user="nurse-inside", role="nurse", stands="inside"),
    Who(user="nurse-outside", role="nurse", stands="outside"),
)


def _alarm(site: Site) -> tuple[str, str]:
    """Raise an alarm, and ask somebody to go."""
    alarm = site.post("dispatcher", "/api/v1/alarms", 201, resident="R000001")["no"]
    task = site.post("dispatcher", f"/api/v1/alarms/{alarm}/tasks", 201, person="worker-inside")
    return alarm, task["no"]


def _paid(site: Site, provider: int) -> dict[str, str]:
    """Let the provider carry out another order of the resident, and settle it; gives the order and its bill."""
    no = site.post("r000001", "/api/v1/orders", 201, item="SV-B01", channel="web")["no"]
    site.act("dispatcher", "order", no, "contact", provider=provider)
    for step in ("accept", "depart", "arrive"):
        site.act("dispatcher", "order", no, step)
    site.act("dispatcher", "order", no, "finish", evidence=[site.photo("dispatcher", (10, 90, 160))])
    site.act("dispatcher", "order", no, "settle", price_fen=4000)
    return {"paid": no, "bill": site.get("dispatcher", f"/api/v1/orders/{no}")["bills"][-1]["no"]}


def _rounds(site: Site, community: str) -> str:
    """Send a worker of the community, who tells where they stand, to the resident."""
    stand(site, "worker-inside", site.inside())
    going = {"area": community, "workers": [{"user": "worker-inside"}], "due": False}
    made = site.post("dispatcher", "/api/v1/rounds", 201, visits=[{"resident": "R000001"}], **going)["no"]
    return str(site.act("dispatcher", "round", made, "publish")["no"])


def _budget(site: Site, district: str) -> str:
    more = {"name": "养老服务补贴", "source": "city", "area": district, "year": 2026, "policy": "none"}
    return str(site.post("leader", "/api/v1/budgets", 201, amount_fen=100, **more)["no"])


def _told(site: Site, what: str, **words: str) -> str:
    """Tell something of the resident; gives its number."""
    return str(site.post("dispatcher", f"/api/v1/residents/R000001/{what}", 201, **words)["no"])


def things_of(site: Site) -> Things:
    """Make one of everything, and the accounts that stand to it in every way."""
    with site.world.database.read() as session:
        who = session.scalar(select(ResidentRow).where(ResidentRow.no == "R000001"))
    assert who is not None
    scheme, areas = site.world.scheme, site.world.city.areas
    community, district = scheme.community_of(who.cell), site.world.city.district.code
    point = {"lon": who.lon, "lat": who.lat}
    for line in (GIVER, TAKER):
        site.enrol(Account(user=line, name=line, role="hotline"))
    order = site.post("r000001", "/api/v1/orders", 201, item="SV-B01", channel="web")["no"]
    provider = site.get("dispatcher", f"/api/v1/orders/{order}/candidates", k=1)["items"][0]["provider"]
    site.act("dispatcher", "order", order, "contact", provider=provider)
    site.act("dispatcher", "order", order, "accept")
    photo = site.photo("r000001")
    made = site.post(
        "r000001", "/api/v1/tickets", 201, category="E0102", channel="web", photos=[photo], **point
    )
    no, department = made["no"], made["department"]
    near = (scheme.street_of(who.cell), scheme.street_of(site.world.city.providers[provider].area))
    far = next(a.code for a in areas.values() if a.level == "street" and a.code not in near)
    afar = next(a.code for a in areas.values() if a.level == "community" and a.parent == far)
    for role in ("dispatcher", "leader", "admin", "worker", "department", "officer", "nurse"):
        of = {"department": department} if role == "department" else {}
        inside, outside = (community, afar) if role == "worker" else (district, far)
        site.enrol(Account(user=f"{role}-inside", name=role, role=role, area=inside, **of))
        site.enrol(Account(user=f"{role}-outside", name=role, role=role, area=outside, **of))
    other = next(d for d in site.world.catalogue.rulebook.departments if d != department)
    site.enrol(
        Account(user="department-others", name="他", role="department", area=district, department=other)
    )
    rival = next(p for p in site.world.city.providers if p != provider)
    for user, number in (("provider-inside", provider), ("provider-others", rival)):
        site.enrol(Account(user=user, name=user, role="provider", provider=number, area=district))
    site.enrol(Account(user="device", name="平台", role="device", area=district))
    device = columns_of(AlarmDevice(no="D1", kind="fall", resident="R000001", since=site.clock()))

    def one_device(session: Any) -> None:
        session.execute(delete(DeviceRow))
        session.execute(insert(DeviceRow), device)

    site.world.database.write(one_device)
    site.act("dispatcher", "ticket", no, "accept")
    visited = {"resident": "R000001", "finding": "well", "visited_at": site.clock().isoformat()}
    visit = site.post("worker-inside", "/api/v1/visits", 201, **visited)["no"]
    site.post("worker-inside", "/api/v1/residents/R000001/reveal", reason="入户走访")
    alarm, going = _alarm(site)
    case = {"number": "C1", "category": "垃圾清运", "content": "x"} | point
    handed = site.post(GIVER, "/api/v1/hotline/cases", 201, **case)["no"]
    site.act("dispatcher", "ticket", handed, "accept")
    site.act("department-inside", "ticket", handed, "receive")
    site.act("dispatcher", "ticket", handed, "hand_to", line=TAKER, reason="属该平台职责")
    site.clock.turn(days=2)
    site.sign_in_anew()
    run_overdue(site.world, site.clock())
    path = f"/api/v1/scores/{department}"
    lines = site.get("department-inside", f"{path}/ledger", month=MONTH)["items"]
    mine = [line["id"] for line in lines if line["subject"] == no]
    filed = site.post("department-inside", f"{path}/entries/{mine[0]}/appeals", 201, reason="道路封闭")
    site.post("leader", "/api/v1/appraisals", 201, month=BEGUN)
    return Things(
        alarm=alarm,
        going=going,
        budget=_budget(site, district),
        **_paid(site, provider),
        ticket=no,
        order=order,
        provider=provider,
        resident="R000001",
        cell=who.cell,
        community=community,
        rounds=_rounds(site, community),
        district=district,
        department=department,
        entry=mine[1],
        appeal=filed["no"],
        handed=handed,
        photo=photo,
        visit=visit,
        point=point,
        call=site.post("device", "/api/v1/calls/events", id="1", call="c1", event="offered")["call"],
        question=site.post("r000001", "/api/v1/intake", 201, kind="question", text="几点")["no"],
        correction=found_wrong(site, who.cell),
        run=handed_in(site),
        kin=_told(site, "relations", name="某人", phone="13800000000", relation="child"),
        tag=_told(site, "tags", tag="veteran", source="本人"),
        phone=who.phone,
        measured=measured(site, "nurse-inside"),
        chronic=ill(site, "nurse-inside"),
        matter=begun(site, department),
        **quarantined(site, department),
        need=claimed(site, provider),
        served=served(site, department),
        **on_streets(site, Point(who.lon, who.lat)),
        **at_counter(site, halls(site, community, point), point),
    )
