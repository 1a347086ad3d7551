"""Who may use which way, by tags: the table of the catalogue, and tables with holes."""

from pathlib import Path

import pytest

from geo.access import Passage, barrier_passage, passages
from geo.access_table import read_access
from geo.errors import BadAccessTableError
from geo.speed_limits import limit_kph, limits_kph

FILE = Path(__file__).parents[2] / "data" / "catalogue" / "access.toml"
ACCESS = read_access(FILE)
SHUT, ENDS, OPEN = Passage.CLOSED, Passage.ENDS, Passage.OPEN
BOTH = dict.fromkeys(("walk", "ebike", "drive"), (OPEN, OPEN))


def rated(tags: dict[str, str]) -> tuple[dict[str, tuple[Passage, Passage]], list[str]]:
    unread: list[str] = []
    found = {}
    for name, rule in ACCESS.profiles.items():
        way = passages(tags, rule, ACCESS, lambda key, value: unread.append(f"{key}={value}"))
        found[name] = (way.forward, way.backward)
    return found, unread


def both(walk: Passage, ebike: Passage, drive: Passage) -> dict[str, tuple[Passage, Passage]]:
    return {"walk": (walk, walk), "ebike": (ebike, ebike), "drive": (drive, drive)}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("highway=residential", BOTH),
        ("highway=motorway", both(SHUT, SHUT, OPEN) | {"drive": (OPEN, SHUT)}),
        ("highway=trunk", both(SHUT, SHUT, OPEN)),
        ("highway=trunk foot=yes", both(OPEN, SHUT, OPEN)),  # own tags win over the class
        ("highway=trunk sidewalk=both", both(OPEN, SHUT, OPEN)),
        ("highway=trunk sidewalk:left=yes", both(OPEN, SHUT, OPEN)),
        ("highway=trunk sidewalk=no", both(SHUT, SHUT, OPEN)),
        ("highway=trunk bicycle=designated", both(SHUT, OPEN, OPEN)),
        ("highway=trunk cycleway:right=lane", both(SHUT, OPEN, OPEN)),
        ("highway=primary motorroad=yes", both(SHUT, SHUT, OPEN)),
        ("highway=primary motorroad=yes foot=yes", both(OPEN, SHUT, OPEN)),
        ("highway=footway", both(OPEN, ENDS, SHUT)),
        ("highway=footway bicycle=no", both(OPEN, SHUT, SHUT)),
        ("highway=footway bicycle=yes", both(OPEN, OPEN, SHUT)),
        ("highway=footway access=yes", both(OPEN, ENDS, SHUT)),  # says nothing about wheels
        ("highway=pedestrian motor_vehicle=delivery", both(OPEN, ENDS, ENDS)),
        ("highway=steps bicycle=yes", both(OPEN, SHUT, SHUT)),
        ("highway=cycleway foot=no", both(SHUT, OPEN, SHUT)),
        ("highway=track motorcar=yes", both(OPEN, OPEN, OPEN)),
        ("highway=service access=private", both(ENDS, ENDS, ENDS)),
        ("highway=service access=private foot=yes", both(OPEN, ENDS, ENDS)),
        ("highway=service vehicle=private;delivery", both(OPEN, ENDS, ENDS)),
        ("highway=service vehicle=no;destination", both(OPEN, ENDS, ENDS)),  # of a list the widest counts
        ("highway=service access=permit", both(ENDS, ENDS, ENDS)),
        ("highway=service access=no", both(SHUT, SHUT, SHUT)),
        ("highway=service access=no bicycle=yes", both(SHUT, OPEN, SHUT)),
        ("highway=service service=emergency_access", both(OPEN, SHUT, SHUT)),
        ("highway=residential motor_vehicle=destination", both(OPEN, OPEN, ENDS)),
        ("highway=residential motor_vehicle=no", both(OPEN, OPEN, SHUT)),
        ("highway=residential access=discouraged", both(ENDS, ENDS, ENDS)),
        ("highway=secondary bicycle=use_sidepath", both(OPEN, ENDS, OPEN)),
        ("highway=secondary foot=use_sidepath", both(ENDS, OPEN, OPEN)),
        ("highway=footway area=yes", both(SHUT, SHUT, SHUT)),
        ("highway=pedestrian area=yes", both(OPEN, ENDS, SHUT)),
        ("highway=construction", both(SHUT, SHUT, SHUT)),
    ],
)
def test_who_may_pass(tags: str, expected: dict[str, tuple[Passage, Passage]]) -> None:
    found, unread = rated(dict(tag.split("=") for tag in tags.split()))
    assert found == expected
    assert unread == []


