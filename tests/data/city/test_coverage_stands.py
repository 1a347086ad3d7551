"""Residents and ground joined to the streets take the times that the road engine tells."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from street_cases import Town, towns

from data.city.stands import stand
from geo.hierarchy import Hierarchy
from geo.place import LonLat
from geo.places import PlaceIndex
from geo.reach import Reach, coverage
from geo.site import arrivals, departures
from geo.streets import Streets


@settings(max_examples=60, deadline=None)
@given(town=towns(), east=st.floats(0, 0.007), west=st.floats(0, 0.007), inbound=st.booleans())
def test_minutes_of_a_point_are_those_of_the_engine(
    town: Town, east: float, west: float, *, inbound: bool
) -> None:
    network = town.network()
    hierarchy = Hierarchy.build(network)
    index = PlaceIndex(Streets(network), hierarchy, reach_m=5000)
    source, home = LonLat(120.0 + east, 30.0002), LonLat(120.0 + west, 30.0003)
    ends = (departures if inbound else arrivals)(index.site(source), network, network.weight_ms)
    travel, _ = coverage(
        hierarchy, [node for node, _, _ in ends], inbound=inbound, cost_ms=[cost for _, cost, _ in ends]
    )
    stands = stand(index, np.array([home.lon]), np.array([home.lat]))
    minutes = stands.minutes(Reach(travel.astype(np.int64)), inbound=inbound)[0]
    a, b = (source, home) if inbound else (home, source)
    site_a, site_b = index.site(a), index.site(b)
    if site_a.arc in (site_b.arc, site_b.twin):
        return  # along one street the engine knows a shorter way
    expected = index.travel_ms(a, b)
    if expected is None:
        assert np.isinf(minutes)
    else:
        assert abs(minutes * 60_000 - expected) <= 2
