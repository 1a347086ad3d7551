"""The past of another system, judged by its own times: on time, late, void, open; like cases and borders counted."""

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from data.desk.door import Desk
from data.figures.histories import altered
from data.models import EntryRow, EventRow, TicketRow
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import SHARED
from tests.data.files.test_exchange import take, write_csv

BEIJING, ANGELES = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/Los_Angeles")
REQUESTS = SHARED / "tickets" / "la311_2020_10k.csv"
POLYGONS = SHARED / "tickets" / "la_nc_2019.geojson"
COLUMNS = {
    "no": "srnumber",
    "category": "requesttype",
    "reported_at": "createddate",
    "closed_at": "closeddate",
    "state": "status",
    "lon": "longitude",
    "lat": "latitude",
}
OUR_CODES = {
    "Bulky Items": "E0102",
    "Illegal Dumping Pickup": "E0102",
    "Graffiti Removal": "E0201",
    "Metal/Household Appliances": "E0102",
    "Electronic Waste": "E0102",
    "Homeless Encampment": "E2115",
    "Single Streetlight Issue": "P0118",
    "Multiple Streetlight Issue": "P0118",
    "Dead Animal Removal": "E0117",
    "Report Water Waste": "E0501",
}
SOME = 400  # of the ten thousand: enough of each kind


def past(no: str, reported: str, closed: str, state: str = "Closed", **more: str) -> dict[str, str]:
    row = {"no": no, "category": "E0102", "lon": "120.005", "lat": "30.005", "state": state}
    return row | {"reported_at": reported, "closed_at": closed} | more


def test_each_ends_when_the_file_says_and_is_judged_by_that(tmp_path: Path, desk: Desk, place: Home) -> None:
    rows = [  # exposed rubbish: four working hours, on Monday 16 November
        past("1", "2026-11-16T08:00", "2026-11-16T12:00"),  # to the minute; the next a minute late
        past("2", "2026-11-16T08:00", "2026-11-16T12:01", lon="120.0099", category="E0104"),
        past("3", "2026-11-16T08:00", "2026-11-17T09:00", lon="120.015"),
        past("4", "2026-11-16T08:00", "2026-11-16T09:00", "Cancelled", lon="120.00999"),
        past("5", "2026-11-16T08:00", "", "Open", lon="120.025"),
        past("6", "2026-11-16T08:00", "2026-11-16T07:59", lon="120.025"),
        past("7", "2026-11-16T08:00", "2027-01-01T00:00", lon="120.025"),
        past("8", "2026-11-16T08:30", "2026-11-16T11:00"),
        past("9", "", "2026-11-16T11:00"),
    ]
    path = write_csv(tmp_path / "past.csv", *rows)
    found = take(path, "tickets", desk, place, zone=BEIJING, void=frozenset({"Cancelled"}))
    said = [v.note for v in found.verdicts]
    assert [v.outcome for v in found.verdicts] == ["new"] * 6 + ["refused", "new", "refused"]
    assert (said[0], said[1], said[2], said[4]) == ("on time", "late; near a border", "late", "")
    assert said[3] == "void; near a border"
    assert said[7] == "on time; like case of T330102-261116-00001"
    assert said[5].startswith("not judged; contradicts itself: closed at 2026-11-15T23:59")
    assert "still to come" in said[6]
    assert "reported_at" in said[8]
    assert (found.notes["on time"], found.notes["late"], found.notes["void"]) == (2, 2, 1)
    assert found.notes["near a border"] == 2
    assert found.notes["like case of"] == 2
    with desk.database.read() as session:
        tickets = {t.no[-1]: t for t in session.scalars(select(TicketRow))}
        assert [t.state for t in tickets.values()] == ["closed"] * 3 + [
            "void",
            "dispatched",
            "void",
            "closed",
        ]
        assert tickets["3"].closed_at == datetime(2026, 11, 17, 9, 0, tzinfo=BEIJING)
        charged = session.execute(select(EntryRow.subject, EntryRow.kind, EntryRow.at)).all()
        # Nothing for a receipt of which the file says nothing.
        assert [(s[-1], kind) for s, kind, _ in charged] == [("2", "overdue"), ("3", "overdue")]
        assert charged[1].at == tickets["3"].due_at
        assert verify(session, KINDS) == [] == altered(session)
    assert take(path, "tickets", desk, place, zone=BEIJING, void=frozenset({"Cancelled"})).counts == {
        "same": 7,
        "refused": 2,
    }


