"""The registers that an administrator keeps: where each is listed and shown, and by which forms it is changed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import JSONResponse

from api.forms import Form
from api.roles import is_whole
from api.v1 import accounts, devices, entities, parties, register, residents, stations, workers
from api.v1.accounts import AccountAsk, AccountChangeForm, NewAccountForm
from api.v1.asks import DeviceAsk, ProviderAsk, ResidentAsk
from api.v1.cells import CellChangeForm, NewCellForm, cell
from api.v1.devices import DeviceChangeForm, NewDeviceForm
from api.v1.entities import EntityChangeForm, NewEntityForm
from api.v1.keeping import HallAsk
from api.v1.parties import NewPartyForm, PartyAsk, PartyChangeForm
from api.v1.providers import NewProviderForm, ProviderChangeForm
from api.v1.residents import ResidentChangeForm, ResidentForm
from api.v1.stations import NewStationForm, StationAsk, StationChangeForm
from api.v1.workers import NewWorkerForm, WorkerAsk, WorkerChangeForm
from api.views.shape import plain
from api.world import World
from data.errors import MissingError
from grid.account import Account

Row = Mapping[str, Any]
ROWS = 30
REGISTERS_WORDS = {
    "residents": "居民",
    "providers": "服务商",
    "workers": "网格员",
    "cells": "网格",
    "accounts": "账号",
    "devices": "安全设备",
    "stations": "办事大厅和站点",
    "parties": "承办单位",
    "entities": "法人和个体户",
    "areas": "区域",
    "corrections": "数据更正",
    "modules": "模块",
    "imports": "导入",
    "feeds": "数据交换",
    "operations": "运行",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is wanted of a list: a text, and where the page before ended."""

    text: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One register.

    Parameters
    ----------
    name : str
        In addresses, and in those of the interface.
    kind : str
        Of its events.
    key : str
        The field that names a record.
    columns : tuple of str
        Fields that the list shows.
    find : callable
        Gives the rows of a page, and what to ask for the next.
    show : callable, optional
        Gives one record as the interface answers it.
    new, change : type, optional
        What the interface takes; None where nothing can be registered or changed here.
    masked : frozenset of str
        Fields that are answered masked.
    """

    name: str
    kind: str
    key: str = "no"
    columns: tuple[str, ...]
    find: Callable[[World, Account, Asked], tuple[Sequence[Row], str]]
    show: Callable[[World, Account, str], Row] | None = None
    new: type[Form] | None = None
    change: type[Form] | None = None
    masked: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """What it is called, in Chinese."""
        return REGISTERS_WORDS[self.name]


def _told(answer: JSONResponse) -> dict[str, Any]:
    """Return what the interface answers: pages show no more of a record than it does."""
    told: dict[str, Any] = json.loads(bytes(answer.body))
    return told


def _page(answer: JSONResponse) -> tuple[Sequence[Row], str]:
    told = _told(answer)
    return told["items"], str(told["next"] or "")


def _own(world: World, account: Account) -> str:
    return "" if is_whole(world, account) else account.area


def _residents(world: World, account: Account, asked: Asked) -> tuple[Sequence[Row], str]:
    ask = ResidentAsk(text=asked.text, after=asked.after or None, limit=ROWS)
    return _page(residents.residents(ask, world, account))


def _resident(world: World, account: Account, key: str) -> Row:
    told = _told(residents.resident(key, world, account))
    return {**told.pop("particulars"), **told}


def _providers(world: World, account: Account, asked: Asked) -> tuple[Sequence[Row], str]:
    after = int(asked.after) if asked.after.isdecimal() and len(asked.after) < 10 else None
    ask = ProviderAsk(text=asked.text, area=_own(world, account), after=after, limit=ROWS)
    return _page(register.providers(ask, world, account))


def _provider(world: World, account: Account, key: str) -> Row:
    found = register.provider_of(world, key)
    if not world.scheme.contains(account.area, found.area):
        raise MissingError(f"provider {key} does not lie in your area")
    return _told(register.provider(key, world))


def _workers(world: World, account: Account, asked: Asked) -> tuple[Sequence[Row], str]:
    return _page(
        workers.workers(WorkerAsk(text=asked.text, after=asked.after or None, limit=ROWS), world, account)
    )


def _accounts(world: World, account: Account, asked: Asked) -> tuple[Sequence[Row], str]:
    ask = AccountAsk(text=asked.text, after=asked.after or None, limit=ROWS)
    return _page(accounts.accounts(ask, world, account))


def _devices(world: World, account: Account, asked: Asked) -> tuple[Sequence[Row], str]:
    if asked.text and asked.text not in world.catalogue.alarms.devices:
        try:
            return [_told(devices.device(asked.text, world, account))], ""
        except MissingError:
            return [], ""
    return _page(
        devices.devices(DeviceAsk(kind=asked.text, after=asked.after or None, limit=ROWS), world, account)
    )


def _stations(world: World, account: Account, asked: Asked) -> tuple[Sequence[Row], str]:
    ask = StationAsk(
        text=asked.text, area=_own(world, account), closed=True, after=asked.after or None, limit=ROWS
    )
    return _page(stations.stations(ask, world, account))


def _parties(world: World, account: Account, asked: Asked) -> tuple[Sequence[Row], str]:
    ask = PartyAsk(
        text=asked.text, area=_own(world, account), closed=True, after=asked.after or None, limit=ROWS
    )
    return _page(parties.parties(ask, world, account))


def _entities(world: World, account: Account, asked: Asked) -> tuple[Sequence[Row], str]:
    ask = HallAsk(text=asked.text, closed=True, after=asked.after or None, limit=ROWS)
    return _page(entities.entities(ask, world, account))


def _own_area(world: World, account: Account, told: Row) -> Row:
    """Return a record that everybody may see when it lies in the area of the administrator who keeps it.

    Raises
    ------
    MissingError
    """
    if not world.scheme.contains(account.area, str(told["area"])):
        raise MissingError(f"{told['no']} does not lie in your area")
    return told


def _cells(world: World, account: Account, asked: Asked) -> tuple[Sequence[Row], str]:
    return _of_ground(world, account, asked, world.city.cells)


def _areas(world: World, account: Account, asked: Asked) -> tuple[Sequence[Row], str]:
    return _of_ground(world, account, asked, world.city.areas)


def _of_ground(
    world: World, account: Account, asked: Asked, known: Mapping[str, Any]
) -> tuple[Sequence[Row], str]:
    """List areas or cells of one's area by their codes, found by code, name or worker."""
    prefix = world.scheme.prefix(account.area)
    shown = [plain(one, world.zone) for code, one in sorted(known.items()) if code.startswith(prefix)]
    fitting = [
        one
        for one in shown
        if one["code"] > asked.after
        and (
            not asked.text
            or one["code"].startswith(asked.text)
            or asked.text in one["name"]
            or asked.text == one.get("worker")
        )
    ]
    return fitting[:ROWS], fitting[ROWS - 1]["code"] if len(fitting) > ROWS else ""


