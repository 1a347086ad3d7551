"""Kinds of those who stand behind services: halls and stations, handling parties, legal persons."""

from data.models import EntityRow, PartyRow, StationRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import Always, Scope, Within
from dispatch.party import Party
from dispatch.providers.entity import Entity
from dispatch.station import Station

STATION = Kind(
    name="station",
    letter="F",
    in_bulk=True,
    fact=Station,
    row=StationRow,
    scope=Scope(
        dict.fromkeys((*OVERSEERS, "worker", "department", "provider", "resident", "device"), Always())
    ),
    logged=frozenset({"name", "kind", "lon", "lat", "address", "hours", "services", "area", "provider_no"})
    | {"phone", "closed_on", "closed_why"},
)

PARTY = Kind(
    name="party",
    letter="D",
    in_bulk=True,
    fact=Party,
    row=PartyRow,
    scope=Scope(dict.fromkeys((*OVERSEERS, "worker", "department"), Always())),
    logged=frozenset({"name", "department", "area", "hours", "items", "closed_on", "closed_why"}),
)

ENTITY = Kind(
    name="entity",
    letter="E",
    in_bulk=True,
    fact=Entity,
    row=EntityRow,
    scope=Scope(dict.fromkeys((*OVERSEERS, "worker"), Within("area"))),
    logged=frozenset({"name", "credit_code", "lon", "lat", "address", "area", "trade"})
    | {"closed_on", "closed_why"},
)
