"""Kinds of services: orders, needs of volunteers, providers and those who apply to be one."""

from data.models import ApplicationRow, NeedRow, OrderRow, ProviderRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS, overseen
from data.store.scope import All, Always, HasNumber, Lists, OneOf, Same, Scope, Within
from dispatch.helping import OpenNeed
from dispatch.orders.order import Order
from dispatch.providers.application import Application
from dispatch.providers.provider import Provider

ORDER = Kind(
    name="order",
    fact=Order,
    row=OrderRow,
    letter="S",
    lifecycle="order_lifecycle",
    scope=overseen(
        by={
            "worker": Within(),
            "department": All(
                (Within(), OneOf((Same("party", "department"), Lists("informed", "department"))))
            ),
            "provider": Same("provider", "provider"),
            "resident": Same("resident", "resident"),
        }
    ),
    later=frozenset(
        {
            "departed_at",
            "quoted_fen",
            "consent_fen",
            "consent_by",
            "consent_how",
            "consented_at",
            "check_in_m",
            "stood_in",
            "flags",
            "rated_at",
            "rated_by",
            "reference",
            "promised_from",
            "failed_at",
            "visits",
            "told",
            "party",
            "deputy",
            "parties_before",
            "route_mode",
            "route_rule",
            "route_why",
            "informed",
            "offers",
            "offer_at",
            "wishes",
        }
    ),
    derived=frozenset({"tick_at"}),
    live=("state", "cell"),
    told=True,
    public=("state", "item", "arrive_due_at"),
)

PROVIDER = Kind(
    name="provider",
    letter="P",
    in_bulk=True,
    fact=Provider,
    row=ProviderRow,
    lifecycle="provider_lifecycle",
    scope=Scope(
        dict.fromkeys((*OVERSEERS, "worker", "department", "resident"), Always())
        | {"provider": Same("id", "provider")}
    ),
    derived=frozenset({"load", "recent_orders", "rating", "rating_count"}),
    later=frozenset({"credit_code", "women", "dialects"}),
    logged=frozenset(
        {"name", "categories", "lon", "lat", "address", "hours", "service_areas", "area", "capacity"}
    )
    | {"prices_fen", "licences", "max_travel_min", "credit_code", "women", "dialects"},
)

APPLICATION = Kind(
    name="application",
    fact=Application,
    row=ApplicationRow,
    letter="J",
    lifecycle="application_lifecycle",
    scope=Scope(dict.fromkeys(OVERSEERS, Within("area"))),
    live=("state", "area"),
)

NEED = Kind(
    name="need",
    fact=OpenNeed,
    row=NeedRow,
    letter="O",
    scope=overseen(
        by={
            "worker": Within(),
            "provider": HasNumber("claims", "provider", "provider"),
            "resident": Same("resident", "resident"),
        }
    ),
    salted=True,
)
