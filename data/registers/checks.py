"""What is wrong with the registers: rows that point to nobody, words that the rules do not know."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.models import (
    AccountRow,
    AssessmentRow,
    Base,
    CellRow,
    DeviceRow,
    HomeVisitRow,
    PartyRow,
    ResidentRow,
)
from data.rules.catalogue import Catalogue
from dispatch.orders.routing import OWN, RouteRule
from grid.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFault:
    """Rows of a register that share a fault, and what to do about it."""

    register: str
    fault: str
    rows: int
    remedy: str


def register_faults(session: Session, rulebook: Rulebook) -> list[RegisterFault]:
    """Look through assessments, visits and devices; empty when nothing is wrong."""
    rules = rulebook.registers
    cases: tuple[tuple[type[Base], str, ColumnElement[bool], str], ...] = (
        (AssessmentRow, "of no resident", _orphan(AssessmentRow.resident), "take the residents in"),
        (
            AssessmentRow,
            "by an edition that settings.toml does not list",
            _unknown(AssessmentRow.edition, rules.elders.editions),
            "list it under [[elders.edition]], else they count as not disabled",
        ),
        (
            HomeVisitRow,
            "with a finding that visits.toml does not list",
            _unknown(HomeVisitRow.finding, rules.visits.findings),
            "list it, so that it has a name",
        ),
        (
            DeviceRow,
            "of no resident",
            _orphan(DeviceRow.resident) & (DeviceRow.station == ""),
            "take the residents in",
        ),
        (
            DeviceRow,
            "of a kind that alarms.toml does not list",
            _unknown(DeviceRow.kind, rules.devices.kinds),
            "list it as [device.KIND]",
        ),
    )
    found = (
        RegisterFault(
            register=row.__tablename__,
            fault=fault,
            rows=session.scalar(select(func.count()).select_from(row).where(which)) or 0,
            remedy=remedy,
        )
        for row, fault, which, remedy in cases
    )
    return [one for one in found if one.rows]


def route_faults(session: Session, catalogue: Catalogue) -> list[RegisterFault]:
    """List the rows of the table of routes that lead to nobody here, or are for no cell; empty when none does.

    Their orders go to the deputy, else to the desk, which is told why.
    """
    signed = select(AccountRow.department).where(AccountRow.role == "department", AccountRow.active)
    kept = select(PartyRow.department).where(PartyRow.closed_on.is_(None))
    manned = {*session.scalars(signed), *session.scalars(kept)}
    cells = list(session.scalars(select(CellRow.code)))
    found = []
    for rule in catalogue.routing.rules:
        if not any(code.startswith(rule.areas) for code in cells):
            found.append(_fault(rule, f"is for areas {rule.areas}, where no cell is", 1, "correct areas"))
        of = {item.department for item in catalogue.items.values() if rule.is_of(item)}
        named = {*(of if OWN in (rule.party, rule.deputy) else ()), rule.party, rule.deputy}
        for code in sorted(named & catalogue.rulebook.departments.keys() - manned):
            told = f"leads to {code}, which has neither account nor handling party"
            found.append(_fault(rule, told, 1, "add an account or a handling party"))
    return found


def _fault(rule: RouteRule, told: str, rows: int, remedy: str) -> RegisterFault:
    return RegisterFault(register="order_routes.csv", fault=f"{rule.code} {told}", rows=rows, remedy=remedy)


def _orphan(resident: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return ~exists().where(ResidentRow.no == resident)


def _unknown(word: InstrumentedAttribute[str], known: Collection[str]) -> ColumnElement[bool]:
    return word.not_in(list(known))
