"""A day of rounds: planned for a community, published, walked, planned anew, and seen by those it concerns."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data.models import EventRow, ResidentRow
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_closures_flow import close

TODAY, TOMORROW, YESTERDAY = "2026-11-18", "2026-11-19", "2026-11-17"
Numbers = list[str]


def community(site: Site) -> tuple[str, Numbers]:
    """Give the community with most residents, and the numbers of some who live at different doors there."""
    with site.world.database.read() as session:
        rows = session.execute(select(ResidentRow.no, ResidentRow.cell, ResidentRow.lon)).all()
    by_code: dict[str, dict[float, str]] = {}
    for no, cell, lon in rows:
        by_code.setdefault(site.world.scheme.community_of(cell), {})[lon] = no
    code, doors = max(by_code.items(), key=lambda one: len(one[1]))
    return code, sorted(doors.values())[:12]


def workers(site: Site, count: int) -> Numbers:
    """Give workers whom the district has."""
    with site.world.database.read() as session:
        found = session.scalars(select(ResidentRow.cell).distinct().order_by(ResidentRow.cell))
        known = {site.world.city.cells[cell].worker for cell in found}
    return sorted(known)[:count]


def plan(site: Site, users: Numbers, numbers: Numbers, status: int = 201, **more: Any) -> dict[str, Any]:
    """Plan a day of visits for some workers who set out where the visits are."""
    body = {"day": TOMORROW, "due": False, "visits": [{"resident": no} for no in numbers]}
    body |= {"workers": [{"user": user} for user in users]} | more
    made: dict[str, Any] = site.post("dispatcher", "/api/v1/rounds", status, **body)
    return made


def stops(view: dict[str, Any], user: str | None = None) -> list[dict[str, Any]]:
    return [s for w in view["workers"] if user in (None, w["user"]) for s in w["stops"]]


def test_a_day_is_planned_published_and_seen_by_its_workers(site: Site) -> None:
    _, numbers = community(site)
    users = workers(site, 2)
    made = plan(site, users, numbers)
    no = made["no"]
    assert no.startswith("L")
    assert made["state"] == "draft"
    assert made["sums"]["planned"] + made["sums"]["left_out"] == len(numbers)
    assert made["sums"]["needed_s"] == 20 * 60 * len(numbers)
    assert made["sums"]["there_s"] == 2 * 8.5 * 3600
    for worker in made["workers"]:
        times = [worker["leave_at"], *(s["begin_at"] for s in worker["stops"]), worker["back_at"]]
        assert [s["turn"] for s in worker["stops"]] == list(range(1, len(worker["stops"]) + 1))
        assert None in times or times == sorted(times)
    assert {s["told_from"] for s in stops(made)} == {None}
    hidden = site.call(users[0], "GET", f"/api/v1/rounds/{no}")
    assert hidden.status_code == 404  # nobody is told of a draft
    told = site.act("dispatcher", "round", no, "publish")
    assert all(s["told_from"] <= s["begin_at"] <= s["told_until"] for s in stops(told))
    mine = site.get(users[0], f"/api/v1/rounds/{no}")
    assert [w["user"] for w in mine["workers"]] == [users[0]]
    assert stops(mine) == stops(told, users[0])
    assert [d["no"] for d in site.get(users[0], "/api/v1/rounds")["items"]] == [no]
    assert site.get("r000001", "/api/v1/session")["role"] == "resident"
    assert site.call("r000001", "GET", f"/api/v1/rounds/{no}").status_code == 403
    seen_by_leader = site.get("leader", f"/api/v1/rounds/{no}")
    assert "name" not in stops(seen_by_leader)[0]
    assert "lon" not in stops(seen_by_leader)[0]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []
        log = session.scalars(select(EventRow.payload).where(EventRow.kind == "round")).all()
    assert not any(no in text for text in log for no in numbers)


def test_who_has_a_round_gets_no_second_one(sqlite_site: Site) -> None:
    site = sqlite_site
    _, numbers = community(site)
    users = workers(site, 2)
    first = plan(site, users[:1], numbers[:2])["no"]
    second = plan(site, users, numbers[2:4])["no"]
    site.act("dispatcher", "round", first, "publish")
    refused = site.act("dispatcher", "round", second, "publish", 409)
    assert first in refused["detail"]
    assert users[0] in refused["detail"]
    site.act("dispatcher", "round", first, "cancel", reason="台风")
    site.act("dispatcher", "round", second, "publish")
    assert site.get(users[0], "/api/v1/rounds")["items"][0]["no"] == second
    again = site.act("dispatcher", "round", first, "publish", 409)
    assert "cancelled" in again["detail"]


def test_a_round_is_walked_and_told_beside_what_was_planned(site: Site) -> None:
    _, numbers = community(site)
    user = workers(site, 1)[0]
    no = plan(site, [user], numbers[:4], day=TODAY)["no"]
    told = site.act("dispatcher", "round", no, "publish")
    first, second, *_ = stops(told)
    site.clock.turn(hours=4)
    site.sign_in_anew()
    came = (site.clock() - timedelta(minutes=30)).isoformat()
    shown = site.act(user, "round", no, "arrive", stop=first["id"], at=came)
    assert shown["sums"]["arrived"] == 1
    assert shown["sums"]["late_min"] >= 0
    twice = site.act(user, "round", no, "arrive", 409, stop=first["id"])
    assert "arrived" in twice["detail"]
    lone = site.act(user, "round", no, "skip", 422, stop=second["id"])
    assert lone["field"] == "reason"
    site.act(user, "round", no, "skip", stop=second["id"], reason="家中无人")
    back = site.act(user, "round", no, "undo", stop=second["id"])
    assert back["sums"]["skipped"] == 0
    ahead = (site.clock() + timedelta(hours=1)).isoformat()
    assert (
        "still to come" in site.act(user, "round", no, "arrive", 422, stop=second["id"], at=ahead)["detail"]
    )
    site.post(user, "/api/v1/visits", 201, resident=first["resident"], finding="well", visited_at=came)
    shown = site.get("dispatcher", f"/api/v1/rounds/{no}")
    assert (shown["sums"]["visited"], stops(shown)[0]["found"]) == (1, "well")
    assert stops(shown)[0]["state_name"] == "已到"
    assert site.act("leader", "round", no, "cancel", 403, reason="x")


def test_when_somebody_falls_ill_the_others_take_over_and_keep_what_was_promised(site: Site) -> None:
    _, numbers = community(site)
    users = workers(site, 3)
    no = plan(site, users, numbers)["no"]
    told = site.act("dispatcher", "round", no, "publish")
    ill = max(users, key=lambda user: len(stops(told, user)))
    others = {s["id"]: s["worker"] for s in stops(told) if s["worker"] != ill}
    tried = site.post("dispatcher", f"/api/v1/rounds/{no}/trial", action="replan", off=[ill], reason="病假")
    assert set(tried["moved"]) <= {s["id"] for s in stops(told)}
    assert site.get("dispatcher", f"/api/v1/rounds/{no}")["version"] == told["version"]
    after = site.act("dispatcher", "round", no, "replan", off=[ill], reason="病假")
    assert stops(after, ill) == []
    assert next(w for w in after["workers"] if w["user"] == ill)["off"]
    stayed = sum(others.get(s["id"]) == s["worker"] for s in stops(after))
    assert stayed >= len(others) - 1
    windows = {s["id"]: s["told_from"] for s in stops(told)}
    later = [s["id"] for s in stops(after) if windows[s["id"]] != s["told_from"]]
    assert sorted(later) == sorted(tried["later"])
    urgent = [{"resident": numbers[-1], "priority": 3, "windows": ["14:00-15:00"]}]
    refused = site.act("dispatcher", "round", no, "replan", 422, visits=[{"resident": "R000001"}] * 2)
    assert "each resident and ticket once" in refused["detail"]
    with_it = site.act("dispatcher", "round", no, "replan", visits=urgent)
    came_in = with_it["sums"]["errands"] - after["sums"]["errands"]
    assert came_in == 1
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_a_stop_is_moved_at_a_price_or_refused_with_the_reason(sqlite_site: Site) -> None:
    site = sqlite_site
    _, numbers = community(site)
    users = workers(site, 2)
    made = plan(site, users, numbers)
    no, stop = made["no"], stops(made)[0]
    other = next(user for user in users if user != stop["worker"])
    tried = site.post(
        "dispatcher", f"/api/v1/rounds/{no}/trial", action="move", stop=stop["id"], worker=other, turn=1
    )
    assert tried["moved"] == [stop["id"]]
    assert tried["after"]["travel_s"] - tried["before"]["travel_s"] == tried["travel_s"]
    after = site.act("dispatcher", "round", no, "move", stop=stop["id"], worker=other, turn=1)
    assert stops(after, other)[0]["id"] == stop["id"]
    assert after["sums"] == tried["after"]
    gone = site.act("dispatcher", "round", no, "move", stop=stop["id"])
    assert [(s["id"], s["why"]) for s in gone["left_out"]] == [(stop["id"], "taken_out")]
    narrow = [{"resident": numbers[0], "windows": ["08:30-08:31"], "minutes": 10, "skills": ["护理"]}]
    no = plan(
        site, users, [], visits=narrow, workers=[{"user": users[0], "skills": ["护理"]}, {"user": users[1]}]
    )["no"]
    refused = site.act("dispatcher", "round", no, "move", 409, stop="1", worker=users[1])
    assert "护理" in refused["detail"]
    missing = site.act("dispatcher", "round", no, "move", 422, stop="9", worker=users[1])
    assert missing["field"] == "stop"


def test_a_closed_street_breaks_a_round_and_planning_anew_mends_it(sqlite_site: Site) -> None:
    site = sqlite_site
    _, numbers = community(site)
    users = workers(site, 2)
    no = plan(site, users, numbers)["no"]
    told = site.act("dispatcher", "round", no, "publish")
    assert {w["problem"] for w in told["workers"]} == {""}
    # It begins tomorrow at nine: today's ways stay as they are, and the round of tomorrow is told at once.
    begins = {"starts_at": f"{TOMORROW}T09:00:00+08:00", "ends_at": f"{TOMORROW}T12:00:00+08:00"}
    shut = close(site, **begins)["no"]
    broken = site.get("dispatcher", f"/api/v1/rounds/{no}")
    assert any("no way leads to stop" in w["problem"] for w in broken["workers"])
    mended = site.act("dispatcher", "round", no, "replan")
    assert {s["why"] for s in mended["left_out"]} == {"no_way"}
    site.act("dispatcher", "closure", shut, "lift", reason="完")
    whole = site.act("dispatcher", "round", no, "replan")
    assert whole["sums"]["planned"] == told["sums"]["planned"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"day": YESTERDAY}, "day"),
        ({"day": "2027-01-18"}, "day"),
        ({"workers": [{"user": "nobody"}]}, "workers"),
        ({"workers": [{"user": "dispatcher"}]}, "workers"),
        ({"visits": []}, "visits"),
        ({"visits": [{"what": "visit"}]}, "visits"),
        ({"visits": [{"resident": "R000001", "what": "nothing"}]}, "what"),
        ({"visits": [{"resident": "R000001", "windows": ["10:00-09:00"]}]}, "windows"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_name(
    sqlite_site: Site, more: dict[str, Any], field: str
) -> None:
    user = workers(sqlite_site, 1)
    refused = plan(sqlite_site, user, ["R000001"], 422, **more)
    assert refused["field"] == field


def test_due_visits_are_planned_once(sqlite_site: Site) -> None:
    site = sqlite_site
    code, _ = community(site)
    street = site.world.scheme.street_of(code)
    due = {"area": street, "day": TOMORROW, "most_due": 5}
    made = site.post("dispatcher", "/api/v1/rounds", 201, **due)
    assert 0 < made["sums"]["errands"] <= 5
    site.act("dispatcher", "round", made["no"], "publish")
    busy = site.post("dispatcher", "/api/v1/rounds", 422, **due)
    assert "has a round that day" in busy["detail"]
    later = site.post("dispatcher", "/api/v1/rounds", 201, **(due | {"day": "2026-11-20"}))
    planned = {s["resident"] for s in stops(made)}
    assert planned.isdisjoint({s["resident"] for s in stops(later)})
