"""Compounds, gates and turn restrictions, from a drawn map to a route."""

from pathlib import Path

import pytest
from map_cases import index, spot
from test_osm import Map


def compound(gate: dict[str, str], inner: dict[str, str]) -> Map:
    """A ring of streets, and inside it a lane from a gate to the north and from there out to the east."""
    drawn = Map(a=(0, 0), b=(4, 0), c=(4, 4), d=(0, 4), g=(2, 0), h=(2, 0.2), i=(2, 2), e=(4, 2))
    drawn.way("agb", highway="residential", name="南路").way("bec", highway="residential", name="东路")
    drawn.way("cd", highway="residential", name="北路").way("da", highway="residential", name="西路")
    drawn.way("ghi", highway="service", name="院内路", **inner).way(
        "ie", highway="service", name="后门路", **inner
    )
    return drawn.tag("h", barrier="gate", **gate)


@pytest.mark.parametrize(
    ("gate", "inner"),
    [
        ({}, {"access": "private"}),
        ({}, {"access": "destination"}),
        ({}, {"motor_vehicle": "delivery;customers"}),
    ],
)
def test_nobody_drives_through_a_compound_but_everybody_home(
    tmp_path: Path, gate: dict[str, str], inner: dict[str, str]
) -> None:
    roads = index(compound(gate, inner).read(tmp_path), "drive")
    through = roads.route(spot(1, 0), spot(4, 3))
    assert through is not None
    assert {step.street for step in through.steps} == {"南路", "东路"}
    home = roads.route(spot(1, 0), spot(2.1, 1.5))
    assert home is not None
    assert [step.street for step in home.steps] == ["南路", "院内路"]
    back = roads.route(spot(3, 2.1), spot(1, 0))
    assert back is not None
    assert back.travel_ms is not None


def test_a_private_gate_closes_open_lanes_to_through_traffic(tmp_path: Path) -> None:
    lane = compound({"access": "private"}, {})
    extract = lane.read(tmp_path)
    for profile in ("walk", "drive"):
        roads = index(extract, profile)
        way = roads.route(spot(1.9, -0.1), spot(4.1, 2.1))
        assert way is not None
        assert "院内路" not in {step.street for step in way.steps}
        home = roads.route(spot(1, 0), spot(2.1, 1.5))
        assert home is not None
        assert home.steps[-1].street == "院内路"


def test_a_locked_gate_leaves_the_other_way_in(tmp_path: Path) -> None:
    roads = index(compound({"access": "no"}, {}).read(tmp_path), "walk")
    home = roads.route(spot(1, 0), spot(2.1, 1.5))
    assert home is not None
    assert "后门路" in {step.street for step in home.steps}


def crossing() -> Map:
    """A crossing of four streets with a way round."""
    drawn = Map(s=(1, 0), x=(1, 1), n=(1, 2), w=(0, 1), e=(9, 1), q=(0, 2))
    drawn.way("sx", highway="residential", name="南街").way("xn", highway="residential", name="北街")
    drawn.way("wx", highway="residential", name="西街").way("xe", highway="residential", name="东街")
    return drawn.way("nqw", highway="residential", name="绕路")


def restriction(drawn: Map, kind: str, origin: int, via: str, target: int, **tags: str) -> Map:
    role = "way" if via.isdigit() else "node"
    ref = via if via.isdigit() else drawn.ids[via]
    pairs = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in {"type": "restriction", **tags}.items())
    key, value = kind.split("=")
    drawn.lines.append(
        f'<relation id="{len(drawn.lines)}" version="1"><member type="way" ref="{origin}" role="from"/>'
        f'<member type="{role}" ref="{ref}" role="via"/><member type="way" ref="{target}" role="to"/>'
        f'{pairs}<tag k="{key}" v="{value}"/></relation>'
    )
    return drawn


@pytest.mark.parametrize(
    ("rule", "streets"),
    [
        (None, ["南街", "西街"]),
        (("restriction=no_left_turn", 1, "x", 3), ["南街", "北街", "绕路", "西街"]),
        (("restriction=only_straight_on", 1, "x", 2), ["南街", "北街", "绕路", "西街"]),
        (("restriction:motorcar=no_left_turn", 1, "x", 3), ["南街", "北街", "绕路", "西街"]),
        (("restriction:hgv=no_left_turn", 1, "x", 3), ["南街", "西街"]),
        (("restriction=no_left_turn", 1, "x", 4), ["南街", "西街"]),
        (("restriction=no_left_turn", 1, "n", 3), ["南街", "西街"]),
    ],
)
def test_turn_restrictions_of_cars(
    tmp_path: Path, rule: tuple[str, int, str, int] | None, streets: list[str]
) -> None:
    drawn = crossing()
    if rule is not None:
        restriction(drawn, *rule)
    extract = drawn.read(tmp_path)
    target = spot(0.3, 1)
    way = index(extract, "drive").route(spot(1, 0.2), target)
    assert way is not None
    assert [step.street for step in way.steps] == streets
    walked = index(extract, "walk").route(spot(1, 0.2), target)
    assert walked is not None
    assert [step.street for step in walked.steps] == ["南街", "西街"]


def test_excepted_cars_turn(tmp_path: Path) -> None:
    drawn = restriction(crossing(), "restriction=no_left_turn", 1, "x", 3, **{"except": "psv;motorcar"})
    way = index(drawn.read(tmp_path), "drive").route(spot(1, 0.2), spot(0.3, 1))
    assert way is not None
    assert [step.street for step in way.steps] == ["南街", "西街"]


def test_a_restriction_along_a_way_binds_those_who_come_by_it_alone(tmp_path: Path) -> None:
    drawn = crossing()  # from 南街 along 北街 into 绕路
    restriction(drawn, "restriction=no_u_turn", 1, "2", 5)
    roads = index(drawn.read(tmp_path), "drive")
    from_south, from_east = roads.route(spot(1, 0.2), spot(0.4, 2)), roads.route(spot(1.8, 1), spot(0.4, 2))
    assert from_south is not None
    assert from_east is not None
    assert [step.street for step in from_south.steps] == ["南街", "西街", "绕路"]
    assert [step.street for step in from_east.steps] == ["东街", "北街", "绕路"]


def test_a_broken_restriction_is_told(tmp_path: Path) -> None:
    drawn = crossing()
    drawn.lines.append(
        '<relation id="9" version="1"><member type="way" ref="1" role="from"/>'
        '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>'
    )
    (told,) = drawn.read(tmp_path).report.as_json()["ignored_values"]
    assert told["first"] == "r9"
