"""What actions do to an order beside the state it comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action
from dispatch.orders.order import (
    AGENTS,
    HOWS,
    UNMET_CAUSES,
    VISIT_CAUSES,
    WHO,
    Order,
    ceiling_fen,
    is_by_rules,
)
from dispatch.orders.rules import OrderRules, Scene
from geo.place import LonLat, distance_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One action while it is decided: by which rules, what is known beside, and when."""

    action: Action
    rules: OrderRules
    scene: Scene
    now: datetime

    @property
    def fields(self) -> Mapping[str, Any]:
        """What was given with the action."""
        return self.action.fields

    @property
    def heard(self) -> bool:
        """Whether somebody of the desk tells what another did or said."""
        return self.action.by.role in AGENTS


TOGETHER = "together"
"""How a provider was chosen by the plan of all that waits, which may pass over whom one order alone would have first."""
LEFT = {"decline": "declined", "give_up": "declined", "lapse": "late"}
"""Why whom the rules gave an order has it no more, by the action; any other takes it back."""


def flagged(order: Order, **signs: bool) -> Order:
    """Return an order with the flags of the signs that hold, each once."""
    new = tuple(name for name, holds in signs.items() if holds and name not in order.flags)
    return replace(order, flags=(*order.flags, *new))


def _stand_in(order: Order, deed: Deed) -> Order:
    """Note who of the desk tells a step in the provider's place."""
    user = deed.action.by.user
    if not deed.heard or user in order.stood_in:
        return order
    return replace(order, stood_in=(*order.stood_in, user))


def _locate(order: Order, deed: Deed) -> Order:
    fields = deed.fields
    place = LonLat(float(fields["lon"]), float(fields["lat"]))
    return replace(order, place=place, cell=str(fields.get("cell", order.cell)), place_quality="pointed")


def _take(order: Order, deed: Deed) -> Order:
    del deed
    if order.agent:
        raise NotPossibleError(f"{order.no} was taken by {order.agent} before")
    return order


def _ring_back(order: Order, deed: Deed) -> Order:
    """Keep the first time the resident was rung back, by the alarm's agent or with the news of who comes."""
    return replace(order, callback_at=order.callback_at or deed.now)


def _route(order: Order, deed: Deed) -> Order:
    """Hand the order to a party; the rules say why, the desk against them has to."""
    fields, party = deed.fields, str(deed.fields["department"])
    if party in order.parties_before:
        raise BadFieldError("department", party, "it had this order before; choose another one")
    if deed.heard and not fields.get("reason"):
        raise BadFieldError("reason", "", "say why the desk sends it elsewhere than the rule")
    price = deed.scene.published_fen
    given = replace(
        order,
        party=party,
        deputy=str(fields.get("deputy", "")),
        contacted_at=deed.now,
        price_fen=order.price_fen if price is None else price,
        quoted_fen=price,
        route_mode=str(fields.get("route_mode", order.route_mode)),
        route_rule=str(fields.get("route_rule", order.route_rule)),
        route_why="overruled" if deed.heard else str(fields.get("route_why", order.route_why)),
        offer_at=None,
    )
    return flagged(given, overruled=deed.heard)


def _recall(order: Order, deed: Deed) -> Order:
    """Take the order from whom the rules gave it."""
    del deed
    if not is_by_rules(order):
        raise NotPossibleError(f"the rules did not send {order.no}; a provider declines or gives up")
    return flagged(replace(order, deputy=""), overruled=True)


def _contact(order: Order, deed: Deed) -> Order:
    """Ask a provider, for the price that it publishes; a consent was to another one's.

    Whom the desk asks the rules have nothing more to do with. Whom it asks past better ones it has to say a reason for,
    unless the plan of all that waits says so.
    """
    provider = int(deed.fields["provider"])
    passed_over = deed.heard and bool(deed.fields.get("passed_over")) and deed.fields.get("how") != TOGETHER
    if passed_over and not str(deed.fields.get("reason") or "").strip():
        raise BadFieldError("reason", "", "others are proposed first; say why this one is sent")
    if not deed.heard and order.offer_at is None:
        raise NotPossibleError(f"the desk chooses whom to ask for {order.no}")
    if provider in order.declined_by:
        raise BadFieldError(
            "provider", provider, "this provider declined the order; choose another candidate"
        )
    price = deed.fields.get("price_fen", deed.scene.published_fen)
    asked = replace(
        order,
        provider=provider,
        contacted_at=deed.now,
        travel_s=deed.fields.get("travel_s"),
        price_fen=order.price_fen if price is None else price,
        quoted_fen=price,
        offers=order.offers if deed.heard else order.offers + 1,
        offer_at=None if deed.heard else deed.now,
    )
    return flagged(asked, passed_over=passed_over)


