"""Positions of people on shift: told with consent, seen by who sends people, used for who goes; on both databases."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from api.moving import Moves
from api.timers import run_positions
from data.models import EventRow, PositionRow
from data.store.home import Home
from grid.account import Account
from tests.conftest import NOW, Site, opened

WORKER, OTHER = "w001001", "w002001"
PATH = "/api/v1/positions"


def agree(site: Site, user: str = WORKER, *, given: bool = True) -> dict[str, Any]:
    return dict(site.post(user, f"{PATH}/consent", given=given))


def told(
    site: Site, user: str, place: dict[str, float], seconds: float = 0, status: int = 200, **more: Any
) -> Any:
    at = (site.clock() + timedelta(seconds=seconds)).isoformat()
    return site.post(user, PATH, status, at=at, **place, **more)


def moved(place: dict[str, float], east: float = 0.001) -> dict[str, float]:
    return {"lon": round(place["lon"] + east, 6), "lat": place["lat"]}


def live(site: Site, user: str = "dispatcher", **asked: str) -> dict[str, dict[str, Any]]:
    return {one["user"]: one for one in site.get(user, PATH, **asked)["items"]}


def tracked(site: Site) -> int:
    with site.world.database.read() as session:
        return session.scalar(select(func.count()).select_from(PositionRow)) or 0


def test_a_position_is_taken_with_consent_alone_and_goes_with_it(site: Site) -> None:
    here = site.inside()
    refused = told(site, WORKER, here, status=409)
    assert "has not agreed" in refused["detail"]
    assert site.get(WORKER, f"{PATH}/consent")["given"] is False
    said = agree(site)
    assert (said["given"], said["on_shift"], said["every_s"], said["kept_days"]) == (True, True, 10, 30)
    first = told(site, WORKER, here, accuracy_m=9.5)
    assert [one["verdict"] for one in first["items"]] == ["taken"]
    seen = live(site)[WORKER]
    assert (seen["lon"], seen["lat"], seen["age_s"], seen["fresh"]) == (here["lon"], here["lat"], 0, True)
    assert [p["lon"] for p in site.get(WORKER, f"{PATH}/own")["items"]] == [here["lon"]]
    with site.world.database.read() as session:
        events = session.scalars(select(EventRow).where(EventRow.kind == "position_consent"))
        assert [(e.name, e.by, e.payload) for e in events] == [("agreed", WORKER, "{}")]
    agree(site, given=False)
    assert live(site) == {}
    assert tracked(site) == 0
    told(site, WORKER, here, status=409)


def test_late_doubled_future_rough_and_foreign_positions(site: Site) -> None:
    here, agreed = site.inside(), site.clock()
    agree(site)
    site.clock.turn(minutes=90)
    at = [(agreed + timedelta(minutes=m)).isoformat() for m in (80, 85, 85, 82, 10, 95)]
    sent = [{"at": one, **moved(here, n * 1e-4)} for n, one in enumerate(at)]
    sent += [
        {"at": (agreed + timedelta(minutes=89)).isoformat(), **here, "accuracy_m": 500},
        {"at": (agreed + timedelta(minutes=88)).isoformat(), "lon": 100.0, "lat": 30.0},
    ]
    answer = site.post(WORKER, PATH, positions=sent)
    verdicts = [one["verdict"] for one in answer["items"]]
    assert verdicts == ["taken", "taken", "double", "older", "late", "future", "rough", "outside"]
    assert live(site)[WORKER]["lon"] == sent[1]["lon"]
    assert tracked(site) == 4
    again = site.post(WORKER, PATH, positions=sent[:2])
    assert [one["verdict"] for one in again["items"]] == ["double", "double"]
    future = told(site, WORKER, here, 121, status=422)
    assert (future["field"], "at most 120 s ahead" in future["detail"]) == ("at", True)
    gcj = told(site, WORKER, moved(here, 0.005), datum="gcj02")
    assert gcj["items"][0]["verdict"] == "taken"
    assert abs(live(site)[WORKER]["lon"] - moved(here, 0.005)["lon"]) > 1e-3
    site.post(WORKER, PATH, 422, positions=sent, **here)
    site.post(WORKER, PATH, 422, lon=here["lon"])
    site.post(WORKER, PATH, 422, positions=[sent[0]] * 61)


def test_positions_are_for_those_on_shift_told_by_and_shown_to(site: Site) -> None:
    here = site.inside()
    agree(site)
    told(site, WORKER, here)
    for user, status in (("leader", 403), ("d-dp05", 403), (WORKER, 403), (None, 401)):
        assert site.call(user, "GET", PATH).status_code == status
    site.post("dispatcher", PATH, 403, at=NOW.isoformat(), **here)
    street = next(a.code for a in site.world.city.areas.values() if a.level == "street")
    far = max(a.code for a in site.world.city.areas.values() if a.level == "street")
    for name, area in (("near", street), ("far", far)):
        site.enrol(Account(user=name, name=name, role="dispatcher", area=area))
    assert set(live(site, "near")) == {WORKER}
    assert live(site, "far") == {}
    day = {"first_day": "2026-11-01", "start": "08:00", "end": "10:00"}
    for post, member in (("agent", "near"), ("community", WORKER)):
        site.post("admin", "/api/v1/shifts", 201, code=post, post=post, members=[[member]], **day)
    off = told(site, WORKER, here, status=409)  # it is 10:30
    assert "not on shift" in off["detail"]
    assert site.call("near", "GET", PATH).status_code == 403
    assert live(site, "admin") == {}
    assert site.get(WORKER, f"{PATH}/consent")["on_shift"] is False


def test_who_is_here_near_and_in_view(site: Site) -> None:
    here = site.inside()
    for n, user in enumerate((WORKER, OTHER)):
        agree(site, user)
        told(site, user, moved(here, n * 0.02))
    lon, lat = here["lon"], here["lat"]
    assert set(live(site)) == {WORKER, OTHER}
    assert set(live(site, bbox=f"{lon - 0.001},{lat - 0.001},{lon + 0.001},{lat + 0.001}")) == {WORKER}
    around = live(site, near=f"{lon},{lat}", radius_m="5000")
    assert list(around) == [WORKER, OTHER]
    assert around[WORKER]["distance_m"] == 0
    assert 1800 < around[OTHER]["distance_m"] < 2000
    cell = site.world.city.locate(site.world.city.people.newest()[WORKER].place).cell
    assert set(live(site, inside=cell)) == {WORKER}
    site.clock.turn(minutes=6)
    assert live(site)[WORKER]["fresh"] is False
    site.clock.turn(minutes=25)
    assert live(site) == {}
    for wrong in ({"bbox": "3,2,1,0"}, {"bbox": "1,2"}, {"near": "x"}, {"inside": "999999999999"}):
        assert site.call("dispatcher", "GET", PATH, params=wrong).status_code == 422


def test_a_track_is_looked_at_with_a_reason_and_forgotten_after_thirty_days(site: Site) -> None:
    here = site.inside()
    agree(site)
    told(site, WORKER, here)
    asked = {
        "since": (NOW - timedelta(days=1)).isoformat(),
        "until": NOW.isoformat(),
        "reason": "核查走访轨迹",
    }
    path = f"{PATH}/{WORKER}/track"
    assert [p["lon"] for p in site.post("dispatcher", path, **asked)["items"]] == [here["lon"]]
    site.post("dispatcher", path, 422, **{**asked, "reason": ""})
    site.post("leader", path, 403, **asked)
    site.post(WORKER, path, 403, **asked)
    site.post("dispatcher", f"{PATH}/leader/track", 404, **asked)
    site.enrol(Account(user="officer1", name="数据官", role="officer", area=site.world.city.district.code))
    (look,) = site.get("officer1", "/api/v1/reveals", subject=WORKER)["items"]
    assert (look["user"], look["purpose"], look["reason"]) == ("dispatcher", "track", "核查走访轨迹")
    run_positions(site.world, site.clock.turn(days=29))
    assert tracked(site) == 1
    run_positions(site.world, site.clock.turn(days=2))
    assert tracked(site) == 0


def test_the_nearest_follow_the_workers_and_say_where_the_way_begins(site: Site) -> None:
    here = site.inside()
    ticket = site.post("dispatcher", "/api/v1/tickets", 201, category="E0102", channel="phone", **here)["no"]
    path = f"/api/v1/tickets/{ticket}/workers"
    before = {one["user"]: one for one in site.get("dispatcher", path)["items"]}
    far = max(site.world.city.cells)
    stranger = site.world.city.cells[far].worker
    assert stranger not in before
    agree(site, stranger)
    told(site, stranger, here)
    site.clock.turn(seconds=40)
    first = site.get("dispatcher", path)["items"][0]
    assert (first["user"], first["place_from"], first["place_age_s"]) == (stranger, "position", 40)
    alarm = site.post("dispatcher", "/api/v1/alarms", 201, resident="R000001")
    place = {"lon": alarm["lon"], "lat": alarm["lat"]}
    path = f"/api/v1/alarms/{alarm['no']}/responders"

    def order() -> list[tuple[str, str]]:
        found = site.get("dispatcher", path)["proposals"]
        return [(p["responder"]["person"], p["responder"]["place_from"]) for p in found]

    at_home = order()[0][0]
    assert at_home != stranger
    told(site, stranger, place)
    assert order()[0] == (stranger, "position")
    site.clock.turn(seconds=301)  # no longer fresh
    assert stranger not in [person for person, source in order() if source == "position"]


def test_another_process_sees_who_moves_withdraws_and_leaves(home: Home, database_url: str) -> None:
    with opened(home, database_url) as here, opened(home, database_url) as there:
        place = here.inside()
        agree(here)
        told(here, WORKER, place)
        notes: list[Any] = []
        teller, session_of = (
            Moves(),
            Account(user="dispatcher", name="", role="dispatcher", area="330102000000"),
        )
        there.world.live.tell_each = lambda note_for: notes.append(note_for(session_of))  # type: ignore[method-assign]
        assert live(there) == {}
        teller.tell(there.world, there.clock())
        assert live(there)[WORKER]["lon"] == place["lon"]
        assert [one["user"] for one in notes[-1]["moved"]] == [WORKER]
        told(here, WORKER, moved(place), 20)
        told(here, WORKER, place, 10)  # late: it moves nobody back, there either
        teller.tell(there.world, there.clock())
        assert live(there)[WORKER]["lon"] == moved(place)["lon"]
        teller.tell(there.world, there.clock())
        assert len(notes) == 2  # nothing moved, nobody is told
        agree(here, given=False)
        teller.tell(there.world, there.clock())
        assert live(there) == {}
        assert (notes[-1]["moved"], notes[-1]["gone"]) == ([], [WORKER])
