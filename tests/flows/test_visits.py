"""Visits to people at home through HTTP, on both databases."""

import json
from datetime import timedelta

from sqlalchemy import select, update

from data.models import EventRow, HomeVisitRow, ResidentRow, RevealRow, TicketRow
from data.queries.visits import verify_visits
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_indicators_flow import told


def somebody(site: Site, **wanted: object) -> ResidentRow:
    """Give a resident of the first cell's community, or of one where something holds."""
    community = site.world.city.cells[min(site.world.city.cells)].community
    query = select(ResidentRow).where(ResidentRow.cell.startswith(community)).filter_by(**wanted)
    with site.world.database.read() as session:
        return session.scalars(query.order_by(ResidentRow.id).limit(1)).one()


def visit(site: Site, resident: str, status: int = 201, **more: object) -> dict:
    body = {"resident": resident, "visited_at": site.clock().isoformat(), "finding": "well"} | more
    return site.post(site.worker(), "/api/v1/visits", status, **body)


def test_a_visit_is_kept_told_once_and_counted(site: Site) -> None:
    who, worker = somebody(site), site.worker()
    body = {
        "resident": who.no,
        "visited_at": "2026-11-18T09:00:00+08:00",
        "finding": "well",
        "note": "一切都好",
    }
    body |= {"lon": who.lon, "lat": who.lat, "confirmed": True}
    first = site.call(worker, "POST", "/api/v1/visits", json=body, headers={"Idempotency-Key": "k1"})
    again = site.call(worker, "POST", "/api/v1/visits", json=body, headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.json()) == (201, first.json())
    made = first.json()
    assert made["no"] == "V330102-261118-00001"
    assert (made["by"], made["finding_name"], made["household"]) == (worker, "平安", who.household)
    assert (made["distance_m"], made["visited_at"]) == (0.0, "2026-11-18T09:00:00+08:00")
    assert [v["no"] for v in site.get("leader", "/api/v1/visits")["items"]] == [made["no"]]
    with site.world.database.read() as session:
        assert session.scalars(select(ResidentRow).filter_by(no=who.no)).one().verified_at is not None
    mate = visit(site, "", household=who.household, finding="needs")
    visit(site, who.no, finding="absent")
    assert mate["cell"] == who.cell
    site.clock.turn(minutes=1)
    found = told(site)
    assert [found[name]["value"] for name in ("Q11", "Q12")] == [2, 1]


def test_the_log_knows_of_no_person_and_shows_what_was_altered(site: Site) -> None:
    who = somebody(site)
    made = visit(site, who.no, note="腿脚不便")
    with site.world.database.read() as session:
        event = session.scalars(select(EventRow).where(EventRow.kind == "visit")).one()
        assert (verify(session, KINDS), verify_visits(session)) == ([], [])
    assert event.aggregate == made["no"]
    assert not {who.no, who.household, "腿脚不便"} & set(json.loads(event.payload).values())
    for changed in ({"resident": "R000009"}, {"note": "没有"}, {"finding": "absent"}, {"counts": False}):
        old = {name: getattr(_row(site), name) for name in changed}
        _set(site, **changed)
        with site.world.database.read() as session:
            assert [f.aggregate for f in verify_visits(session)] == [made["no"]], changed
        _set(site, **old)
    site.world.database.write(lambda s: s.delete(s.scalars(select(HomeVisitRow)).one()))
    with site.world.database.read() as session:
        assert "not kept" in verify_visits(session)[0].detail


def _row(site: Site) -> HomeVisitRow:
    with site.world.database.read() as session:
        return session.scalars(select(HomeVisitRow)).one()


def _set(site: Site, **values: object) -> None:
    site.world.database.write(lambda session: session.execute(update(HomeVisitRow).values(**values)))


def test_a_finding_raises_a_ticket_at_the_door(site: Site) -> None:
    who = somebody(site)
    made = visit(site, who.no, finding="needs", category="E2115", description="需要送餐")
    ticket = site.get("dispatcher", f"/api/v1/tickets/{made['ticket']}")
    assert (ticket["category"], ticket["cell"], ticket["channel"]) == ("E2115", who.cell, "worker")
    assert (ticket["reporter"], ticket["state"]) == (site.worker(), "dispatched")
    visit(site, who.no, 422, category="E9999")
    with site.world.database.read() as session:
        assert len(list(session.scalars(select(TicketRow)))) == 1
        assert len(list(session.scalars(select(HomeVisitRow)))) == 1


