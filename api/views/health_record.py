"""What health roles see of facts of health."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.errors import NotAllowedError
from api.views.resident import is_minor
from api.views.shape import plain
from api.world import World
from data.desk.health import cases_in, results_in
from data.queries.scope import find
from data.registers.health import DueCase, cases_of, results_of
from data.registers.people import particulars_of
from data.registers.reveals import Look, reveal
from data.store.done import Done
from data.store.kinds.people import RESIDENT
from dispatch.health.chronic import ChronicCase, is_missed
from dispatch.health.code import HealthCode
from dispatch.health.result import HealthResult
from dispatch.resident import Resident, masked_resident
from grid.account import Account

PURPOSE = "health"
LOINC_NOTICE = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and "
    "the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the "
    "license at http://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
)


def code_view(code: HealthCode) -> dict[str, Any]:
    """Show what may be measured."""
    return {
        "code": code.code,
        "loinc": code.loinc,
        "name": code.name_zh,
        "unit": code.unit,
        "units": list(code.units),
        "least": code.least,
        "most": code.most,
        "low": code.low,
        "high": code.high,
        "source": code.source,
        "sample": code.sample,
    }


def result_view(world: World, result: HealthResult) -> dict[str, Any]:
    """Show a result; one of a code or unit that the rules no longer know goes by its code and does not stand out."""
    code = world.catalogue.health.codes.get(result.code)
    shown: dict[str, Any] = plain(result, world.zone)
    known = code is not None and result.unit in code.units
    return shown | {
        "name": code.name_zh if code else result.code,
        "loinc": code.loinc if code else "",
        "stands_out": code.stands_out(result.value, result.unit) if code and known else "",
    }


def case_view(world: World, case: ChronicCase) -> dict[str, Any]:
    """Show a chronic case; one of a condition that the rules no longer know goes by its code."""
    rules, today = world.catalogue.chronic, world.local(world.clock()).date()
    rule = rules.conditions.get(case.condition)
    shown: dict[str, Any] = plain(case, world.zone, without=("version",))
    return shown | {
        "name": rule.name_zh if rule else case.condition,
        "state_name": rules.lifecycle.labels[case.state],
        "due": case.state == "open" and case.next_on <= today,
        "missed": is_missed(case, rule, today),
    }


def due_view(world: World, one: DueCase) -> dict[str, Any]:
    """Show whose follow-up is due, masked: the record is opened with a reason."""
    masked = masked_resident(one.resident)
    whose = {name: getattr(masked, name) for name in ("no", "name", "address", "cell")}
    return {"resident": whose, "case": case_view(world, one.case)}


def record_view(
    world: World, resident: Resident, results: Sequence[HealthResult], cases: Sequence[ChronicCase]
) -> dict[str, Any]:
    """Show the health record of a person to one who gave a reason."""
    return {
        "no": resident.no,
        "name": resident.name,
        "phone": resident.phone,
        "address": resident.address,
        "birth_year": resident.birth_year,
        "results": [result_view(world, one) for one in results],
        "cases": [case_view(world, one) for one in cases],
    }


def opened(
    world: World, account: Account, no: str, reason: str
) -> tuple[Resident, list[HealthResult], list[ChronicCase]]:
    """Give a resident with all results and chronic cases, and keep who looked and why."""
    look = Look(
        user=account.user, role=account.role, subject=no, purpose=PURPOSE, reason=reason, at=world.clock()
    )

    def read(session: Session) -> tuple[Resident, list[HealthResult], list[ChronicCase]]:
        return known_to(world, session, account, no), results_of(session, no), cases_of(session, no)

    return reveal(world.database, look, world.catalogue.reveals, read)


def known_to(world: World, session: Session, account: Account, no: str) -> Resident:
    """Give a resident of one's area whose health one may know.

    Raises
    ------
    MissingError
        When there is none in one's area.
    NotAllowedError
        For a minor, without the right to minors.
    """
    found = find(session, RESIDENT, no, account.actor(), world.scheme)
    if is_minor(world, found, particulars_of(session, no)) and not world.catalogue.people.may(
        account.role, "minor"
    ):
        raise NotAllowedError(f"minors are not for {account.role} to look at; ask who has the right")
    return found


def told_view(done: Done[HealthResult]) -> dict[str, Any]:
    """Tell what became of results, without any value."""
    found = results_in(done)
    return {
        "told": sum(new for _, new in found),
        "opened": [case.no for case in cases_in(done)],
        "known": sum(not new for _, new in found),
        "numbers": [one.no for one, _ in found],
    }
