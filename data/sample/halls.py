"""Halls and stations of a built district, and for a sample one its handling parties, legal persons and sole traders."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from data.sample.people import phone_number
from dispatch.item import ServiceItem
from dispatch.party import Party
from dispatch.providers.credit_code import check_sign
from dispatch.providers.entity import Entity
from dispatch.providers.provider import Provider
from dispatch.station import Station

OFFICE_HOURS = "Mo-Fr 08:30-17:30"
HALL_SIGNS = ("办事处", "政务", "大厅", "行政服务")
HEALTH_SIGNS = ("卫生", "health", "Gesundheit")
FIRM_SIGNS = ("公司", "中心", "院", "站", "局", "馆", "所", "部", "超市")
DIALECT = "吴语"
"""What is spoken besides Mandarin where the sample district lies."""
OF_THE_SOURCES = 20
"""How many kinds of departments, mass organisations, charities and companies handle matters in the sources."""


def stations(providers: Iterable[Provider], items: Mapping[str, ServiceItem]) -> list[Station]:
    """Give the halls and stations that providers of the map are.

    Parameters
    ----------
    providers : iterable of Provider
    items : Mapping of str to ServiceItem

    Returns
    -------
    list of Station
        Numbered from 1; each names its provider, and does the items of its trades.
    """
    made: list[Station] = []
    for provider in providers:
        if kind := _kind(provider):
            made.append(
                Station(
                    no=f"F{len(made) + 1:05d}",
                    name=provider.name,
                    kind=kind,
                    place=provider.place,
                    area=provider.area,
                    address=provider.address,
                    phone=provider.phone,
                    hours=provider.hours,
                    services=tuple(i.code for i in items.values() if i.category in provider.categories),
                    provider_no=provider.no,
                )
            )
    return made


def _kind(provider: Provider) -> str:
    if "station" in provider.categories:
        return "hall" if any(sign in provider.name for sign in HALL_SIGNS) else "station"
    is_health = "clinic" in provider.categories and any(sign in provider.name for sign in HEALTH_SIGNS)
    return "health" if is_health else ""


def parties(
    departments: Mapping[str, str], items: Mapping[str, ServiceItem], area: str, seed: int
) -> list[Party]:
    """Invent a handling party for each of the kinds of the sources.

    Parameters
    ----------
    departments : Mapping of str to str
        Names by code, in the order of the catalogue.
    items : Mapping of str to ServiceItem
    area : str
        Code of the district that all of them work for.
    seed : int

    Returns
    -------
    list of Party
        Numbered from 1; each does the items that the catalogue gives its department.
    """
    draw = random.Random(f"{seed} parties")  # noqa: S311 - sample data
    return [
        Party(
            no=f"D{number:05d}",
            department=code,
            name=f"{name}承办组",
            area=area,
            contact=f"{draw.choice('王李张刘陈杨赵黄周吴')}科长",
            phone=phone_number(draw),
            deputy=f"{draw.choice('徐孙胡朱高林何郭马罗')}副科长",
            deputy_phone=phone_number(draw),
            hours=OFFICE_HOURS,
            items=tuple(item.code for item in items.values() if item.department == code),
        )
        for number, (code, name) in enumerate(list(departments.items())[:OF_THE_SOURCES], 1)
    ]


def coded(providers: Sequence[Provider], county: str) -> list[Provider]:
    """Give each provider an invented credit code."""
    return [replace(one, credit_code=_code(one, county)) for one in providers]


def staffed(providers: Sequence[Provider]) -> list[Provider]:
    """Let some providers have a woman to send, and some people who speak the dialect of the place."""
    return [
        replace(one, women=one.id % 3 == 0, dialects=(DIALECT,) if one.id % 4 < 2 else ())
        for one in providers
    ]


def entities(providers: Iterable[Provider]) -> list[Entity]:
    """Give the legal persons and sole traders that providers belong to, numbered from 1."""
    return [
        Entity(
            no=f"E{number:05d}",
            name=one.name,
            credit_code=one.credit_code,
            place=one.place,
            area=one.area,
            address=one.address,
            phone=one.phone,
        )
        for number, one in enumerate(providers, 1)
    ]


def _code(provider: Provider, county: str) -> str:
    kind = "12" if _kind(provider) else "91" if provider.name.endswith(FIRM_SIGNS) else "92"
    body = f"{kind}{county}MA{provider.id:07d}"
    return body + check_sign(body)
