"""What a role sees of a resident: masked, without what stands behind a right that it lacks; all of it of oneself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from api.views.names import MATTER_STATES, cell_name
from api.views.shape import plain
from api.world import World
from data.registers.businesses import PROXY, Business
from data.registers.people import Said, particulars_of, relations_of, tags_of
from data.rules.catalogue import Catalogue
from dispatch.alarms.care import Kin
from dispatch.identity import mask_identity
from dispatch.particulars import Particulars, Tag, masked_particulars, withheld
from dispatch.phone import mask_phone
from dispatch.resident import Resident, mask_address, mask_name, masked_resident
from grid.account import Account

PLACED = frozenset({"lon", "lat", "place"})
MASKS = {"name": mask_name, "phone": mask_phone, "address": mask_address, "identity": mask_identity}
UNSAID = frozenset({"born_on", "birth_year", "unit", "room", "place", "phones", "other_names"})
"""Fields whose earlier values are shown to nobody who has not looked with a reason."""


def is_own(account: Account, resident: Resident) -> bool:
    """Tell whether an account is the resident's own."""
    return account.role == "resident" and account.resident == resident.no


def hidden_fields(world: World, account: Account, resident: Resident, told: Particulars) -> frozenset[str]:
    """Give the names of fields that an account does not see of a resident; none of one's own."""
    if is_own(account, resident):
        return frozenset()
    rules = world.catalogue.people
    return withheld(rules, account.role, minor=is_minor(world, resident, told))


def is_minor(world: World, resident: Resident, told: Particulars) -> bool:
    """Tell whether a resident is a minor today."""
    today = world.local(world.clock()).date()
    return world.catalogue.people.is_minor(resident, told.born_on, today)


def resident_line(world: World, resident: Resident, account: Account) -> dict[str, Any]:
    """Show a resident in a list, masked; marks as far as the role sees them."""
    own = is_own(account, resident)
    shown: dict[str, Any] = plain(resident if own else masked_resident(resident), world.zone)
    rules = world.catalogue.people
    seen = [tag for tag in resident.tags if own or rules.sees_tag(account.role, tag)]
    return shown | {"lon": resident.place.lon, "lat": resident.place.lat, "tags": seen}


def resident_view(world: World, session: Session, resident: Resident, account: Account) -> dict[str, Any]:
    """Show a resident with everything that the account sees of them."""
    told, own = particulars_of(session, resident.no), is_own(account, resident)
    hidden = hidden_fields(world, account, resident, told)
    shown = replace(told, identity_hash="", identity_sealed="") if own else masked_particulars(told, hidden)
    today, minor = world.local(world.clock()).date(), is_minor(world, resident, told)
    shut = minor and not own and not world.catalogue.people.may(account.role, "minor")
    return resident_line(world, resident, account) | {
        "minor": minor,
        "cell_name": cell_name(world, resident.cell),
        "particulars": plain(shown, world.zone),
        "told_tags": [
            tag_view(world, tag, today)
            for tag in tags_of(session, resident.no)
            if own or world.catalogue.people.sees_tag(account.role, tag.tag)
        ],
        "relations": []
        if shut
        else [relation_view(world, kin, own=own) for kin in relations_of(session, resident.no)],
        "withheld": sorted(hidden),
    }


def tag_view(world: World, tag: Tag, today: date) -> dict[str, Any]:
    """Show a mark; one that the rules no longer know goes by its code."""
    rule = world.catalogue.people.tags.get(tag.tag)
    shown: dict[str, Any] = plain(tag, world.zone)
    return shown | {"name": rule.name_zh if rule else tag.tag, "held": tag.holds(today)}


def relation_view(world: World, kin: Kin, *, own: bool = False) -> dict[str, Any]:
    """Show a relation, masked unless it is one's own; a word of before there was a table stays as it was written."""
    masked = kin if own else replace(kin, name=mask_name(kin.name), phone=mask_phone(kin.phone))
    shown: dict[str, Any] = plain(masked, world.zone)
    return shown | {"relation_name": world.catalogue.people.relations.get(kin.relation, kin.relation)}


def said_view(world: World, said: Said, hidden: frozenset[str], *, own: bool) -> dict[str, Any]:
    """Show what was said of a field: masked, and without its value where the role does not see the field."""
    shown: dict[str, Any] = plain(said, world.zone)
    if own:
        return shown
    if said.field in hidden | UNSAID:
        return shown | {"value": None}
    mask = MASKS.get(said.field)
    return shown | {"value": mask(said.value)} if mask and isinstance(said.value, str) else shown


def business_view(world: World, one: Business, account: Account) -> dict[str, Any]:
    """Show one business of a person with its names in words and the page that shows it."""
    shown: dict[str, Any] = plain(one, world.zone)
    names = _names(world, one)
    return shown | {"state_name": names[0], "what_name": names[1], "page": _page(one, account)}


def timeline_view(world: World, found: Sequence[Business], account: Account) -> list[dict[str, Any]]:
    """Show the businesses of a person."""
    return [business_view(world, one, account) for one in found]


def _names(world: World, one: Business) -> tuple[str, str]:
    catalogue = world.catalogue
    lifecycle = catalogue.lifecycles.get(f"{one.kind}_lifecycle")
    state = lifecycle.labels.get(one.state, one.state) if lifecycle else one.state
    if one.kind in ("alarm", "order", "ticket"):
        return state, _about(catalogue, one)
    if one.kind == "question":
        return state, ""
    if one.kind == "matter":
        kinds = {table.kind.code: table.kind.name.zh for table in catalogue.matters.tables}
        return MATTER_STATES[one.state], kinds.get(one.what, one.what)
    if one.kind == "counter_session":
        labels = catalogue.counter.lifecycle.labels
        return labels.get(one.state, one.state), "代办" if one.what == PROXY else "本人"
    finding = catalogue.rulebook.registers.visits.findings.get(one.what)
    return state, finding.label if finding else one.what


def _about(catalogue: Catalogue, one: Business) -> str:
    """Name what an alarm, an order or a ticket is about; by its code where the rules no longer know it."""
    if one.kind == "alarm":
        cause = catalogue.alarms.causes.get(one.what)
        return cause.name_zh if cause else one.what
    if one.kind == "order":
        item = catalogue.items.get(one.what)
        return item.name_zh if item else one.what
    category = catalogue.rulebook.categories.get(one.what)
    return category.name_zh if category else one.what


def _page(one: Business, account: Account) -> str:
    if one.kind == "ticket":
        return f"/ticket/{one.no}"
    if one.kind == "counter_session":
        return f"/counter/{one.no}"
    at_desk = account.role in ("dispatcher", "admin") and one.kind in ("order", "alarm")
    return f"/desk?no={one.no}" if at_desk else ""
