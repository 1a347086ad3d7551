"""The course of rehearsed orders: who calls for what, who is sent, how it goes, what is said of it."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from data.city.city import City
from data.desk.door import Desk
from data.desk.offers import OFFER
from data.desk.orders import TICK, NewOrder
from data.sample.habits import DISPATCHER, ITEM_WEIGHTS, Voices
from data.store.kinds.orders import ORDER
from dispatch.lifecycle import Action, Actor
from dispatch.orders.order import Order
from dispatch.resident import Resident

ASKER = Actor(user="dispatcher2", role="dispatcher")
RESIDENT = Actor(user="public", role="resident")
PROVIDERS_STEPS = frozenset({"accept", "decline", "depart", "arrive", "finish", "settle"})
PARTYS_STEPS = PROVIDERS_STEPS | {"call_back"}
DECLINES = 0.04
"""The share of orders that a party declines."""
LONGEST_SILENCE = timedelta(minutes=5)
SILENT = 0.03
"""The share of offers of the rules that a provider does not answer."""


class Orders:
    """Orders of some people, each played to its end.

    Parameters
    ----------
    desk : Desk
    city : City
    draw : Random
        Shared with the rest of the rehearsal, so that one seed gives one history.
    voices : Voices
    at : callable
        Plans something for a time.
    """

    def __init__(
        self,
        desk: Desk,
        city: City,
        draw: random.Random,
        voices: Voices,
        at: Callable[[datetime, Callable[[datetime], None]], None],
    ) -> None:
        self.desk, self.city, self.draw = desk, city, draw
        self._voices, self._at = voices, at
        self.people: Sequence[Resident] = ()
        self.photos: Sequence[str] = ()
        self.made = 0

    def call(self, now: datetime) -> None:
        """Let somebody order something, and plan how it goes on."""
        person = self.draw.choice(self.people)
        codes = [c for c in ITEM_WEIGHTS if c in self.city.catalogue.items]
        item = self.draw.choices(codes, [ITEM_WEIGHTS[c] for c in codes])[0]
        channel = self.draw.choices(
            ("phone", "button", "web", "wechat", "counter", "worker"), (50, 15, 12, 12, 6, 5)
        )[0]
        alarm = self.city.catalogue.items[item].urgency == "emergency"
        new = Order(
            no="",
            item=item,
            state=self.desk.catalogue.order_lifecycle.initial,
            channel="button" if alarm else channel,
            created_at=now,
            place=person.place,
            place_quality="register",
            cell=person.cell,
            area=self.desk.catalogue.rulebook.scheme.community_of(person.cell),
            resident=person.no,
        )
        done = self.desk.start(NewOrder(order=new), DISPATCHER, now)
        self.made += 1
        start = now + timedelta(seconds=self.draw.uniform(30, 240))
        if done.fact.party:
            self._at(max(start, done.fact.promised_from or start), partial(self._by_party, done.fact))
        elif done.fact.offer_at is not None:
            self._at(done.fact.offer_at, partial(self._offer, done.fact))
        elif alarm:
            self._answer(done.fact, now, start)
        else:
            self._at(start, lambda at: self._dispatch(done.fact, at))

    def _answer(self, order: Order, now: datetime, start: datetime) -> None:
        """Let the desk take an alarm, ring back, and then send somebody; now and then somebody is slow."""
        taken = now + self._voices.span(7)
        rung = taken + self._voices.span(22)

        def send(at: datetime) -> None:
            self._dispatch(self._do(order, "ring_back", at), max(at, start))

        self._at(taken, partial(self._take, order))
        self._at(rung, send)

    def _take(self, order: Order, now: datetime) -> None:
        self._do(order, "take", now)

    def _by_party(self, order: Order, now: datetime) -> None:
        """Let the party that the rules named take an order and carry it out, or decline; what is left goes to the desk."""
        if self.draw.random() < DECLINES:
            left = self._do(order, "decline", now, reason="当前人手不足，请改派")
            if left.party:
                self._at(now + timedelta(minutes=5), partial(self._by_party, left))
            else:
                self._at(now + timedelta(minutes=5), partial(self._dispatch, left))
            return
        self._do(order, "accept", now)
        told = self._do(order, "call_back", now + timedelta(minutes=2))
        self._chain(told, now, self.draw.uniform(10, 90), self.draw.uniform(5, 25))

    def _offer(self, order: Order, now: datetime) -> None:
        """Let the rules ask a provider; what they leave to the desk is sent by it."""
        asked: Order = self.desk.act(ORDER, order.no, OFFER, now).fact
        if asked.state == "contacted":
            self._by_provider(asked, order, now)
        else:
            self._after(asked, now)

    def _after(self, order: Order, now: datetime) -> None:
        """Plan who is asked next for an order that waits: by the rules while they are at it, else by the desk."""
        if order.offer_at is None:
            self._at(now + timedelta(minutes=2), partial(self._dispatch, order))
        else:
            self._at(max(order.offer_at, now + timedelta(seconds=1)), partial(self._offer, order))

    def _dispatch(self, order: Order, now: datetime) -> None:
        match = self.city.offers(order, now, 3)
        if not match.candidates:
            self._do(order, "unmet", now, cause=match.unmet_cause)
            return
        best = match.candidates[0]
        sent = self._do(
            order, "contact", now, provider=best.provider, travel_s=best.travel_s, price_fen=best.price_fen
        )
        self._by_provider(sent, order, now)

    def _by_provider(self, sent: Order, before: Order, now: datetime) -> None:
        """Let the provider that was asked take an order and carry it out, decline it, or not answer the rules."""
        if sent.offer_at is not None and self.draw.random() < SILENT:
            late = now + LONGEST_SILENCE
            self._at(late, lambda at: self._after(self.desk.act(ORDER, sent.no, TICK, at).fact, at))
            return
        if self.draw.random() < 0.07 and len(before.declined_by) < 2:
            back = self._do(sent, "decline", now + timedelta(minutes=2), reason="人手不足")
            again = self._after if back.offer_at is not None else self._dispatch
            self._at(now + timedelta(minutes=4), partial(again, back))
            return
        at = now + timedelta(minutes=self.draw.uniform(0.5, 6))
        self._do(sent, "accept", at)
        told = self._do(sent, "call_back", at + timedelta(minutes=1))
        leave = self.draw.uniform(8, 40)
        self._chain(told, now, leave, (sent.travel_s or 0.0) / 60)

    def _chain(self, order: Order, now: datetime, leave_min: float, travel_min: float) -> None:
        spot = self.city.spot(order)
        arrive = leave_min + travel_min * self.draw.uniform(0.9, 1.5)
        finish = arrive + self.draw.uniform(10, 80)
        steps: Sequence[tuple[float, str, Mapping[str, Any]]] = (
            (leave_min, "depart", {}),
            (arrive, "arrive", {"lon": spot.lon, "lat": spot.lat}),
            (finish, "finish", {"evidence": [self.draw.choice(self.photos)]}),
            (finish + 5, "settle", {"price_fen": order.price_fen or 0}),
        )
        rating = (
            self.draw.choices((5, 4, 3, 2, 1), (62, 26, 8, 3, 1))[0] if self.draw.random() < 0.6 else None
        )
        self._step(order, now, list(steps), rating)

    def _step(
        self,
        order: Order,
        start: datetime,
        steps: list[tuple[float, str, Mapping[str, Any]]],
        rating: int | None,
    ) -> None:
        minutes, name, fields = steps[0]

        def play(at: datetime) -> None:
            after = self._do(order, name, at, **fields)
            if len(steps) > 1:
                self._step(after, start, steps[1:], rating)
            elif rating is not None:
                self._at(at + timedelta(hours=2), lambda then: self._rate(after, then, rating))

        self._at(start + timedelta(minutes=minutes), play)

    def _rate(self, order: Order, now: datetime, rating: int) -> None:
        """Let the resident rate; every fifth is asked by telephone, by another one than sent somebody."""
        if int(order.no[-5:]) % 5 == 0:
            self._do(order, "rate", now, ASKER, rating=rating, reference=f"REC-{order.no}")
        else:
            self._do(order, "rate", now, RESIDENT, rating=rating)

    def _do(
        self,
        order: Order,
        name: str,
        now: datetime,
        by: Actor | None = None,
        **fields: Any,  # noqa: ANN401 - fields of an action
    ) -> Order:
        if order.party:
            by = by or (_clerk(order) if name in PARTYS_STEPS else DISPATCHER)
        by = by or (_provider(order) if name in PROVIDERS_STEPS else DISPATCHER)
        done = self.desk.act(ORDER, order.no, Action(name=name, by=by, fields=fields), now)
        after: Order = done.fact
        return after


def _clerk(order: Order) -> Actor:
    return Actor(user=f"d-{order.party.lower()}", role="department", department=order.party)


def _provider(order: Order) -> Actor:
    return Actor(user=f"shop{order.provider}", role="provider", provider=str(order.provider))
