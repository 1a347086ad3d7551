"""To whom an order goes by rule: the cases of the table, exactly one decision for each, and who may not take what."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import Catalogue
from dispatch.errors import BadFieldError
from dispatch.orders.routing import (
    DESK_WHYS,
    DISTRICT,
    KINDS,
    MODES,
    OUTCOMES,
    STREET,
    TOOK,
    Case,
    Routed,
    RouteRule,
    Routing,
    check_sphere,
    clashes,
    manned,
    route,
)
from tests.conftest import rules

CELL = "330102003002001"
OFFICES = {STREET: "330102003000", DISTRICT: "330102000000"}
DAY = datetime(2026, 11, 18, 10, 30)  # noqa: DTZ001 - local time, a Wednesday


def case(item: str, at: datetime = DAY, cell: str = CELL, **offices: str) -> Case:
    return Case(item=rules().items[item], cell=cell, at=at, offices=OFFICES | offices)


@pytest.mark.parametrize(
    ("item", "hour", "mode", "why", "party", "deputy"),
    [
        ("SV-B17", 10, "department", "sphere", "DP09", "330102003000"),  # public: the item's own department
        ("SV-X01", 10, "department", "sphere", "DP10", "330102003000"),
        ("SV-B13", 10, "station", "category", "330102003000", "DP08"),  # at a station: its street's office
        ("SV-G07", 10, "station", "category", "330102003000", "DP18"),  # mutual help, and still at a station
        ("SV-C01", 10, "volunteers", "sphere", "DP17", "DP16"),
        ("SV-C07", 10, "volunteers", "item", "DP16", "DP17"),  # the item's row before that of its sphere
        ("SV-B04", 10, "partner", "category", "DP19", "330102003000"),
        ("SV-G08", 10, "partner", "category", "DP05", ""),
        ("SV-E15", 10, "provider", "sphere", "", ""),
        (
            "SV-B01",
            10,
            "provider",
            "item",
            "",
            "",
        ),  # public, and by contract of a provider: beyond its sphere
        ("SV-B06", 10, "desk", "emergency", "", ""),
        ("SV-B20", 10, "desk", "advice", "", ""),
        ("SV-H02", 10, "department", "sphere", "DP01", "330102003000"),
        ("SV-H02", 19, "department", "sphere", "DP01", "330102003000"),
        ("SV-H02", 20, "desk", "night", "", ""),  # the row with hours
        ("SV-H02", 6, "desk", "night", "", ""),
    ],
)
def test_where_it_goes(item: str, hour: int, mode: str, why: str, party: str, deputy: str) -> None:
    got = route(rules().routing, case(item, DAY.replace(hour=hour)))
    assert (got.mode, got.why, got.party, got.deputy) == (mode, why, party, deputy)


def test_four_of_five_items_go_by_rule(catalogue: Catalogue) -> None:
    """What the demo shows: of the sample's items at most a fifth is left to the desk, each with its reason."""
    for hour in (3, 10, 21):
        found = [route(catalogue.routing, case(code, DAY.replace(hour=hour))) for code in catalogue.items]
        left = [one for one in found if one.mode == "desk"]
        assert len(left) / len(found) <= 0.2
        assert {one.why for one in left} <= {"emergency", "advice", "night"}
        assert sum(bool(one.party) for one in found) / len(found) > 0.5


