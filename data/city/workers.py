"""Grid workers: where they were seen last, how many visits they have open, who is nearest to a place."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.city.city import City
from data.models import AccountRow, EventRow, TicketRow
from dispatch.positions import age_s
from dispatch.providers.provider import Provider
from geo.errors import NoStreetError
from geo.place import LonLat, distance_m
from grid.tickets.verification import Choice, FieldWorker, PlaceFrom, ranked

SEEN_WITHIN = timedelta(hours=2)
ASKED_OF_ROADS = 12
ON_THE_SPOT = ("pass", "fail", "verify", "reported")


def field_workers(session: Session, city: City, now: datetime, sharing: Collection[str]) -> list[FieldWorker]:
    """List the active grid workers with a place.

    That of the fresh position of those who are ``sharing``, else of their last deed on the spot, else the middle of their
    patch.
    """
    accounts = select(AccountRow).where(AccountRow.role == "worker", AccountRow.active, AccountRow.area != "")
    visits = _open_visits(session)
    seen, told = _last_seen(session, now), city.people.fresh(sharing, now)
    found = []
    for account in session.scalars(accounts.order_by(AccountRow.user)):
        source: PlaceFrom = "deed"
        at, place = seen.get(account.user, (None, None))
        live = told.get(account.user)
        if live is not None and (at is None or at <= live.at):
            source, at, place = "position", live.at, live.place
        if place is None:
            source, place = "cell", middle_of(city, account.area)
        if place is not None:
            found.append(
                FieldWorker(
                    user=account.user,
                    name=account.name,
                    place=place,
                    place_from=source,
                    seen_at=at,
                    visits=visits.get(account.user, 0),
                )
            )
    return found


def nearest_workers(
    session: Session, city: City, place: LonLat, now: datetime, most: int, sharing: Collection[str] = ()
) -> list[Choice]:
    """Rank the grid workers who could look at a place: the free first, the nearest by road before the others.

    Those nearest in a straight line are asked of the roads, and of those who are ``sharing`` their positions the nearest
    by road; empty when the district has no workers.
    """
    settings = city.catalogue.rulebook.settings
    workers = field_workers(session, city, now, sharing)
    workers.sort(key=lambda w: (w.visits >= settings.most_visits, distance_m(w.place, place), w.user))
    by_road = {one.user for one, _ in city.people.nearest(place, ASKED_OF_ROADS, sharing, now)}
    asked = [*workers[:ASKED_OF_ROADS], *(w for w in workers[ASKED_OF_ROADS:] if w.user in by_road)]
    choices = [
        Choice(
            user=w.user,
            name=w.name,
            travel_s=_walk_s(city, w.place, place, now),
            distance_m=round(distance_m(w.place, place), 1),
            visits=w.visits,
            free=w.visits < settings.most_visits,
            seen_at=w.seen_at,
            place_from=w.place_from,
            place_age_s=None if w.seen_at is None else age_s(w.seen_at, now),
        )
        for w in asked
    ]
    return ranked(choices)[:most]


def _walk_s(city: City, start: LonLat, end: LonLat, at: datetime) -> float | None:
    try:
        return city.engine.travel_s("walk", start, end, city.catalogue.local(at))
    except NoStreetError:
        return None


def _open_visits(session: Session) -> Mapping[str, int]:
    asked = select(TicketRow.worker, func.count()).where(
        TicketRow.state == "reported", TicketRow.visit_due_at.is_not(None)
    )
    return {user: int(n) for user, n in session.execute(asked.group_by(TicketRow.worker))}


def _last_seen(session: Session, now: datetime) -> Mapping[str, tuple[datetime, LonLat]]:
    """Tell where workers last did something on the spot, if lately."""
    query = (
        select(EventRow.by, EventRow.at, TicketRow.lon, TicketRow.lat)
        .join(TicketRow, TicketRow.no == EventRow.aggregate)
        .where(
            EventRow.kind == "ticket",
            EventRow.role == "worker",
            EventRow.name.in_(ON_THE_SPOT),
            EventRow.at > now - SEEN_WITHIN,
            EventRow.at <= now,
        )
        .order_by(EventRow.at)
    )
    return {by: (at, LonLat(lon, lat)) for by, at, lon, lat in session.execute(query)}


def middle_of(city: City, area: str) -> LonLat | None:
    """Return a place in the middle of an area, None for one that is not there."""
    shape = city.area_shapes.get(area)
    if shape is None:
        return None
    point = shape.representative_point()
    return LonLat(point.x, point.y)


def patches(city: City) -> list[Provider]:
    """Give the patches of grid workers as if each were a provider in the middle of its community; none without workers."""
    found = []
    for number, (worker, community) in enumerate(
        sorted({(cell.worker, cell.community) for cell in city.cells.values() if cell.worker}), 1
    ):
        middle = city.area_shapes[community].representative_point()
        found.append(
            Provider(id=-number, no=worker, name=worker, categories=(), place=LonLat(middle.x, middle.y))
        )
    return found
