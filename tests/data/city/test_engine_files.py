"""The engine folder: damaged, foreign, old or outdated hierarchies are noticed and built again."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import numpy as np
import pytest

from data.city.engine import RoadEngine, save_networks
from data.errors import NotSetUpError
from dispatch.item import PROFILES
from geo import roads
from geo.archive import read_archive, write_archive
from geo.hierarchy import FILE_VERSION, Hierarchy
from geo.place import LonLat
from geo.roads import RoadNetwork
from tests.conftest import NOW

HERE, THERE = LonLat(120.2001, 30.3), LonLat(120.2019, 30.3)


def line(weight_ms: int, nodes: int = 3) -> RoadNetwork:
    """A straight street of 96 m blocks, both ways."""
    tail = np.repeat(np.arange(nodes), 2)[1:-1]
    head = np.arange(nodes - 1)[:, None] + [1, 0]
    first_out = np.append(0, np.cumsum(np.bincount(tail, minlength=nodes)))
    lon = 120.2 + np.arange(nodes) * 1e-3
    return RoadNetwork(first_out, head.ravel(), np.full(len(tail), weight_ms), lon, np.full(nodes, 30.3))


def travel_ms(folder: Path) -> int | None:
    return RoadEngine(folder, (), UTC, lambda: NOW).indexes["walk"].travel_ms(HERE, THERE)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def of_another_version(path: Path) -> None:
    arrays, facts = read_archive(path, "hierarchy", FILE_VERSION)
    write_archive(path, "hierarchy", FILE_VERSION + 1, arrays, facts)


def of_another_extract(path: Path) -> None:
    Hierarchy.build(line(5000, nodes=9)).save(path)


def at_other_speeds(path: Path) -> None:
    Hierarchy.build(line(5000)).save(path)


@pytest.mark.parametrize("spoil", [Path.unlink, cut, of_another_version, of_another_extract, at_other_speeds])
def test_a_hierarchy_that_does_not_fit_is_built_again(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    save_networks(tmp_path, dict.fromkeys(PROFILES, line(60_000)))
    kept = tmp_path / "walk.hierarchy"
    right, content = travel_ms(tmp_path), kept.read_bytes()
    assert right == pytest.approx(1.8 * 60_000, rel=0.01)
    spoil(kept)
    assert travel_ms(tmp_path) == right
    assert kept.read_bytes() == content


def test_with_little_memory_the_answers_are_the_same(tmp_path: Path) -> None:
    save_networks(tmp_path, dict.fromkeys(PROFILES, line(60_000)))
    engine = RoadEngine(tmp_path, (), UTC, lambda: NOW, row_bytes=0)
    assert engine.indexes["walk"].travel_ms(HERE, THERE) == travel_ms(tmp_path)
    assert engine.indexes["walk"].router.hierarchy.metric.rows_up.size == 0


def test_networks_of_an_earlier_layout_say_what_to_do(tmp_path: Path) -> None:
    save_networks(tmp_path, dict.fromkeys(PROFILES, line(60_000)))
    path = tmp_path / "walk.roads"
    arrays, facts = read_archive(path, "road network", roads.FILE_VERSION)
    write_archive(path, "road network", roads.FILE_VERSION - 1, arrays, facts)
    with pytest.raises(NotSetUpError, match="run 'jinlin district build' with the extract"):
        RoadEngine(tmp_path, (), UTC, lambda: NOW)
