"""Records that cannot be right: found on both databases, corrected by who keeps them, and ended when they are mended."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from api.checks import check_records, run_checks
from data.models import (
    CorrectionRow,
    ParticularsRow,
    ProviderRow,
    ResidentRow,
    TagRow,
    fact_of,
    table_of,
)
from data.registers.doubles import double_residents
from data.registers.pinyin import search_keys
from data.registers.truth import FINDERS
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.correction import CHECKS, Correction
from tests.conftest import Site

CORRECTIONS = "/api/v1/corrections"
RESIDENTS, PARTICULARS, TAGS, PROVIDERS = map(table_of, (ResidentRow, ParticularsRow, TagRow, ProviderRow))


def numbers(session: Session, many: int) -> list[str]:
    query = select(ResidentRow.no).where(ResidentRow.cell != "").order_by(ResidentRow.no).limit(many)
    return list(session.scalars(query))


def spoil(site: Site, no: str, **values: Any) -> None:
    site.world.database.write(
        lambda session: session.execute(update(RESIDENTS).where(RESIDENTS.c.no == no).values(**values))
    )


def kept(site: Site, record: str) -> Correction:
    with site.world.database.read() as session:
        row = session.scalars(select(CorrectionRow).where(CorrectionRow.record == record)).one()
        return fact_of(Correction, row)


def particulars(no: str, **values: Any) -> dict[str, Any]:
    texts = ("building", "unit", "room", "dialect", "access_need", "care_mode")
    plain = dict.fromkeys((*texts, "identity", "identity_hash", "identity_sealed"), "")
    lists: dict[str, Any] = {"other_names": [], "phones": [], "preferred_providers": []}
    return {
        "resident": no, "salt": "s", "born_on": None, "arrived_on": None, "leaves_on": None,
        **plain, **lists, **values,
    }  # fmt: skip


def test_every_kind_of_fault_is_found_and_opens_a_correction(site: Site) -> None:
    database = site.world.database
    with database.read() as session:
        one, two, three, four, five, six = numbers(session, 6)
        shops = list(session.scalars(select(ProviderRow.no).order_by(ProviderRow.no).limit(3)))
    spoil(site, one, phone="138001")
    spoil(site, two, birth_year=1850)
    spoil(site, three, lon=10.0, lat=50.0)

    def seed(session: Session) -> None:
        told = [
            particulars(four, born_on=date(1951, 5, 5)),
            particulars(five, arrived_on=date(2026, 5, 1), leaves_on=date(2026, 4, 1)),
        ]
        session.execute(insert(PARTICULARS), told)
        session.execute(update(RESIDENTS).where(RESIDENTS.c.no == four).values(birth_year=1949))
        days = {"since": date(2026, 5, 1), "until": date(2026, 4, 1), "ended_on": None}
        session.execute(
            insert(TAGS),
            [{"no": "N1", "resident": six, "tag": "disabled", "source": "x", "salt": "s", **days}],
        )
        bad: list[dict[str, Any]] = [
            {"phone": "12"}, {"credit_code": "91330102MA00000000"}, {"joined_on": date(2050, 1, 1)}
        ]  # fmt: skip
        for shop, values in zip(shops, bad, strict=True):
            session.execute(update(PROVIDERS).where(PROVIDERS.c.no == shop).values(**values))
        session.execute(text("UPDATE cells SET worker = 'nobody' WHERE code = (SELECT min(code) FROM cells)"))

    database.write(seed)
    assert check_records(site.world, site.clock.now) >= 10
    page = site.get("admin", CORRECTIONS, limit=200)
    listed = {(one["check"], one["record"]) for one in page["items"]}
    assert {
        ("resident_phone", one), ("resident_birth", two), ("resident_cell", three), ("resident_born_on", four),
        ("resident_stay", five), ("resident_tag_days", six), ("provider_phone", shops[0]),
        ("provider_credit_code", shops[1]), ("provider_joined", shops[2]),
        ("cell_worker", min(site.world.city.cells)),
    } <= listed  # fmt: skip
    assert sum(page["open"].values()) == len(listed)
    assert "138001" not in str(page)
    assert check_records(site.world, site.clock.now) == 0  # what is open is opened once


def test_a_correction_ends_when_the_record_is_mended_or_said_to_be_right(site: Site) -> None:
    with site.world.database.read() as session:
        one, two = numbers(session, 2)
        phone = session.scalar(select(ResidentRow.phone).where(ResidentRow.no == one))
    spoil(site, one, phone="138001")
    spoil(site, two, birth_year=1850)
    check_records(site.world, site.clock.now)
    first, second = f"{CORRECTIONS}/resident_phone.{one}", f"{CORRECTIONS}/resident_birth.{two}"
    still = site.post("admin", f"{first}/actions", 409, action="recheck")
    assert "still has this fault" in still["detail"] or "仍" in still["detail"]
    spoil(site, one, phone=phone)
    assert site.post("admin", f"{first}/actions", action="recheck")["state"] == "corrected"
    site.post("admin", f"{first}/actions", 409, action="recheck")
    site.post("admin", f"{second}/actions", 422, action="right")
    assert site.post("admin", f"{second}/actions", action="right", reason="族谱为证")["state"] == "right"
    assert check_records(site.world, site.clock.turn(days=300)) == 0  # said to be right not long ago
    assert check_records(site.world, site.clock.turn(days=66)) == 1
    assert kept(site, two).state == "open"
    spoil(site, two, birth_year=1950)
    assert check_records(site.world, site.clock.turn(minutes=1)) == 1  # mended, and ended by the clock
    assert (kept(site, two).state, kept(site, two).ended_by) == ("corrected", "clock")
    with site.world.database.read() as session:
        assert [f for f in verify(session, KINDS) if f.kind == "correction"] == []


def test_the_checks_run_in_their_hour_of_the_night(site: Site) -> None:
    with site.world.database.read() as session:
        (one,) = numbers(session, 1)
    spoil(site, one, phone="138001")
    noon = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)
    assert run_checks(site.world, noon) == 0
    assert run_checks(site.world, noon + timedelta(hours=15)) >= 1  # three in the morning there


def test_a_worker_is_told_whose_records_to_look_at(site: Site) -> None:
    cell = site.world.city.cells[min(site.world.city.cells)]
    with site.world.database.read() as session:
        query = select(ResidentRow.no).where(ResidentRow.cell == cell.code).order_by(ResidentRow.no)
        here = list(session.scalars(query.limit(2)))
    spoil(site, here[0], birth_year=1850)
    spoil(site, here[1], verified_at=None)
    check_records(site.world, site.clock.now)
    mine = site.get(cell.worker, CORRECTIONS)
    assert [one["record"] for one in mine["items"]] == [here[0]]
    day = site.get(cell.worker, "/field/day")
    due = {one["no"]: one["why"] for one in day["due"]}
    assert "出生年份不可能" in due[here[0]]
    assert "登记到期未核对" in due[here[1]]
    assert all("*" in one["name"] for one in day["due"])
    rates = site.get(cell.worker, f"{CORRECTIONS}/rates")
    (told,) = [one for one in rates["cells"] if one["cell"] == cell.code]
    assert (told["open"], told["people"] > told["fresh"]) == (1, True)
    assert here[1] in [one["no"] for one in rates["stale"]]
    assert "provider" not in {one["keeper"] for one in mine["items"]}


def test_no_check_is_without_a_function() -> None:
    assert set(FINDERS) == set(CHECKS)


Row = dict[str, Any]
SOUNDS_ALIKE = {"伟": "玮", "芳": "方"}
MOVED: Row = {"address": "新址1号", "household": "X", "birth_year": None}


def typed_by_ear(person: Row) -> Row:
    return {"name": person["name"][:-1] + SOUNDS_ALIKE[person["name"][-1]]}


def in_other_letters(person: Row) -> Row:
    return {"name": person["name"].replace("张", "張"), "phone": "13700000000"}


def a_year_older(person: Row) -> Row:
    return {"birth_year": person["birth_year"] - 1}


def moved_with_a_new_telephone(_person: Row) -> Row:
    return {"address": "新址1号", "phone": "13700000000"}  # nothing but the name is left: not found


def spouse(person: Row) -> Row:
    return {"name": "赵" + person["name"][1:]}


def namesake(person: Row) -> Row:
    return {"address": "远处9号", "phone": "13500000000", "birth_year": person["birth_year"] + 20}


def child_of_one_name(person: Row) -> Row:
    return {"birth_year": person["birth_year"] + 28}


Change = Callable[[Row], Row]
ONE_PERSON: tuple[tuple[int, Change], ...] = (
    (30, lambda _person: {}),
    (15, lambda _person: MOVED),
    (20, typed_by_ear),
    (15, in_other_letters),
    (15, a_year_older),
    (5, moved_with_a_new_telephone),
)
TWO_PEOPLE: tuple[Change, ...] = (spouse, namesake, child_of_one_name)


def test_doubles_seeded_in_a_register_are_found_and_few_others(site: Site) -> None:
    ways = [change for many, change in ONE_PERSON for _ in range(many)]
    changes = [*ways, *(TWO_PEOPLE[at % 3] for at in range(len(ways)))]
    pairs_of: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}

    def seed(session: Session) -> None:
        query = select(RESIDENTS).order_by(RESIDENTS.c.no).limit(len(changes))
        for at, row in enumerate(session.execute(query).mappings().all()):
            name = "张李王刘陈"[at % 5] + "建国爱华秀"[at // 5 % 5] + "伟芳"[at % 2]
            known = {
                "name": name,
                "phone": f"138{at:08d}",
                "birth_year": 1940 + at % 40,
                "address": f"春巷{at}号",
            }
            person = dict(row) | known
            other = person | changes[at](person) | {"no": f"Z{at:04d}"}
            del other["id"]
            mine = update(RESIDENTS).where(RESIDENTS.c.no == person["no"])
            session.execute(mine.values(**known, **search_keys(name)))
            session.execute(insert(RESIDENTS), [other | search_keys(other["name"])])
            pairs_of[at < len(ways)].add((person["no"], other["no"]))

    site.world.database.write(seed)
    with site.world.database.read() as session:
        pairs = {(a, b) for a, b, _ in double_residents(session)}
    found, wrong = pairs_of[True] & pairs, pairs - pairs_of[True]
    assert (len(found), len(ways)) == (95, 100)
    assert pairs_of[False] & pairs == set()
    assert len(wrong) <= 0.05 * len(pairs)