def test_what_cannot_be_is_refused_by_field(site: Site) -> None:
    who, now = somebody(site).no, site.clock()
    cases = [
        ("finding", {"finding": "happy"}),
        ("visited_at", {"visited_at": (now + timedelta(minutes=6)).isoformat()}),
        ("visited_at", {"visited_at": (now - timedelta(days=7, minutes=1)).isoformat()}),
        ("visited_at", {"visited_at": "2026-11-18T09:00:00"}),
        ("confirmed", {"finding": "absent", "confirmed": True}),
        ("resident", {"resident": ""}),
    ]
    for field, wrong in cases:
        assert visit(site, wrong.pop("resident", who), 422, **wrong)["field"] == field
    visit(site, "R999999", 404)
    with site.world.database.read() as session:
        elsewhere = session.scalars(
            select(ResidentRow).where(~ResidentRow.cell.startswith(somebody(site).cell[:12])).limit(1)
        ).one()
    visit(site, elsewhere.no, 404)
    assert site.call("r000001", "GET", "/api/v1/visits").status_code == 403
    assert site.call(site.worker(), "GET", f"/api/v1/visits?area={elsewhere.cell}").status_code == 422


def special_here(site: Site) -> set[str]:
    """Name the elders of the worker's community who are tagged, one by one; the disabled come on top."""
    community = somebody(site).cell[:12]
    with site.world.database.read() as session:
        rows = session.scalars(select(ResidentRow).where(ResidentRow.cell.startswith(community)))
        return {r.no for r in rows if r.birth_year <= 1966 and "elder_alone" in r.tags}


def test_the_plan_holds_the_special_elders_nobody_has_seen_this_month(site: Site) -> None:
    worker = site.worker()
    before = site.get(worker, "/api/v1/visits/plan")
    people = {p["no"]: p for p in before["people"]}
    assert special_here(site) <= set(people)
    assert all(p["disabled"] for no, p in people.items() if no not in special_here(site))
    assert (before["special"], before["seen"], len(people)) == (len(people), 0, before["special"])
    first, second = list(people)[:2]
    assert people[first]["name"].endswith("*")
    visit(site, first)
    visit(site, second, finding="absent")
    after = site.get(worker, "/api/v1/visits/plan")
    assert (after["special"], after["seen"]) == (before["special"], 1)
    assert {p["no"] for p in after["people"]} == set(people) - {first}
    site.clock.turn(minutes=1)
    community = told(site, area=somebody(site).cell[:12])["K18"]
    assert community["value"] == round(100 / before["special"], 4)
    site.clock.turn(days=13)  # the month after
    site.sign_in_anew()
    december = site.get(worker, "/api/v1/visits/plan")
    assert (december["month"], december["seen"]) == ("2026-12", 0)
    assert december["people"][-1]["no"] == first  # seen last, so visited last
    assert told(site, area=somebody(site).cell[:12])["K18"]["value"] == round(100 / before["special"], 4)


def test_a_resident_is_revealed_with_a_reason_that_is_kept(site: Site) -> None:
    who, worker = somebody(site), site.worker()
    shown = site.post(worker, f"/api/v1/residents/{who.no}/reveal", reason="入户走访")
    assert (shown["name"], shown["phone"], shown["address"]) == (who.name, who.phone, who.address)
    with site.world.database.read() as session:
        kept = session.scalars(select(RevealRow)).one()
    assert (kept.user, kept.subject, kept.reason) == (worker, who.no, "入户走访")
    site.post(worker, f"/api/v1/residents/{who.no}/reveal", 422, reason="x")
    site.post("leader", f"/api/v1/residents/{who.no}/reveal", 403, reason="想看看呢")
    site.post(worker, "/api/v1/residents/R99/reveal", 404, reason="入户走访")
