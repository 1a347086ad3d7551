"""Matters as they are answered: kinds with their labels, and each matter by the version it began with."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.views.names import MATTER_STATES, area_name
from api.views.resident import MASKS, is_own
from api.views.shape import plain
from api.world import World
from data.models import EntityRow, ResidentRow, fact_of
from data.rules.matters import read_definition
from dispatch.providers.entity import Entity
from dispatch.resident import Resident
from grid.account import Account
from grid.matters.acts import possible, used_s
from grid.matters.definition import COMMUNITY, Condition, FlowStage, FormField, MatterKind
from grid.matters.fact import Matter, Part
from grid.matters.form import schema_of

OUTCOME_NAMES = {"returned": "退回", "dropped": "不再需要", "done": "已完成"}


def kind_view(world: World, kind: MatterKind) -> dict[str, Any]:
    """Show a version of a kind with its form, flow and schema."""
    group = world.catalogue.matters.groups.get(kind.group)
    papers = world.catalogue.counter.papers
    return {
        "code": kind.code,
        "version": kind.version,
        "since": kind.since.isoformat(),
        "name": kind.name.zh,
        "group": kind.group,
        "group_name": group.name_zh if group else kind.group,
        "applicant": kind.applicant,
        "begun_by": list(kind.begun_by),
        "limit": str(kind.limit),
        "sample": kind.sample,
        "fields": [_field_view(one) for one in kind.fields],
        "papers": [
            {
                "code": need.code,
                "name": papers[need.code].name_zh if need.code in papers else need.code,
                "when": _when_view(need.when),
            }
            for need in kind.papers
        ],
        "stages": [_stage_view(world, kind, one) for one in kind.stages],
        "ends": {end.code: end.label.zh for end in kind.ends},
        "json_schema": schema_of(kind),
    }


def _when_view(when: Condition | None) -> dict[str, Any] | None:
    return None if when is None else {"field": when.field, "values": list(when.values)}


def _field_view(one: FormField) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label.zh,
        "type": one.type,
        "required": one.required,
        "choices": {code: label.zh for code, label in one.choices.items()},
        "when": _when_view(one.when),
        "known": one.known,
    }


def _stage_view(world: World, kind: MatterKind, stage: FlowStage) -> dict[str, Any]:
    return {
        "code": stage.code,
        "name": stage.label.zh,
        "party": stage.party,
        "party_name": party_name(world, "" if stage.party == COMMUNITY else stage.party),
        "share": stage.share,
        "limit": str(kind.limit_of(stage)),
        "joint": list(stage.joint),
        "proofs": {code: label.zh for code, label in stage.proofs.items()},
        "outcomes": [
            {"code": one.code, "name": one.label.zh, "to": one.to, "to_name": _place_name(kind, one.to)}
            for one in stage.outcomes
        ],
    }


def _place_name(kind: MatterKind, code: str) -> str:
    end = kind.end(code)
    if end is not None:
        return end.label.zh
    return kind.stage(code).label.zh if code else ""


def party_name(world: World, department: str) -> str:
    """Name who handles a part; the community where no department does."""
    return world.city.department_name(department) if department else "社区"


def line_view(world: World, matter: Matter) -> dict[str, Any]:
    """Show a matter in a list."""
    kind = read_definition(matter.definition)
    shown: dict[str, Any] = plain(
        {
            "no": matter.no,
            "kind": matter.kind,
            "version": matter.version,
            "name": kind.name.zh,
            "area": matter.area,
            "area_name": area_name(world, matter.area),
            "state": matter.state,
            "state_name": MATTER_STATES[matter.state],
            "stage": matter.stage,
            "stage_name": _place_name(kind, matter.stage),
            "begun_at": matter.begun_at,
            "due_at": matter.due_at,
            "late": matter.is_late(world.clock()),
        },
        world.zone,
    )
    return shown


def matter_view(
    world: World, session: Session, matter: Matter, account: Account, key: str = ""
) -> dict[str, Any]:
    """Show a matter to one whom it concerns, with what the register knows of the applicant."""
    kind, now = read_definition(matter.definition), world.clock()
    used = used_s(matter, world.catalogue.rulebook.worktime, now)
    slowest = max(used, key=lambda code: used[code], default="")
    more = {
        "applicant": matter.applicant,
        "known": known_of(session, kind, matter.applicant, account),
        "answers": matter.answers,
        "papers": matter.papers,
        "parts": [_part_view(world, kind, one) for one in matter.parts],
        "end": matter.end,
        "end_name": _place_name(kind, matter.end),
        "reason": matter.reason,
        "closed_at": matter.closed_at,
        "used_s": used,
        "slowest": slowest if used.get(slowest) else "",
        "can": possible(matter, account.actor()),
        "follow_key": key,
    }
    shown: dict[str, Any] = line_view(world, matter) | plain(more, world.zone)
    return shown


def of_matter(matter: Matter, *, opened: bool) -> dict[str, Any]:
    """Show of a matter what whoever has its number may know: what it is and where it stands to the applicant alone."""
    told: dict[str, Any] = {"state_name": MATTER_STATES[matter.state], "waiting": matter.state == "waiting"}
    if not opened:
        return told
    kind = read_definition(matter.definition)
    names = {"stage_name": _place_name(kind, matter.stage), "end_name": _place_name(kind, matter.end)}
    return told | {"matter_name": kind.name.zh} | names


def _part_view(world: World, kind: MatterKind, part: Part) -> dict[str, Any]:
    outcome = kind.stage(part.stage).outcome(part.outcome)
    now = world.clock()
    return {
        "stage": part.stage,
        "stage_name": _place_name(kind, part.stage),
        "department": part.department,
        "party_name": party_name(world, part.department),
        "lead": part.lead,
        "started_at": part.started_at,
        "due_at": part.due_at,
        "received_at": part.received_at,
        "done_at": part.done_at,
        "late": part.left_s is None and (part.done_at or now) > part.due_at,
        "outcome": part.outcome,
        "outcome_name": outcome.label.zh if outcome else OUTCOME_NAMES.get(part.outcome, ""),
        "note": part.note,
        "proofs": part.proofs or {},
    }


def known_of(session: Session, kind: MatterKind, applicant: str, account: Account) -> dict[str, Any]:
    """Tell what the register knows of an applicant for the form, by field; empty for one that it no longer holds."""
    found: Resident | Entity
    if kind.applicant == "resident":
        row = session.scalar(select(ResidentRow).where(ResidentRow.no == applicant))
        if row is None:
            return {}
        found = fact_of(Resident, row)
        masks: Mapping[str, Any] = {} if is_own(account, found) else MASKS
    else:
        entity = session.scalar(select(EntityRow).where(EntityRow.no == applicant))
        if entity is None:
            return {}
        found, masks = fact_of(Entity, entity), {}
    told = {one.name: (one.known, getattr(found, one.known)) for one in kind.fields if one.known}
    return {name: masks[known](value) if known in masks else value for name, (known, value) in told.items()}