def _put_off(order: Order, deed: Deed) -> Order:
    """Ask nobody before a time, when whoever suits best opens."""
    return replace(order, offer_at=datetime.fromisoformat(str(deed.fields["until"])))


def _to_desk(order: Order, deed: Deed) -> Order:
    """Ask nobody more by rule: the desk has it, and is told why."""
    return replace(order, offer_at=None, route_why=str(deed.fields["route_why"]))


def _accept(order: Order, deed: Deed) -> Order:
    return flagged(replace(order, accepted_at=deed.now), shut=deed.heard and deed.scene.shut)


def _release(order: Order, deed: Deed) -> Order:
    """Free the provider who declined or gave up, and remember it so that it is not asked again.

    The news of who comes is out of date then, and whoever comes instead has a price of its own. Where the rules had
    asked it they ask the next one, unless the desk took the order back.
    """
    left = LEFT.get(deed.action.name)
    took_back = deed.action.name == "recall"
    declined = (
        order.declined_by if order.provider is None or took_back else (*order.declined_by, order.provider)
    )
    if is_by_rules(order):
        order = replace(
            order,
            party="",
            parties_before=(*order.parties_before, order.party) if order.party else order.parties_before,
            route_why=left or "recalled",
            offer_at=deed.now if order.offer_at is not None and left else None,
        )
    told, since = order.callback_at, order.accepted_at
    return replace(
        order,
        callback_at=None if told is not None and since is not None and told >= since else told,
        provider=None,
        declined_by=declined,
        contacted_at=None,
        accepted_at=None,
        departed_at=None,
        travel_s=None,
        quoted_fen=None,
        consent_fen=None,
        consent_by="",
        consent_how="",
        consented_at=None,
    )


def _consent(order: Order, deed: Deed) -> Order:
    """Record that somebody agreed to another price: who, how, when."""
    who, how = deed.fields["who"], deed.fields["how"]
    if who not in WHO:
        raise BadFieldError("who", who, "who agreed is " + ", ".join(WHO))
    if how not in HOWS:
        raise BadFieldError("how", how, "ways to agree are " + ", ".join(HOWS))
    price = _price(deed.fields["price_fen"])
    return replace(order, consent_fen=price, consent_by=who, consent_how=how, consented_at=deed.now)


def _depart(order: Order, deed: Deed) -> Order:
    return flagged(replace(order, departed_at=deed.now), no_call_back=order.callback_at is None)


def _arrive(order: Order, deed: Deed) -> Order:
    """Check in; far from where the service is done, or sooner than anybody can be there, is looked at."""
    limits, fields, scene, now = deed.rules.evidence, deed.fields, deed.scene, deed.now
    away = None
    if scene.spot is not None and fields.get("lon") is not None and fields.get("lat") is not None:
        away = round(distance_m(LonLat(float(fields["lon"]), float(fields["lat"])), scene.spot), 1)
    set_out, way_s = order.departed_at or order.accepted_at, order.travel_s
    soon = scene.travels and set_out is not None and way_s is not None
    early = order.wanted_at is not None and now < order.wanted_at - limits.early
    return flagged(
        replace(order, arrived_at=now, check_in_m=away),
        no_position=away is None and (scene.spot is not None or not order.party),
        far=away is not None and away > limits.check_in_m,
        early=early,
        too_soon=soon and (now - set_out).total_seconds() < limits.least_way * way_s,  # type: ignore[operator]  # both known
    )


def _fail_visit(order: Order, deed: Deed) -> Order:
    """Keep why a visit failed; who says so is checked in like who arrives."""
    cause = deed.fields["visit_cause"]
    if cause not in VISIT_CAUSES:
        raise BadFieldError("visit_cause", cause, "a visit fails by " + ", ".join(VISIT_CAUSES))
    there = order if order.arrived_at is not None else _arrive(order, deed)
    return replace(there, cause=str(cause), failed_at=deed.now, visits=order.visits + 1)


