"""In which order to go to the places of orders in hand: always to the nearest one next, by road."""

from collections.abc import Callable, Mapping

from geo.place import LonLat


def in_road_order(
    start: LonLat, places: Mapping[str, LonLat], leg_s: Callable[[LonLat, str], float | None]
) -> list[tuple[str, float | None]]:
    """Put orders in the order in which they are passed when the nearest is always next.

    Parameters
    ----------
    start : LonLat
        Where one sets out.
    places : Mapping of str to LonLat
        Of the orders, by number; empty for none.
    leg_s : callable
        Tells the seconds by road from a place to that of an order; None without a way.

    Returns
    -------
    list of (str, float or None)
        Each number with the seconds from the place before; those without a way are last.
    """
    left, here, found = dict(places), start, list[tuple[str, float | None]]()
    while left:
        legs = {no: leg_s(here, no) for no in left}
        no, seconds = min(legs.items(), key=lambda one: (one[1] is None, one[1] or 0.0, one[0]))
        found.append((no, seconds))
        place = left.pop(no)
        here = here if seconds is None else place
    return found
