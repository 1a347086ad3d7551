"""Streets between junctions, beside OSMnx, and cut at barriers."""

from pathlib import Path

import numpy as np
import osmnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_osm import ACCESS, Map

from geo.osm import read_extract
from geo.osm_file import Way
from geo.street_graph import Trait, street_graph

PLAIN = Trait(((2, 5.0),), ((2, 5.0),), (-1, True))
ONE_WAY = Trait(((2, 5.0),), ((0, 0.0),), (-1, True))


def ways_of(*lines: str) -> list[Way]:
    return [
        Way(number, tuple(map(ord, line)), tuple((120 + ord(c) / 1000, 30.0) for c in line), {})
        for number, line in enumerate(lines)
    ]


@pytest.mark.parametrize(
    ("lines", "traits", "expected"),
    [
        (("abc",), (PLAIN,), {"ac"}),
        (("ab", "bc"), (PLAIN, PLAIN), {"ac"}),  # joined where nothing happens
        (("ab", "cb"), (PLAIN, PLAIN), {"ac"}),  # drawn towards each other
        (("ab", "bc"), (PLAIN, ONE_WAY), {"ab", "bc"}),
        (("ab", "bc"), (ONE_WAY, ONE_WAY), {"ac"}),
        (("ab", "cb"), (ONE_WAY, ONE_WAY), {"ab", "cb"}),
        (("abc", "dbe"), (PLAIN, PLAIN), {"ab", "bc", "db", "be"}),
        (("abca",), (PLAIN,), {"aa"}),  # a ring keeps its beginning
        (("abcbd",), (PLAIN,), {"ab", "bb", "bd"}),  # there and back
        ((), (), set()),
    ],
)
def test_where_stretches_begin_and_end(
    lines: tuple[str, ...], traits: tuple[Trait, ...], expected: set[str]
) -> None:
    graph = street_graph(ways_of(*lines), traits, keep=set(), barriers=set())
    letter = [chr(round((lon - 120) * 1000)) for lon in graph.lon.tolist()]
    ends = {letter[a] + letter[b] for a, b in zip(graph.tail.tolist(), graph.head.tolist(), strict=True)}
    assert {min(e, e[::-1]) for e in ends} == {min(e, e[::-1]) for e in expected}


def test_a_barrier_takes_every_street_apart() -> None:
    graph = street_graph(ways_of("abc", "dbe"), (PLAIN, PLAIN), keep=set(), barriers={ord("b")})
    assert len(graph.gates) == 3
    assert all(ref == ord("b") for _, _, ref in graph.gates)
    places = {
        round((lon - 120) * 1000) for lon in graph.lon[[node for gate in graph.gates for node in gate[:2]]]
    }
    assert places == {ord("b")}


def test_a_wanted_corner_stays() -> None:
    graph = street_graph(ways_of("abc"), (PLAIN,), keep={ord("b"), ord("z")}, barriers=set())
    assert len(graph.tail) == 2
    assert graph.node_of.keys() == {ord("b")}
    assert graph.way_at_tail.tolist() == [0, 0]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_osmnx_finds_the_same_junctions_and_lengths(tmp_path: Path, data: st.DataObject) -> None:
    letters = "abcdefghijkl"
    drawn = Map(**{letter: (i % 4, i // 4) for i, letter in enumerate(letters)})
    line = st.lists(st.sampled_from(letters), min_size=2, max_size=5, unique=True).map("".join)
    for letters_of_way in data.draw(st.lists(line, min_size=1, max_size=6)):
        drawn.way(letters_of_way, highway="residential")
    path = tmp_path / "map.osm"
    path.write_text(drawn.text(), "utf-8")
    graph = osmnx.graph_from_xml(path, bidirectional=True, simplify=False, retain_all=True)
    if any(graph.number_of_edges(*edge[:2]) > 1 for edge in graph.edges):
        return  # one street drawn twice: OSMnx takes its middle for a junction
    theirs = osmnx.simplify_graph(graph, remove_rings=False)
    ours = read_extract(path, ACCESS).networks["walk"]
    lengths_m = sum(length for _, _, length in theirs.edges(data="length"))
    assert ours.length_m[ours.streets].sum() == pytest.approx(lengths_m, rel=1e-6)
    rings = sum(1 for node in theirs.nodes if theirs.degree(node) == 2 * theirs.number_of_edges(node, node))
    assert abs(ours.node_count - theirs.number_of_nodes()) <= rings
    assert np.all(ours.length_m > 0)
