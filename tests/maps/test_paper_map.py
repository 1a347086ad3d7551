"""The map on paper: whole, in classes that do not overlap, the same at every call."""

import re
import xml.etree.ElementTree as ET

from shapely.geometry import MultiPolygon, Polygon, box

from api.pages.report_pictures import whole_edges
from maps.facts import CellShape
from maps.paper import UNKNOWN, area_map
from maps.style import amount_colour

HOLED = Polygon(box(120.0, 30.0, 120.1, 30.1).exterior, [box(120.04, 30.04, 120.06, 30.06).exterior])
TWO = MultiPolygon([box(120.1, 30.0, 120.2, 30.1), box(120.22, 30.0, 120.25, 30.1)])


def drawn(value: float | None = 3.0) -> str:
    cells = [CellShape(id="a", name="", shape=HOLED, value=value), CellShape(id="b", name="", shape=TWO)]
    outline = CellShape(id="s", name="甲 & <乙>街道", shape=box(120.0, 30.0, 120.25, 30.1))
    return area_map(cells, [outline], (2.0,), "Noto Sans CJK SC")


def test_every_ring_lies_on_the_sheet_and_names_are_text() -> None:
    svg = drawn()
    assert svg == drawn()
    root = ET.fromstring(svg)
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    paths = [each.attrib for each in root if each.tag.endswith("path")]
    assert [each["d"].count("M") for each in paths] == [2, 2, 1]
    for each in paths:
        for x, y in re.findall(r"([\d.]+) ([\d.]+)", each["d"]):
            assert 0 <= float(x) <= wide
            assert 0 <= float(y) <= high
    assert [each["fill"] for each in paths] == [amount_colour(3, (2.0,)), UNKNOWN, "none"]
    assert {each.text for each in root if each.tag.endswith("text")} == {"甲 & <乙>街道"}
    assert drawn(None).count(UNKNOWN) == 2


def test_few_numbers_are_a_class_each_and_many_are_parted() -> None:
    assert whole_edges([]) == ()
    assert whole_edges([1, 1, 2, 4]) == (2, 4)
    edges = whole_edges([float(n) for n in range(1, 101)])
    assert edges == tuple(sorted(set(edges)))
    assert all(edge == int(edge) for edge in edges)
    assert len({amount_colour(low, edges) for low in (1, *edges)}) == len(edges) + 1