REGISTERS: tuple[Register, ...] = (
    Register(
        name="residents",
        kind="resident",
        columns=("no", "name", "phone", "address", "kind"),
        find=_residents,
        show=_resident,
        new=ResidentForm,
        change=ResidentChangeForm,
        masked=frozenset(
            {"name", "phone", "address", "household", "other_names", "identity", "lon", "lat", "born_on"}
        )
        | {"building", "unit", "room"},
    ),
    Register(
        name="providers",
        kind="provider",
        columns=("no", "name", "categories", "state", "hours", "capacity"),
        find=_providers,
        show=_provider,
        new=NewProviderForm,
        change=ProviderChangeForm,
    ),
    Register(
        name="workers",
        kind="account",
        key="user",
        columns=("user", "name", "area", "cells", "active"),
        find=_workers,
        show=lambda world, account, key: _told(workers.worker(key, world, account)),
        new=NewWorkerForm,
        change=WorkerChangeForm,
    ),
    Register(
        name="cells",
        kind="cell",
        key="code",
        columns=("code", "name", "households", "worker"),
        find=_cells,
        show=lambda world, account, key: _told(cell(key, world, account)),
        new=NewCellForm,
        change=CellChangeForm,
    ),
    Register(
        name="accounts",
        kind="account",
        key="user",
        columns=("user", "name", "role", "area", "active"),
        find=_accounts,
        show=lambda world, account, key: _told(accounts.one(key, world, account)),
        new=NewAccountForm,
        change=AccountChangeForm,
    ),
    Register(
        name="devices",
        kind="device",
        columns=("no", "kind", "resident", "room", "removed_at"),
        find=_devices,
        show=lambda world, account, key: _told(devices.device(key, world, account)),
        new=NewDeviceForm,
        change=DeviceChangeForm,
    ),
    Register(
        name="stations",
        kind="station",
        columns=("no", "name", "kind", "area_name", "hours", "closed_on"),
        find=_stations,
        show=lambda world, account, key: _own_area(world, account, _told(stations.station(key, world))),
        new=NewStationForm,
        change=StationChangeForm,
    ),
    Register(
        name="parties",
        kind="party",
        columns=("no", "department_name", "name", "area_name", "phone", "closed_on"),
        find=_parties,
        show=lambda world, account, key: _own_area(world, account, _told(parties.party(key, world, account))),
        new=NewPartyForm,
        change=PartyChangeForm,
    ),
    Register(
        name="entities",
        kind="entity",
        columns=("no", "name", "credit_code", "area_name", "closed_on"),
        find=_entities,
        show=lambda world, account, key: _told(entities.entity(key, world, account)),
        new=NewEntityForm,
        change=EntityChangeForm,
    ),
    Register(name="areas", kind="area", key="code", columns=("code", "name", "level", "parent"), find=_areas),
)
BY_NAME: Mapping[str, Register] = {one.name: one for one in REGISTERS}
