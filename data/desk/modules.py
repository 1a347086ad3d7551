"""Switches of modules at the door, and the refusal of what begins where its module is off."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from data.city.city import City
from data.desk.work import Deeds, Start, Work
from data.models import AreaRow, ModuleSwitchRow, ResidentRow, fact_of, table_of
from data.store.done import Done
from data.store.kinds.upkeep import MODULE_SWITCH
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Actor, Event
from dispatch.orders.order import Order
from grid.errors import OutsideDistrictError
from grid.modules import ModuleSwitch, switch_name

TABLE = table_of(ModuleSwitchRow)
LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchModule(Start[ModuleSwitch]):
    """A module to be on or off in an area from now on, with the reason."""

    module: str
    area: str
    on: bool
    reason: str


def switch_module(work: Work, new: SwitchModule, by: Actor) -> Done[ModuleSwitch]:
    """Switch a module on or off in an area; what is under way there goes on to its end.

    Raises
    ------
    WrongRoleError
        For anybody but an administrator.
    BadFieldError
        For a module that there is not, an area that is not registered, or without a reason.
    OutsideDistrictError
        For an area outside the administrator's own.
    """
    if by.role != "admin":
        raise WrongRoleError(f"modules are switched by admin, not by {by.role}")
    codes = [module.code for module in work.catalogue.modules]
    if new.module not in codes:
        raise BadFieldError("module", new.module, "modules are " + ", ".join(codes))
    if work.session.scalar(select(AreaRow.id).where(AreaRow.code == new.area)) is None:
        raise BadFieldError("area", new.area, "the code of a registered area")
    scheme = work.catalogue.rulebook.scheme
    if by.area and not new.area.startswith(scheme.prefix(by.area)):
        raise OutsideDistrictError(f"area {new.area} is outside your own, {by.area}")
    reason = new.reason.strip()
    if not reason:
        raise BadFieldError("reason", new.reason, "say why it is switched")
    name = switch_name(new.module, new.area)
    row = work.session.execute(select(TABLE).where(TABLE.c.name == name).with_for_update()).first()
    before = None if row is None else fact_of(ModuleSwitch, row)
    if before is not None and before.on == new.on:
        return Done(kind=MODULE_SWITCH, before=before, after=before)
    after = ModuleSwitch(
        name=name, module=new.module, area=new.area, on=new.on, since=work.now, reason=reason
    )
    told = {"module": new.module, "area": new.area, "reason": reason}
    event = Event(
        name="switched_on" if new.on else "switched_off", at=work.now, by=by.user, role=by.role, payload=told
    )
    return Done(kind=MODULE_SWITCH, before=before, after=after, events=(event,))


def check_module(work: Work, done: Done[Any]) -> None:
    """Refuse what begins in an area where its module is off, and what a counter begins beside its session.

    What follows from a kind of no module, such as an alarm, is never refused.

    Raises
    ------
    NotPossibleError
        Naming the module and the place.
    """
    if work.city is None or not work.city.modules.switches:
        return
    if work.city.modules.of_kind(done.kind.name) is None:
        return
    for each in (done, *done.others):
        if each.before is None:
            _check_new(work, work.city, each)


def _check_new(work: Work, city: City, new: Done[Any]) -> None:
    module, fact = city.modules.of_kind(new.kind.name), new.fact
    if module is None or (isinstance(fact, Order) and _is_urgent(work, fact)):
        return
    area = getattr(fact, "cell", "") or getattr(fact, "area", "")
    if not area and (resident := getattr(fact, "resident", "")):
        area = work.session.scalar(select(ResidentRow.cell).where(ResidentRow.no == resident)) or ""
    if area and not city.modules.is_on(module.code, area):
        place = city.cells.get(area) or city.areas.get(area)
        named = place.name if place else area
        raise NotPossibleError(
            f"{module.name_en} is switched off in {named}; ask the administrator of the area"
        )


def _is_urgent(work: Work, order: Order) -> bool:
    """Tell whether an order cannot wait: such a call is taken wherever it comes from."""
    item = work.catalogue.items.get(order.item)
    return item is not None and item.is_urgent


MODULE_SWITCHES = Deeds(kind=MODULE_SWITCH, starts={SwitchModule: switch_module})
