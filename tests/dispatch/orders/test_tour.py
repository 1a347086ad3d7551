"""In which order to go: the nearest next, those without a way last."""

from dispatch.orders.tour import in_road_order
from geo.place import LonLat

SHOP = LonLat(0.0, 0.0)


def on_a_line(start: LonLat, places: dict[str, LonLat], no: str) -> float | None:
    return None if places[no].lat else abs(places[no].lon - start.lon) * 60


def test_the_nearest_is_next_and_who_cannot_be_reached_is_last() -> None:
    places = {"a": LonLat(5, 0), "b": LonLat(2, 0), "c": LonLat(1, 1), "d": LonLat(-1, 0)}
    found = in_road_order(SHOP, places, lambda start, no: on_a_line(start, places, no))
    assert found == [("d", 60.0), ("b", 180.0), ("a", 180.0), ("c", None)]
    assert in_road_order(SHOP, {}, lambda _start, _no: 0.0) == []