@pytest.mark.parametrize(
    ("tags", "ebike", "drive"),
    [
        ("oneway=yes", (OPEN, ENDS), (OPEN, SHUT)),  # an e-bike is pushed against the traffic
        ("oneway=-1", (ENDS, OPEN), (SHUT, OPEN)),
        ("oneway=no junction=roundabout", (OPEN, OPEN), (OPEN, OPEN)),
        ("junction=roundabout", (OPEN, ENDS), (OPEN, SHUT)),
        ("oneway=yes oneway:bicycle=no", (OPEN, OPEN), (OPEN, SHUT)),
        ("oneway=yes cycleway:left=opposite_lane", (OPEN, OPEN), (OPEN, SHUT)),
        ("oneway=yes cycleway:right:oneway=no", (OPEN, OPEN), (OPEN, SHUT)),
        ("oneway=no oneway:motor_vehicle=yes", (OPEN, OPEN), (OPEN, SHUT)),
        ("motor_vehicle:backward=no", (OPEN, OPEN), (OPEN, SHUT)),
        ("bicycle:forward=no", (SHUT, OPEN), (OPEN, OPEN)),
        ("oneway=alternating", (OPEN, OPEN), (OPEN, OPEN)),
    ],
)
def test_one_ways_by_profile(
    tags: str, ebike: tuple[Passage, Passage], drive: tuple[Passage, Passage]
) -> None:
    found, _ = rated({"highway": "tertiary"} | dict(tag.split("=") for tag in tags.split()))
    assert found == {"walk": (OPEN, OPEN), "ebike": ebike, "drive": drive}


@pytest.mark.parametrize(
    ("tags", "expected", "told"),
    [
        ({"oneway": "reversible"}, both(OPEN, ENDS, ENDS), "oneway=reversible"),
        ({"oneway": "perhaps"}, BOTH, "oneway=perhaps"),
        ({"access": "unknown"}, BOTH, "access=unknown"),
        ({"oneway:conditional": "no @ (18:00-06:00)"}, BOTH, "oneway:conditional=no @ (18:00-06:00)"),
        ({"motor_vehicle:conditional": "no @ (Mo-Fr)"}, BOTH, "motor_vehicle:conditional=no @ (Mo-Fr)"),
    ],
)
def test_what_is_not_understood_is_told(
    tags: dict[str, str], expected: dict[str, tuple[Passage, Passage]], told: str
) -> None:
    found, unread = rated({"highway": "residential"} | tags)
    assert found == expected
    assert told in unread


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"barrier": "bollard"}, (OPEN, OPEN, SHUT)),
        ({"barrier": "bollard", "motor_vehicle": "destination"}, (OPEN, OPEN, ENDS)),
        ({"barrier": "gate"}, (OPEN, OPEN, OPEN)),
        ({"barrier": "gate", "access": "private"}, (ENDS, ENDS, ENDS)),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, (OPEN, ENDS, ENDS)),
        ({"barrier": "gate", "access": "no"}, (SHUT, SHUT, SHUT)),
        ({"barrier": "gate", "locked": "yes"}, (ENDS, ENDS, ENDS)),
        ({"barrier": "stile"}, (OPEN, SHUT, SHUT)),
        ({"barrier": "unheard_of"}, (OPEN, OPEN, OPEN)),
    ],
)
def test_barriers_on_nodes(tags: dict[str, str], expected: tuple[Passage, ...]) -> None:
    unread: list[str] = []
    rules = ACCESS.profiles.values()
    tell = lambda key, value: unread.append(f"{key}={value}")  # noqa: E731
    assert tuple(barrier_passage(tags, rule, ACCESS, tell) for rule in rules) == expected
    assert set(unread) == ({"barrier=unheard_of"} if tags["barrier"] == "unheard_of" else set())


