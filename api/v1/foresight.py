"""What an intake would become, told before anything is kept."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from api.access import KEEPERS, STAFF
from api.roles import actor_of
from api.v1.callers import Known
from api.views.intake import meaning_view, offer_view
from api.views.shape import plain
from api.world import World
from data.queries.tastes import tastes_of
from data.queries.tickets import sightings
from data.registers.businesses import Whose, businesses
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from dispatch.matching.candidates import Match
from dispatch.matching.wishes import CallerWish
from dispatch.orders import life
from dispatch.orders.order import OPEN_STATES, Order
from dispatch.resident import masked_contact
from dispatch.sayings import Meaning, Wanted
from geo.place import LonLat
from grid.account import Account
from grid.tickets import ticket as tickets_of
from grid.tickets.duplicates import Sighting, like_cases
from grid.tickets.ticket import Report

OFFERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was understood of a form; ``chosen`` when the code was chosen by hand and the words say something else."""

    kind: Wanted | None
    code: str
    known: Known
    meant: tuple[Meaning, ...]
    chosen: bool
    place: LonLat | None
    wanted_at: datetime | None
    max_price_fen: int | None
    wishes: tuple[CallerWish, ...]
    text: str
    channel: str


def foresee(world: World, account: Account, wish: Wish) -> dict[str, Any]:
    """Tell what a wish would become.

    Raises
    ------
    UnknownItemError, UnknownCategoryError, OutsideDistrictError
        As keeping it would.
    """
    now, known = world.clock(), wish.known
    is_keeper = account.role in KEEPERS
    body: dict[str, Any] = {
        "kind": wish.kind,
        "code": wish.code,
        "meanings": [meaning_view(world, one) for one in wish.meant],
        "lacks": lacking(account, wish),
        "resident": known.resident.no if known.resident else "",
        "contact": plain(masked_contact(known.contact), world.zone) if known.contact and is_keeper else None,
        "like": [],
        "orders": [],
        "promise": None,
        "offers": [],
        "unmet_cause": "",
    }
    if wish.kind == "question":
        limit, worktime = world.catalogue.intake.questions.limit, world.catalogue.rulebook.worktime
        return body | {"promise": _promise(world, answer_by=worktime.run(now, limit)[-1].end)}
    if wish.kind == "report":
        return body | _of_report(world, account, wish, now)
    return body | _of_order(world, account, wish, now) if wish.kind == "order" else body


def lacking(account: Account, wish: Wish) -> list[str]:
    """Name what still has to be asked for; what is known already is not."""
    known, lacks = wish.known, []
    if wish.kind is None:
        lacks.append("code")
    if known.resident is None and not known.contact:
        lacks += ["name", "phone"]
    elif known.contact and not known.contact.name:
        lacks.append("name")
    if wish.place is None and wish.kind in ("order", "report"):
        lacks.append("lon")
    if wish.kind == "question" and not wish.text:
        lacks.append("text")
    needs_nobody = account.user and wish.kind != "order" and "phone" in lacks
    return [field for field in lacks if not (needs_nobody and field in ("name", "phone"))]


def _promise(world: World, **told: Any) -> dict[str, Any]:  # noqa: ANN401 - times and names
    empty = {"department_name": "", "answer_by": None, "arrive_by": None, "done_by": None}
    shown: dict[str, Any] = plain(empty | told, world.zone)
    return shown


def _of_report(world: World, account: Account, wish: Wish, now: datetime) -> dict[str, Any]:
    """Tell who would answer for a report and until when, and which cases are like it."""
    rulebook = world.catalogue.rulebook
    category = rulebook.category(wish.code)
    if wish.place is None:
        return {}
    cell = world.city.locate(wish.place).cell
    new = Report(no="", category=wish.code, place=wish.place, cell=cell, channel=wish.channel)
    ticket = tickets_of.report(new, actor_of(account), rulebook, now).ticket
    promise = _promise(
        world, department_name=world.city.department_name(ticket.department), done_by=ticket.promised_at
    )
    if account.role not in STAFF and category.code not in rulebook.public_categories():
        return {"promise": promise}
    with world.database.read() as session:
        others = sightings(session, wish.code, wish.place, now, rulebook)
    seen = Sighting(no="", category=wish.code, place=wish.place, reported_at=now)
    settings = rulebook.settings
    like = like_cases(seen, others, settings.like_case_radius_m, settings.like_case_span)
    return {"promise": promise, "like": plain(like, world.zone)}


def _of_order(world: World, account: Account, wish: Wish, now: datetime) -> dict[str, Any]:
    """Tell until when somebody would come, who could, and which orders of the same are open."""
    item = world.city.item(wish.code)
    if wish.wanted_at is not None and wish.wanted_at < now:
        raise BadFieldError("wanted_at", wish.wanted_at.isoformat(), "give a time to come")
    found: dict[str, Any] = {"orders": _open_orders(world, account, wish)}
    if world.catalogue.alarms.asked_by(item.code) is not None:
        return found
    box = world.city.district.box  # the promise does not depend on where
    place = wish.place or LonLat((box.west + box.east) / 2, (box.south + box.north) / 2)
    order = Order(
        no="",
        item=item.code,
        state=world.catalogue.order_lifecycle.initial,
        channel=wish.channel,
        created_at=now,
        place=place,
        wanted_at=wish.wanted_at,
        max_price_fen=wish.max_price_fen,
        wishes=wish.wishes,
        cell="",
    )
    placed, _ = life.place_order(order, item, Action(name="place", by=actor_of(account)), now)
    found["promise"] = _promise(world, arrive_by=placed.arrive_due_at, done_by=placed.complete_due_at)
    if wish.place is not None:
        match = offers_for(world, replace(placed, cell=world.city.locate(wish.place).cell), wish.known, now)
        found["offers"] = [offer_view(world, one, now) for one in match.candidates]
        found["unmet_cause"] = match.unmet_cause
    return found


def offers_for(world: World, order: Order, known: Known, now: datetime) -> Match:
    """Find who could come for an order, in the same order for whoever asks by whatever door."""
    with world.database.read() as session:
        tastes = tastes_of(session, known.resident.no if known.resident else "")
    return world.city.offers(order, now, OFFERS, tastes)


def _open_orders(world: World, account: Account, wish: Wish) -> list[dict[str, Any]]:
    """List the orders of the same item for the same person that are not finished."""
    resident, contact = wish.known.resident, wish.known.contact
    if account.role not in KEEPERS and not (resident and account.resident == resident.no):
        return []
    whose = Whose(resident=resident.no if resident else "", phones=(contact.phone,) if contact else ())
    if not whose.resident and not whose.phones:
        return []
    with world.database.read() as session:
        rows = businesses(session, whose, account.actor(), world.scheme)
    labels = world.catalogue.order_lifecycle.labels
    open_states = {"placed", "located", *OPEN_STATES}
    return [
        plain({"no": row.no, "at": row.at, "state_name": labels.get(row.state, row.state)}, world.zone)
        for row in rows
        if row.kind == "order" and row.what == wish.code and row.state in open_states
    ]