def test_a_row_that_contradicts_itself_is_kept_and_marked(tmp_path: Path, desk: Desk, place: Home) -> None:
    rows = [
        past("1", "2026-11-16T08:00", "2026-11-16T08:00", "Open"),
        past("2", "2026-11-16T08:00", "2026-11-16T09:00", " in  PROGRESS ", lon="120.015"),
        past("3", "2026-11-16T08:00", "", "已办结", lon="120.025"),
        past("4", "2026-11-16T08:00", "2026-11-16T08:00", "Closed", lon="120.035"),
        past("5", "2026-11-16T08:00", "2026-11-16T09:00", "Duplicate", lon="120.016"),
        past("6", "2026-11-16T08:00", "2026-11-16T09:00", "by the moon", lon="120.026"),
        past("7", "2026-11-16T08:00", "", "by the moon", lon="120.036"),
        past("8", "2026-11-16T08:00", "", "Cancelled", lon="120.0165"),
    ]
    found = take(write_csv(tmp_path / "odd.csv", *rows), "tickets", desk, place, zone=BEIJING)
    said = [verdict.note.split("; ")[:2] for verdict in found.verdicts]
    assert found.counts == {"new": len(rows)}, said
    marked = [number for number, note in enumerate(said, 1) if any("contradicts" in part for part in note)]
    assert marked == [1, 2, 3, 4, 8]
    assert [note[0].split(":")[0] for note in said] == [
        "contradicts itself", "contradicts itself", "not judged", "on time", "void", "on time", "", "void",
    ]  # fmt: skip
    with desk.database.read() as session:
        states = list(session.scalars(select(TicketRow.state).order_by(TicketRow.no)))
        assert states == [
            "dispatched",
            "dispatched",
            "void",
            "closed",
            "void",
            "closed",
            "dispatched",
            "void",
        ]
        told = session.scalars(select(EventRow.aggregate).where(EventRow.name == "say"))
        assert [int(no[-1]) for no in told] == marked
        assert session.scalars(select(EntryRow)).all() == []
        assert verify(session, KINDS) == [] == altered(session)


def case(name: str, desk: Desk, place: Home, time_format: str = "") -> dict[str, str]:
    """Take a file of another city in; gives the note of each row by its number, of the first where it stands twice."""
    file = SHARED / "cases" / "tickets" / name
    if not file.exists():
        pytest.skip(f"{file} is not beside the repository")
    area = {"columns": {"code": "nc_id"}, "parent": "060137001000"}
    take(POLYGONS, "areas", desk, place, level="community", **area)
    take(POLYGONS, "cells", desk, place, **area)
    how = {"zone": ANGELES, "categories": OUR_CODES, "time_format": time_format}
    found = take(file, "tickets", desk, place, **how)
    return {v.key or str(v.row): f"{v.outcome}: {v.note}" for v in reversed(found.verdicts)}


def test_requests_whose_dates_and_states_disagree_come_in_whole(desk: Desk, place: Home) -> None:
    notes = case("nyc_like.csv", desk, place, "%m/%d/%Y %I:%M:%S %p")
    assert len(notes) == 5
    assert all(note.startswith("new: ") and "contradicts itself" in note for note in notes.values()), notes
    assert [no for no, note in notes.items() if "not judged" in note] == ["70000005", "70000004"]


def test_times_around_a_change_of_the_clock_are_instants(desk: Desk, place: Home) -> None:
    notes = case("dst.csv", desk, place)
    for no in ("dst-ambig-20min", "dst-gap", "dst-gap2", "ok", "void-lower"):
        assert notes[no].startswith("new: ")
        assert "contradicts" not in notes[no], (no, notes[no])
    for no in ("zero", "closed-no-date", "cancelled-no-date", "open-with-date"):
        assert notes[no].startswith("new: ")
        assert "contradicts itself" in notes[no], (no, notes[no])
    assert notes["void-lower"].startswith("new: void")
    assert "still to come" in notes["future-close"]


def test_a_year_without_calendar_is_said(tmp_path: Path, desk: Desk, place: Home) -> None:
    path = write_csv(tmp_path / "old.csv", past("1", "2020-03-02T08:00", "2020-03-02T09:00"))
    found = take(path, "tickets", desk, place, zone=BEIJING)
    assert found.verdicts[0].note == "on time; deadline by a year without calendar"


def test_requests_of_los_angeles_are_taken_in_and_judged(tmp_path: Path, desk: Desk, place: Home) -> None:
    if not REQUESTS.exists():
        pytest.skip("the requests of Los Angeles are not at hand")
    area = {"columns": {"code": "nc_id"}, "parent": "060137001000"}
    assert take(POLYGONS, "areas", desk, place, level="community", **area).counts == {"new": 99}
    assert take(POLYGONS, "cells", desk, place, **area).counts == {"new": 99}
    with REQUESTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:SOME]
    path = write_csv(tmp_path / "requests.csv", *rows)
    how = {"columns": COLUMNS, "zone": ANGELES, "time_format": "%m/%d/%y %H:%M", "categories": OUR_CODES}
    found = take(path, "tickets", desk, place, **how, void=frozenset({"Cancelled"}))
    assert sum(found.counts.values()) == SOME
    taken = [v for v in found.verdicts if v.outcome == "new"]
    kept = {row["srnumber"]: row for row in rows}
    by_state = {"late": "Closed", "on time": "Closed", "void": "Cancelled"}
    for verdict in taken:
        row = kept[verdict.key]
        end = verdict.note.split("; ")[0]
        assert end in by_state if row["closeddate"] else end not in by_state
        assert (end == "void") == (row["status"] == "Cancelled" and bool(row["closeddate"]))
    judged = found.notes["on time"] + found.notes["late"]
    assert judged > 0.9 * len(taken)
    for note in ("on time", "late", "like case of", "near a border"):
        assert found.notes[note] > 0, note
    with desk.database.read() as session:
        late = select(func.count()).where(TicketRow.done_at > TicketRow.due_at)
        assert session.scalar(late) == found.notes["late"]
        assert verify(session, KINDS) == [] == altered(session)