@pytest.mark.parametrize(
    ("text", "kph"),
    [
        ("50", 50), ("50 km/h", 50), ("50kmh", 50), ("30 mph", 48.28), ("10 knots", 18.52), ("7,5", 7.5), ("walk", 7),
        ("none", 130), ("DE:urban", 50), ("de:rural", 100), ("DE:30", 30), ("DE:zone:30", 30), ("urban", 50),
        ("50;30", 30), ("60 | 40", 40), ("0", None), ("-5", None), ("999", None), ("signals", None), ("variable", None),
        ("XX:urban", None), ("fast", None), ("", None), ("50;fast", None), ("1e9", None), ("nan", None),
    ],
)  # fmt: skip
def test_speed_limits_in_every_form(text: str, kph: float | None) -> None:
    found = limit_kph(text, ACCESS.limits, ACCESS.nations, "CN")
    assert found == (None if kph is None else pytest.approx(kph, abs=0.01))


def test_a_limit_by_direction_and_by_kind_wins() -> None:
    tags = {"maxspeed": "50", "maxspeed:forward": "30", "maxspeed:motorcar": "40"}
    unread: list[str] = []
    found = limits_kph(tags, ACCESS.limits, ACCESS.nations, "", lambda key, value: unread.append(key + value))
    assert found == (40, 40)
    del tags["maxspeed:motorcar"]
    assert limits_kph(tags, ACCESS.limits, ACCESS.nations, "", lambda *_: None) == (30, 50)
    assert unread == []


def test_a_profile_to_come_needs_an_entry_alone(tmp_path: Path) -> None:
    table = tmp_path / "access.toml"
    elder = FILE.read_text("utf-8").split("[profiles.walk]")[1].split("[profiles.ebike]")[0]
    elder = elder.replace('"steps",', "").replace("speed_kph = 4.8", "speed_kph = 2.9")
    table.write_text(FILE.read_text("utf-8") + "\n[profiles.elder]" + elder, "utf-8")
    read = read_access(table)
    assert list(read.profiles) == ["walk", "ebike", "drive", "elder"]
    way = passages({"highway": "steps"}, read.profiles["elder"], read, lambda *_: None)
    assert way == (SHUT, SHUT, "highway=steps")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("speed_kph = 4.8", "", "profiles.walk lacks speed_kph"),
        ("speed_kph = 4.8", "speed_kph = 0", "profiles.walk: speed_kph is 0"),
        ("speed_kph = 4.8", "speed_kph = 4.8\npace = 3", "profiles.walk has pace"),
        ('keys = ["access", "foot"]', 'keys = "foot"', "profiles.walk.keys is 'foot'"),
        ('if_told = ["motorway",', 'if_told = ["path", "motorway",', "path in open and in if_told"),
        ('bollard = { closed = ["drive"] }', 'bollard = { closed = ["tram"] }', "names tram"),
        ('bollard = { closed = ["drive"] }', 'bollard = "shut"', "barriers.bollard is 'shut'"),
        ("lowest_kph = 3", "lowest_kph = 300", "lowest_kph must be"),
        ('backward = ["-1", "reverse"]', 'backward = ["-1", "yes"]', "oneway has yes twice"),
        ("box = [9.47, 47.04, 9.64, 47.28]", "box = [9.64, 47.04, 9.47, 47.28]", "nations.LI.box"),
        ("[limits.words]", "[limits.words", "is no TOML"),
    ],
)
def test_a_table_with_a_hole_names_the_entry(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = FILE.read_text("utf-8")
    assert old in text
    table = tmp_path / "access.toml"
    table.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadAccessTableError, match=says) as told:
        read_access(table)
    assert "access.toml" in str(told.value)
