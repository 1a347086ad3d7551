"""Applications and licences as they are shown."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from api.views.names import actions_view, area_name
from api.views.shape import plain
from api.world import World
from data.store.roles import OVERSEERS
from dispatch.phone import mask_phone
from dispatch.providers.application import Application, proven, unproven
from dispatch.providers.licence import CHECKERS, Licence, lacking
from dispatch.resident import mask_name
from grid.account import Account


def licence_view(
    world: World, licences: Iterable[Licence], today: date, *, pictured: bool = False
) -> list[dict[str, Any]]:
    """Show licences, with their photos to those who check them; who checked them stays inside."""
    return [
        {
            "kind": each.kind,
            "kind_name": kind_name(world, each.kind),
            "number": each.number,
            "authority": each.authority,
            "until": plain(each.until, world.zone),
            "suspended": each.suspended,
            "counts": lacking((each,), (each.kind,), today) is None,
        }
        | ({"photo": each.photo} if pictured else {})
        for each in licences
    ]


def kind_name(world: World, code: str) -> str:
    """Name a kind of licence; the code itself for one that the catalogue no longer lists."""
    known = world.catalogue.providers.kinds.get(code)
    return known.name_zh if known else code


def application_view(world: World, application: Application, account: Account) -> dict[str, Any]:
    """Show an application to its applicant, masked, or with who checked and decided to those who do."""
    lifecycle, today = world.catalogue.application_lifecycle, world.local(world.clock()).date()
    shown: dict[str, Any] = plain(application, world.zone)
    del shown["place"]
    if account.role not in OVERSEERS:
        del shown["checked_by"], shown["decided_by"]
        shown |= {"phone": mask_phone(application.phone), "contact": mask_name(application.contact)}
    lacks = unproven(application, world.catalogue.items.values(), today)
    return shown | {
        "lon": application.place.lon,
        "lat": application.place.lat,
        "area_name": area_name(world, application.area),
        "state_name": lifecycle.labels[application.state],
        "documents": licence_view(world, proven(application), today, pictured=account.role in OVERSEERS),
        "lacking": [
            {"category": trade, "kind": lack.kind, "kind_name": kind_name(world, lack.kind), "why": lack.why}
            for trade, lack in sorted(lacks.items())
        ],
        "checks": len(application.checked_by),
        "actions": actions_view(lifecycle.possible(application.state, account.role)),
    }


def criteria_view(world: World) -> dict[str, Any]:
    """Show what every application is decided by."""
    trades: dict[str, dict[str, Any]] = {}
    for item in world.catalogue.items.values():
        trade = trades.setdefault(
            item.category, {"category": item.category, "services": [], "licences": set()}
        )
        trade["services"].append(item.name_zh)
        trade["licences"] |= set(item.licences)
    return {
        "trades": [t | {"licences": sorted(t["licences"])} for _, t in sorted(trades.items())],
        "licences": plain(tuple(world.catalogue.providers.kinds.values()), world.zone),
        "checkers": CHECKERS,
        "trial_orders": world.catalogue.providers.trial.orders,
    }
