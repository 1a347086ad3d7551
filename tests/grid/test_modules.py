"""Where modules are on: the smallest area that says so decides."""

from datetime import UTC, datetime

import pytest

from grid.area import CodeScheme
from grid.modules import Module, Modules, ModuleSwitch, switch_name

DISTRICT, STREET, COMMUNITY = "330102000000", "330102001000", "330102001002"
CELL, ELSEWHERE = "330102001002007", "330102002001001"
SINCE = datetime(2026, 11, 18, tzinfo=UTC)


def switched(**places: bool) -> Modules:
    module = Module(code="tv", name_zh="电视", name_en="TV", pages=("/tv",), kinds=("need",))
    switches = [
        ModuleSwitch(name=switch_name("tv", area), module="tv", area=area, on=on, since=SINCE)
        for area, on in ((name.removeprefix("a"), on) for name, on in places.items())
    ]
    return Modules((module,), {}, CodeScheme()).with_switches(switches)


@pytest.mark.parametrize(
    ("places", "found"),  # in the cell, in its street, elsewhere, anywhere
    [
        ({}, (True, True, True, True)),
        ({f"a{DISTRICT}": False}, (False, False, False, False)),
        ({f"a{DISTRICT}": False, f"a{STREET}": True}, (True, True, False, True)),
        ({f"a{STREET}": False, f"a{COMMUNITY}": True}, (True, False, True, True)),
        ({f"a{DISTRICT}": True, f"a{COMMUNITY}": False}, (False, True, True, True)),
    ],
)
def test_the_smallest_area_decides(places: dict[str, bool], found: tuple[bool, ...]) -> None:
    modules = switched(**places)
    in_areas = [modules.is_on("tv", area) for area in (CELL, STREET, ELSEWHERE)]
    assert (*in_areas, modules.is_on_within("tv", DISTRICT)) == found
    assert modules.is_on("kiosk", CELL)


def test_a_page_belongs_to_the_module_whose_address_it_begins_with() -> None:
    modules = switched(**{f"a{DISTRICT}": False})
    shown = [modules.shows(path, DISTRICT) for path in ("/tv", "/tv/news", "/tvs", "/desk")]
    assert shown == [False, False, True, True]
    assert modules.of_kind("need") == modules.modules[0]
    assert modules.of_kind("ticket") is None
