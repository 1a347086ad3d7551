"""Runs of imports on both databases: undone as a whole, older facts stay out, sources disagree, bad feeds are held back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.desk.door import Desk
from data.errors import MissingError
from data.files.fields import Reading
from data.files.imports import IMPORTS
from data.files.intake import Intake, take_in
from data.files.takeout import Wanted, take_out
from data.files.undo import undo
from data.models import (
    CellRow,
    ConflictRow,
    FieldSourcesRow,
    ImportRow,
    ResidentRow,
    table_of,
)
from data.rules.catalogue import Catalogue
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.session import Database
from data.store.verify import verify
from dispatch.errors import NotPossibleError
from tests.conftest import NOW
from tests.data.files.test_exchange import write_csv

COLUMNS = ("name", "phone", "address", "birth_year", "household", "lon", "lat", "verified_at", "initials")


@pytest.fixture
def desk(database_url: str, catalogue: Catalogue) -> Iterator[Desk]:
    database = Database(database_url)
    yield Desk(database, catalogue, "330102")
    database.close()


def take(path: Path, kind: str, desk: Desk, home: Home, now: datetime = NOW, **how: object) -> Intake:
    return take_in(path, IMPORTS[kind], Reading(**how), desk, home, now, lambda _: None)


def resident(desk: Desk, no: str) -> dict[str, object] | None:
    with desk.database.read() as session:
        row = session.execute(select(table_of(ResidentRow)).where(ResidentRow.no == no)).mappings().first()
        return {name: row[name] for name in COLUMNS} if row else None


def whole(desk: Desk) -> None:
    with desk.database.read() as session:
        assert verify(session, KINDS) == []


def test_an_import_is_undone_whole(tmp_path: Path, desk: Desk, home: Home) -> None:
    before, path = resident(desk, "R000001"), tmp_path / "a.csv"
    assert before is not None
    new = {
        "no": "Z1",
        "name": "新人",
        "phone": "13800000000",
        "lon": str(before["lon"]),
        "lat": str(before["lat"]),
    }
    changed = {"no": "R000001", "name": "改名", "phone": "13911112222", "lon": "", "lat": ""}
    first = take(write_csv(path, new, changed), "residents", desk, home)
    assert first.counts == {"new": 1, "changed": 1}
    assert resident(desk, "R000001") == before | {"name": "改名", "phone": "13911112222", "initials": "gm"}
    done = undo(desk, first.no, NOW + timedelta(days=29))
    assert (done.withdrawn, done.restored, done.stays) == (1, 1, ())
    assert resident(desk, "R000001") == before
    assert resident(desk, "Z1") is None
    whole(desk)
    with desk.database.read() as session:
        assert (
            session.scalar(select(func.count()).select_from(ImportRow).where(ImportRow.kind == "residents"))
            == 0
        )
    with pytest.raises(NotPossibleError, match="before"):
        undo(desk, first.no, NOW)
    again = take(path, "residents", desk, home, NOW + timedelta(days=30))
    assert again.counts == {"new": 1, "changed": 1}
    whole(desk)


def test_what_happened_since_stays(tmp_path: Path, desk: Desk, home: Home) -> None:
    path, rows = (
        tmp_path / "a.csv",
        [{"no": "R000001", "phone": "13911112222"}, {"no": "R000002", "phone": "13911113333"}],
    )
    first = take(write_csv(path, *rows), "residents", desk, home)
    second = take(write_csv(path, rows[0] | {"phone": "13911114444"}), "residents", desk, home)
    found = undo(desk, first.no, NOW)
    assert (found.restored, found.stays) == (
        1,
        (("R000001", "phone was changed since; change it back by hand"),),
    )
    assert undo(desk, second.no, NOW).restored == 1
    assert take(write_csv(path, rows[0]), "residents", desk, home).counts == {"same": 1}
    known = resident(desk, "R000001")
    assert known is not None
    assert known["phone"] == "13911112222"
    whole(desk)


def test_a_record_that_others_name_is_not_withdrawn(tmp_path: Path, desk: Desk, home: Home) -> None:
    at = resident(desk, "R000001")
    assert at is not None
    new = {"no": "Z1", "name": "新人", "phone": "13800000000", "lon": str(at["lon"]), "lat": str(at["lat"])}
    first = take(write_csv(tmp_path / "a.csv", new), "residents", desk, home)
    device = {"no": "D9", "resident": "Z1", "kind": "fall"}
    other = take(write_csv(tmp_path / "b.csv", device), "devices", desk, home)
    assert "is named by devices.resident" in undo(desk, first.no, NOW).stays[0][1]
    assert undo(desk, other.no, NOW).withdrawn == 1
    whole(desk)


def test_cells_get_their_borders_back(tmp_path: Path, desk: Desk, home: Home) -> None:
    with desk.database.read() as session:
        cell = session.scalars(select(CellRow).order_by(CellRow.code)).first()
    assert cell is not None
    row = {
        "code": cell.code,
        "households": "7",
        "wkt": cell.shape.buffer(0.0005).wkt,
        "verified_at": "2026-11-17",
    }
    first = take(write_csv(tmp_path / "c.csv", row), "cells", desk, home)
    assert {change.field for change in first.verdicts[0].changes} == {"households", "shape", "verified_at"}
    assert undo(desk, first.no, NOW).restored == 1
    with desk.database.read() as session:
        again = session.scalars(select(CellRow).where(CellRow.code == cell.code)).one()
        assert again.shape.equals_exact(cell.shape, 1e-9)
        assert (again.households, again.verified_at) == (cell.households, cell.verified_at)
    whole(desk)


def test_only_registers_of_the_last_month_are_undone(tmp_path: Path, desk: Desk, home: Home) -> None:
    with pytest.raises(MissingError):
        undo(desk, 999, NOW)
    first = take(
        write_csv(tmp_path / "a.csv", {"no": "R000001", "phone": "13911112222"}), "residents", desk, home
    )
    with pytest.raises(NotPossibleError, match="30 days"):
        undo(desk, first.no, NOW + timedelta(days=31))


def test_what_is_older_than_the_record_stays_out(tmp_path: Path, desk: Desk, home: Home) -> None:
    path, row = tmp_path / "a.csv", {"no": "R000001", "phone": "13911112222", "verified_at": "2026-11-16"}
    take(write_csv(path, row), "residents", desk, home)
    old = row | {"phone": "13911110000", "verified_at": "2020-01-01"}
    (told,) = take(write_csv(path, old), "residents", desk, home).verdicts
    assert (told.outcome, [one.field for one in told.left]) == ("stale", ["phone"])
    by_day = {"no": "R000001", "phone": "13911110000"}
    as_of = datetime(2021, 1, 1, tzinfo=UTC)
    assert take(write_csv(path, by_day), "residents", desk, home, as_of=as_of).verdicts[0].outcome == "stale"
    known = resident(desk, "R000001")
    assert known is not None
    assert (known["phone"], known["verified_at"]) == ("13911112222", datetime(2026, 11, 15, 16, tzinfo=UTC))


def test_the_better_source_wins_and_the_conflict_is_listed(tmp_path: Path, desk: Desk, home: Home) -> None:
    path, row = tmp_path / "a.csv", {"no": "R000001", "birth_year": "1950"}
    assert (
        take(write_csv(path, row), "residents", desk, home, source="police").verdicts[0].outcome == "changed"
    )
    (told,) = take(
        write_csv(path, row | {"birth_year": "1951"}), "residents", desk, home, source="health"
    ).verdicts
    assert told.outcome == "conflict"
    known = resident(desk, "R000001")
    assert known is not None
    assert known["birth_year"] == 1950
    phone = {"no": "R000001", "phone": "13911112222"}
    take(write_csv(path, phone), "residents", desk, home, source="police")
    (won,) = take(
        write_csv(path, phone | {"phone": "13911113333"}), "residents", desk, home, source="community"
    ).verdicts
    assert won.outcome == "changed"
    with desk.database.read() as session:
        listed = session.execute(
            select(
                ConflictRow.field,
                ConflictRow.winner,
                ConflictRow.held,
                ConflictRow.other,
                ConflictRow.offered,
            ).order_by(ConflictRow.id)
        ).all()
        sources = session.scalars(select(FieldSourcesRow.fields)).one()
    assert [tuple(one) for one in listed] == [
        ("birth_year", "police", "1950", "health", "1951"),
        ("phone", "community", "13911113333", "police", "13911112222"),
    ]
    assert (sources["birth_year"][0], sources["phone"][0]) == ("police", "community")


def test_a_feed_with_too_many_bad_rows_is_held_back(tmp_path: Path, desk: Desk, home: Home) -> None:
    rows = [{"no": f"R{n:06d}", "phone": "123" if n == 1 else "13911112222"} for n in range(1, 11)]
    path, before = write_csv(tmp_path / "a.csv", *rows), resident(desk, "R000002")
    held = take(path, "residents", desk, home, most_bad=0.05)
    assert held.held
    assert held.rejects is not None
    assert resident(desk, "R000002") == before
    taken = take(path, "residents", desk, home, most_bad=0.2)
    assert not taken.held
    assert taken.counts["changed"] == 9


def test_a_dry_run_keeps_nothing(tmp_path: Path, desk: Desk, home: Home) -> None:
    before = resident(desk, "R000001")
    path = write_csv(tmp_path / "a.csv", {"no": "R000001", "phone": "13911112222"})
    tried = take(path, "residents", desk, home, dry_run=True)
    assert (tried.counts, tried.no) == ({"changed": 1}, 0)
    assert resident(desk, "R000001") == before
    assert take(path, "residents", desk, home).counts == {"changed": 1}


@pytest.mark.parametrize("kind", ["areas", "cells", "providers"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "geojson"])
def test_what_was_exported_is_read_back_as_the_same(
    tmp_path: Path, desk: Desk, home: Home, catalogue: Catalogue, kind: str, suffix: str
) -> None:
    path = tmp_path / f"{kind}.{suffix}"
    with desk.database.read() as session:
        written = take_out(session, kind, path, Wanted(), catalogue.zone)
    found = take(path, kind, desk, home)
    assert found.counts == {"same": written}, [v.changes for v in found.verdicts if v.outcome != "same"][:3]