@given(
    item=st.sampled_from(sorted(rules().items)),
    cell=st.sampled_from(["", "330102", CELL, "999999001001001"]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001
    street=st.sampled_from(["", OFFICES[STREET]]),
)
def test_every_case_gets_exactly_one_decision(item: str, cell: str, at: datetime, street: str) -> None:
    asked = Case(item=rules().items[item], cell=cell, at=at, offices={**OFFICES, STREET: street})
    got = route(rules().routing, asked)
    assert got == route(rules().routing, asked)
    assert got.mode in MODES
    assert bool(got.party) == (got.mode in KINDS)
    assert got.why in ((*DESK_WHYS, *OUTCOMES) if got.mode == "desk" else TOOK)
    assert got.deputy != got.party or not got.party
    best = [r for r in rules().routing.rules if r.fits(asked)]
    assert [r.code for r in best if r.rank == max(b.rank for b in best)] == [got.rule]


RULE = RouteRule(code="A", mode="desk", why="judgement")


def alone(*rows: RouteRule) -> Routing:
    return Routing(rules=rows, spheres=rules().routing.spheres)


def test_the_smaller_area_then_hours_then_priority() -> None:
    everywhere = RouteRule(code="all", mode="provider", sphere="commercial")
    street = RouteRule(code="street", mode="desk", why="judgement", sphere="commercial", areas="330102003")
    by_day = RouteRule(
        code="day", mode="provider", sphere="commercial", areas="330102003", hours="Mo-Fr 08:00-18:00"
    )
    first = RouteRule(
        code="first", mode="desk", why="advice", sphere="commercial", areas="330102003", priority=1
    )
    asked, night = case("SV-E15"), case("SV-E15", DAY.replace(hour=22))
    assert route(alone(everywhere, street), asked).rule == "street"
    assert route(alone(everywhere, street), case("SV-E15", cell="330102004001001")).rule == "all"
    assert route(alone(everywhere, street, by_day), asked).rule == "day"
    assert route(alone(everywhere, street, by_day, first), asked).rule == "day"
    assert route(alone(everywhere, street, by_day, first), night).rule == "first"
    assert route(alone(street), case("SV-E15", cell="330102004001001")) == Routed(mode="desk", why="no_rule")


def test_a_place_without_an_office_is_the_desks() -> None:
    got = route(rules().routing, case("SV-B13", **{STREET: ""}))
    assert (got.mode, got.why, got.party, got.rule) == ("desk", "no_place", "", "R20")


def test_who_has_nobody_is_passed_over() -> None:
    named = route(rules().routing, case("SV-B17"))
    assert manned(named, {"DP09", OFFICES[STREET]}) == named
    assert manned(named, {"DP09"}).deputy == ""
    passed = manned(named, {OFFICES[STREET]})
    assert (passed.mode, passed.party, passed.deputy, passed.why) == (
        "department",
        OFFICES[STREET],
        "",
        "nobody",
    )
    left = manned(named, ())
    assert (left.mode, left.party, left.why) == ("desk", "", "nobody")


def test_rows_of_equal_rank_clash_where_they_meet() -> None:
    by_day = RouteRule(code="B", mode="provider", item="SV-E15", hours="Mo-Fr 08:00-18:00")
    late = RouteRule(code="C", mode="provider", item="SV-E15", hours="Mo-Fr 18:00-22:00")
    noon = RouteRule(code="D", mode="provider", item="SV-E15", hours="We 12:00-13:00")
    other = RouteRule(code="E", mode="provider", item="SV-E05", hours="We 12:00-13:00")
    assert clashes([by_day, late, other]) == []
    assert [(a.code, b.code) for a, b in clashes([by_day, late, noon])] == [("B", "D")]
    assert [(a.code, b.code) for a, b in clashes([RULE, RouteRule(code="Z", mode="desk", why="advice")])] == [
        ("A", "Z")
    ]


@pytest.mark.parametrize(
    ("item", "modes", "ends"),
    [
        ("SV-B17", ("provider",), "refused"),  # a shop for a public item
        ("SV-B17", ("provider", "station"), "taken"),  # one that is a registered station
        ("SV-E15", ("department",), "refused"),  # a department for a commercial one
        ("SV-E15", ("provider",), "taken"),
        ("SV-B01", ("provider",), "taken"),  # the rule says so
        ("SV-C01", ("provider", "volunteers"), "taken"),
        ("SV-C01", ("provider",), "refused"),
        ("SV-B06", ("provider",), "taken"),  # an emergency is anybody's
    ],
)
def test_who_may_take_what(item: str, modes: tuple[str, ...], ends: str) -> None:
    routing, asked = rules().routing, case(item)
    given_by = ("provider", 7)
    if ends == "taken":
        check_sphere(routing, asked.item, route(routing, asked), modes, given_by)
        return
    with pytest.raises(
        BadFieldError, match=f"of the sphere {asked.item.sphere}, whose items go to"
    ) as caught:
        check_sphere(routing, asked.item, route(routing, asked), modes, given_by)
    assert caught.value.field == "provider"
