"""Tables of rules at the door: proven whole, then put in force for every process of the district."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.desk.work import Deeds, Start, Work
from data.errors import BadCatalogueError
from data.models import CellRow, DistrictRow, RuleTableRow, fact_of
from data.rules.in_force import version_with, with_responsibility
from data.rules.responsibility import FILE, as_csv
from data.store.done import Done
from data.store.kinds.upkeep import RULE_TABLE
from dispatch.errors import NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event
from grid.area import CodeScheme
from grid.responsibility import FATAL, ResponsibilityRule, check_from
from grid.rule_table import RuleTable

REVERT = "revert"


@dataclass(frozen=True, slots=True, kw_only=True)
class PutResponsibility(Start[RuleTable]):
    """The whole table of who answers for what, to be in force from now on."""

    rules: tuple[ResponsibilityRule, ...]


def put_responsibility(work: Work, new: PutResponsibility, by: Actor) -> Done[RuleTable]:
    """Put a table of responsibility in force; what is under way stays as it was promised.

    Raises
    ------
    WrongRoleError
        For anybody but an administrator.
    BadCatalogueError
        Naming every fault of the table, and every gap and overlap that it has now or later.
    """
    _check_role(by)
    return _in_force(work, as_csv(new.rules), "put_in_force", by)


def act_on_table(work: Work, name: str, action: Action) -> Done[RuleTable]:
    """Go back to the table of the catalogue's own folder.

    Raises
    ------
    MissingError, NotPossibleError
        When no other table is in force, or for any other action.
    WrongRoleError
        For anybody but an administrator.
    BadCatalogueError
        When the folder's table has a gap or an overlap.
    """
    _check_role(action.by)
    before = work.locked(RULE_TABLE, name)
    if action.name != REVERT or not before.text:
        raise NotPossibleError(f"the table of the catalogue is in force; {action.name} is not possible")
    return _in_force(work, "", "reverted", action.by)


def _check_role(by: Actor) -> None:
    if by.role != "admin":
        raise WrongRoleError(f"rules are put in force by admin, not by {by.role}")


def _in_force(work: Work, text: str, name: str, by: Actor) -> Done[RuleTable]:
    """Put the text of a table in force, empty for that of the folder, unless it is in force already."""
    before, own = _locked(work.session), as_csv(work.catalogue.own.rulebook.responsibility)
    text_before = before.text if before else ""
    now = with_responsibility(work.catalogue, text)
    _prove(work, now.rulebook.responsibility)
    if text == text_before or (text == own and not text_before):
        return Done(kind=RULE_TABLE, before=before, after=before)
    edition = before.edition + 1 if before else 1
    after = RuleTable(name=FILE, edition=edition, text=text, since=work.now)
    told = {
        "edition": edition,
        "version": now.version,
        "version_before": version_with(work.catalogue, text_before),
        "rules": len(now.rulebook.responsibility),
        **_differences(text_before or own, text or own),
    }
    event = Event(name=name, at=work.now, by=by.user, role=by.role, payload=told)
    return Done(kind=RULE_TABLE, before=before, after=after, events=(event,))


def _locked(session: Session) -> RuleTable | None:
    """Read the table in force, so that no other is put in its place meanwhile; the district stands for the first one."""
    session.execute(select(DistrictRow.id).with_for_update())
    row = session.scalar(select(RuleTableRow).where(RuleTableRow.name == FILE).with_for_update())
    return None if row is None else fact_of(RuleTable, row)


def _prove(work: Work, rules: tuple[ResponsibilityRule, ...]) -> None:
    rulebook, day = work.catalogue.rulebook, work.catalogue.local(work.now).date()
    cells = cells_to_check(work.session, rules, rulebook.scheme)
    found = check_from(rules, cells, rulebook.categories, day)
    if holes := [f"{f.kind}: {f.where}: {f.detail}" for f in found if f.kind in FATAL]:
        raise BadCatalogueError("\n".join(holes))


def cells_to_check(session: Session, rules: Iterable[ResponsibilityRule], scheme: CodeScheme) -> list[str]:
    """List the cells of the district; without a district one for each pattern of the rules and one outside all."""
    known = list(session.scalars(select(CellRow.code).order_by(CellRow.code)))
    width = sum(scheme.widths)
    return known or sorted({rule.cells.ljust(width, "0") for rule in rules} | {"9" * width})


def _differences(old: str, new: str) -> dict[str, Any]:
    """Name the lines that came and those that went."""
    before, after = old.splitlines(), new.splitlines()
    return {
        "added": [line for line in after if line not in set(before)],
        "removed": [line for line in before if line not in set(after)],
    }


RULE_TABLES = Deeds(kind=RULE_TABLE, starts={PutResponsibility: put_responsibility}, act=act_on_table)
