"""Road networks: what is legal, what is refused, turning round, lengths, files."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from road_cases import all_distances, network_of, networks
from street_cases import Town

from geo.errors import BadNetworkError
from geo.roads import RoadNetwork

LONLAT = {"lon": [0.0, 1.0], "lat": [0.0, 1.0]}


def arrays(**changed: Any) -> dict[str, Any]:
    return {"first_out": [0, 1, 2], "head": [1, 0], "weight_ms": [5, 7], **LONLAT, **changed}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"first_out": []}, "first_out is empty"),
        ({"first_out": [0, 1]}, "entries rising from 0 to 2|has 2 entries"),
        ({"first_out": [0, 3, 2]}, "rising from 0 to 2"),
        ({"first_out": [1, 1, 2]}, "rising from 0 to 2"),
        ({"head": [1, 2]}, "outside 0 .. 1"),
        ({"head": [1, -1]}, "outside 0 .. 1"),
        ({"head": [[1, 0]]}, "2 dimensions"),
        ({"head": [1.0, 0.0]}, "whole numbers"),
        ({"weight_ms": [5]}, "1 entries for 2 arcs"),
        ({"weight_ms": [5, -1]}, "negative"),
        ({"weight_ms": [5, 2**40]}, "32 bits"),
        ({"lon": [0.0]}, "lon has 1 entries"),
        ({"lon": [0.0, np.nan]}, "no degree"),
        ({"lat": [0.0, 91.0]}, "no degree"),
        ({"geometry_first": [0, 0, 0]}, "together"),
        ({"geometry_first": [0, 0, 1], "geometry_lon": [], "geometry_lat": []}, "geometry_first"),
        ({"geometry_first": [0, 0, 1], "geometry_lon": [1.0], "geometry_lat": []}, "geometry_lat 0"),
        ({"geometry_first": [0, 0, 1], "geometry_lon": [1.0], "geometry_lat": [99.0]}, "no degree"),
        ({"street_name": [0]}, "street_name has 1"),
        ({"street_name": [0, 1], "names": ("甲路",)}, "outside the 1 names"),
    ],
)
def test_contradictions_are_refused_by_name(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(BadNetworkError, match=message):
        RoadNetwork(**arrays(**changed))


def test_the_smallest_networks_are_legal() -> None:
    assert RoadNetwork([0], [], [], [], []).node_count == 0
    lone = RoadNetwork([0, 0], [], [], [1.0], [2.0])
    assert (lone.node_count, lone.arc_count, len(lone.length_m)) == (1, 0, 0)


def test_arrays_cannot_be_changed_from_outside() -> None:
    weights = np.array([5, 7], np.int32)
    network = RoadNetwork(**arrays(weight_ms=weights))
    weights[0] = 99
    assert network.weight_ms[0] == 5
    with pytest.raises(ValueError, match="read-only"):
        network.weight_ms[0] = 1


@given(networks())
@settings(max_examples=60, deadline=None)
def test_turned_round_all_ways_run_backwards(network: RoadNetwork) -> None:
    turned = network.reversed()
    assert turned.arc_count == network.arc_count
    np.testing.assert_array_equal(all_distances(turned), all_distances(network).T)


def bent() -> RoadNetwork:
    """One street over two bends there, straight back."""
    return network_of(
        2,
        [(0, 1, 1000), (1, 0, 1000)],
        geometry_first=[0, 2, 2],
        geometry_lon=[120.21, 120.22],
        geometry_lat=[30.31, 30.32],
        street_name=[0, -1],
        names=("文一路",),
    )


def test_lengths_follow_the_bends() -> None:
    network = bent()
    lon, lat, first = network.polylines
    assert first.tolist() == [0, 4, 6]
    assert lon[:4].tolist() == [120.2, 120.21, 120.22, network.lon[1]]
    assert lat[4:].tolist() == [network.lat[1], 30.3]
    assert network.length_m[0] > 50 * network.length_m[1]


def test_turning_round_keeps_bends_and_names() -> None:
    turned = bent().reversed()
    assert turned.geometry_lon.tolist() == [120.22, 120.21]
    assert [turned.name_of(arc) for arc in range(2)] == ["", "文一路"]
    np.testing.assert_allclose(sorted(turned.length_m), sorted(bent().length_m))


def test_a_file_gives_the_network_back(tmp_path: Path) -> None:
    network = bent()
    network.save(tmp_path / "streets")
    loaded = RoadNetwork.load(tmp_path / "streets")
    assert loaded.fingerprint == network.fingerprint
    assert (loaded.names, loaded.profile) == (network.names, network.profile)
    for name in ("first_out", "head", "weight_ms", "lon", "lat", "geometry_lon", "street_name"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(network, name))
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("keep", [0, 5, 19, 30, 64, 200, -1])
def test_a_truncated_file_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "streets"
    bent().save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BadNetworkError, match="build it again"):
        RoadNetwork.load(path)


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "streets"
    path.write_bytes(b"PK\x03\x04" + bytes(500))
    with pytest.raises(BadNetworkError, match="no Jinlin engine file"):
        RoadNetwork.load(path)
    bent().save(path)
    damaged = bytearray(path.read_bytes())
    damaged[40] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(BadNetworkError, match="damaged header"):
        RoadNetwork.load(path)


def test_copies_are_closed_together_and_kept_in_the_file(tmp_path: Path) -> None:
    lane = Town(3, ((0, 1, 2, 2, 9), (1, 2, 1, 1, 9)), ())
    network = lane.network()
    arc = network.streets[-1:]
    assert len(network.copies(arc)) > 1
    assert network.copies(network.copies(arc)[:1]).tolist() == network.copies(arc).tolist()
    network.save(tmp_path / "lane.roads")
    again = RoadNetwork.load(tmp_path / "lane.roads")
    for name in ("street", "twin", "through", "has_doors", "place", "arrival"):
        assert np.array_equal(getattr(again, name), getattr(network, name))
    assert again.last_m == network.last_m
    with pytest.raises(BadNetworkError, match="cannot be turned round"):
        network.reversed()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("street", [0], "street has 1 entries for 4 arcs"),
        ("twin", [9, 9, 9, 9], "twin names something outside"),
        ("place", [0, 1, -7], "place names something outside"),
    ],
)
def test_copies_that_name_strangers_are_refused(field: str, value: list[int], says: str) -> None:
    plain = network_of(3, [(0, 1, 5), (1, 0, 5), (1, 2, 5), (2, 1, 5)])
    with pytest.raises(BadNetworkError, match=says):
        replace(plain, **{field: np.array(value)})