def _again(order: Order, deed: Deed) -> Order:
    """Begin the visit anew, with the same provider or another."""
    del deed
    return replace(order, cause="", callback_at=None, departed_at=None, arrived_at=None, check_in_m=None)


def _finish(order: Order, deed: Deed) -> Order:
    at_once = order.arrived_at is not None and deed.now - order.arrived_at < deed.rules.evidence.least_work
    done = replace(order, done_at=deed.now, evidence=(*order.evidence, *deed.fields["evidence"]))
    return flagged(done, too_quick=at_once, photo_used=bool(deed.scene.used), by_desk=deed.heard)


def _settle(order: Order, deed: Deed) -> Order:
    """Take the price: at most the published one and what the resident wished, unless somebody consented to more."""
    price, most = _price(deed.fields["price_fen"]), ceiling_fen(order)
    if most is not None and price > most:
        wished = order.consent_fen is None and order.max_price_fen == most
        why = f"the resident agreed to at most {most} fen" if wished else f"the price is at most {most} fen"
        raise BadFieldError("price_fen", price, f"{why}; for more, record the consent first: who, how, when")
    return replace(order, price_fen=price, ended_at=deed.now)


def _price(given: object) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise BadFieldError("price_fen", given, "write the amount as a whole number of fen, 0 or more")
    return given


def _rate(order: Order, deed: Deed) -> Order:
    """Keep how content the resident is; the desk tells once what it heard, and never of what it carried out itself."""
    rating = deed.fields["rating"]
    if rating not in (1, 2, 3, 4, 5):
        raise BadFieldError("rating", rating, "rate from 1 to 5")
    reference = str(deed.fields.get("reference") or "")
    if deed.heard:
        user = deed.action.by.user
        if order.rating is not None:
            raise NotPossibleError(f"{order.no} was rated before; the desk tells a rating once")
        if user in order.stood_in:
            raise NotPossibleError(f"{user} told the steps of {order.no}; another one has to ask how it was")
        if not reference:
            raise BadFieldError(
                "reference", reference, "a rating heard by telephone needs the recording's reference"
            )
    by = "phone" if deed.heard else "resident"
    return replace(
        order, rating=int(rating), rated_at=deed.now, rated_by=by, reference=reference if deed.heard else ""
    )


def _end(order: Order, deed: Deed) -> Order:
    return replace(order, ended_at=deed.now, cause=str(deed.fields["reason"]), provider=None, offer_at=None)


def _unmet(order: Order, deed: Deed) -> Order:
    cause = deed.fields["cause"]
    if cause not in UNMET_CAUSES:
        raise BadFieldError("cause", cause, "causes are " + ", ".join(UNMET_CAUSES))
    return replace(order, ended_at=deed.now, cause=str(cause), provider=None, offer_at=None)


def _reopen(order: Order, deed: Deed) -> Order:
    del deed
    return replace(order, ended_at=None, cause="")


EFFECTS: Mapping[str, Callable[[Order, Deed], Order]] = {
    "locate": _locate,
    "take": _take,
    "ring_back": _ring_back,
    "route": _route,
    "recall": _recall,
    "contact": _contact,
    "put_off": _put_off,
    "to_desk": _to_desk,
    "accept": _accept,
    "release": _release,
    "consent": _consent,
    "depart": _depart,
    "arrive": _arrive,
    "fail_visit": _fail_visit,
    "again": _again,
    "finish": _finish,
    "stand_in": _stand_in,
    "settle": _settle,
    "rate": _rate,
    "end": _end,
    "unmet": _unmet,
    "reopen": _reopen,
}
FIELDS = frozenset(
    [
        "lon",
        "lat",
        "cell",
        "provider",
        "passed_over",
        "travel_s",
        "price_fen",
        "evidence",
        "rating",
        "reason",
        "cause",
        "visit_cause",
        "note",
        "who",
        "how",
        "reference",
        "department",
        "deputy",
        "route_mode",
        "route_rule",
        "route_why",
        "until",
        "cost",
        "factors",
    ],
)
