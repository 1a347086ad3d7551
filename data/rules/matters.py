"""Read kinds of matters: each version of a form, a flow and a clock is one file; a file with a hole is refused."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from data.errors import BadCatalogueError
from data.rules.columns import CODE, NAMES, Field, Table
from data.rules.files import guard, rows
from dispatch.worktime import Limit
from grid.matters.definition import (
    BEGINNERS,
    COMMUNITY,
    REGISTERS,
    TYPES,
    Condition,
    FlowEnd,
    FlowStage,
    FormField,
    Label,
    MatterKind,
    Outcome,
    PaperNeed,
    faults,
)

FILES, GROUPS = "matter_*.toml", "matter_groups.csv"
YES = "Y"
KEPT = 500  # versions that are held parsed
LABELS = (
    Field(name="label_zh", told="on Chinese pages"),
    Field(name="label_en", told="on English pages"),
)
WHEN = Field(
    name="when",
    type="table",
    empty=True,
    told="asked only when `field` holds one of `is`; a choice or yes_no asked before",
)
MATTERS = (
    Table(
        file=GROUPS,
        key="code",
        told="Groups of matters; one within another by `of`.",
        fields=(CODE, *NAMES, Field(name="of", type="code", of=GROUPS, empty=True)),
    ),
    Table(
        file=FILES,
        told="One version of a kind of matter, a file each; what began on a version ends on it.",
        fields=(
            CODE,
            Field(name="version", type="whole number", told="grows with each change"),
            Field(name="since", type="day", told="what begins from this day on follows it"),
            *LABELS,
            Field(name="group", type="code", of=GROUPS),
            Field(name="applicant", type="code", allowed=tuple(REGISTERS)),
            Field(name="begun_by", type="list", allowed=BEGINNERS),
            Field(name="limit", type="limit", told="promised for the whole"),
            Field(name="sample", type="yes or no", told="to be confirmed or replaced by the district"),
            *(Field(name=name, type="list", empty=True) for name in ("field", "paper")),
            *(Field(name=name, type="list") for name in ("stage", "end")),
        ),
    ),
    Table(
        file=FILES,
        section="field",
        many=True,
        told="A field of the form.",
        fields=(
            Field(name="name", type="code"),
            *LABELS,
            Field(name="type", type="code", allowed=TYPES, empty=True, told="text when left out"),
            Field(name="optional", type="yes or no", empty=True),
            Field(name="choices", type="table", empty=True, told="value -> its names, Chinese and English"),
            Field(
                name="known",
                type="code",
                empty=True,
                told="what the register knows; it is shown and never asked: "
                + "; ".join(f"of a {who} {', '.join(what)}" for who, what in REGISTERS.items()),
            ),
            WHEN,
        ),
    ),
    Table(
        file=FILES,
        section="paper",
        many=True,
        told="A paper that has to be presented.",
        fields=(Field(name="code", type="code", of="papers.csv"), WHEN),
    ),
    Table(
        file=FILES,
        section="stage",
        many=True,
        told="A stage of the flow, which begins with the first one; stages lead to each other without a circle.",
        fields=(
            CODE,
            *LABELS,
            Field(
                name="party",
                type="code",
                of="departments.csv",
                also=(COMMUNITY,),
                told="who handles it; the area's own workers and desk where it is community",
            ),
            Field(
                name="share",
                type="whole number",
                unit="percent of the promise",
                told="100 on the longest way",
            ),
            Field(
                name="joint", type="list", of="departments.csv", empty=True, told="do a part at the same time"
            ),
            Field(name="proofs", type="table", empty=True, told="code -> its names, Chinese and English"),
            Field(
                name="next",
                type="table",
                told="outcome -> the stage or end it leads to, and its names, Chinese and English",
            ),
        ),
    ),
    Table(
        file=FILES,
        section="end",
        many=True,
        told="How a matter can end.",
        fields=(
            CODE,
            *LABELS,
            Field(name="good", type="yes or no", told="the applicant gets what was asked"),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterGroup:
    """A group of matters; ``of`` is the group it belongs to, empty for none."""

    code: str
    name_zh: str
    name_en: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterTable:
    """A version of a kind of matter, with the text it was read from."""

    kind: MatterKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterRules:
    """All groups, and all versions of all kinds of matters."""

    groups: Mapping[str, MatterGroup]
    tables: tuple[MatterTable, ...]

    @property
    def english(self) -> Mapping[str, str]:
        """Chinese label of any version -> its English; the first one where a label has several."""
        found: dict[str, str] = {}
        for kind in (table.kind for table in self.tables):
            for label in kind.labels:
                found.setdefault(label.zh, label.en)
        return found

    def in_force(self, day: date) -> Mapping[str, MatterTable]:
        """Return the version of each kind that what begins on a day follows, by code; empty when none is in force yet."""
        found: dict[str, MatterTable] = {}
        for table in sorted(self.tables, key=lambda one: (one.kind.since, one.kind.version)):
            if table.kind.since <= day:
                found[table.kind.code] = table
        return dict(sorted(found.items()))


def matter_rules(folder: Path) -> MatterRules:
    """Read all kinds of matters of a catalogue.

    Raises
    ------
    BadCatalogueError
        Naming file and line of every fault, with what is allowed.
    """
    groups = {one.code: one for one in rows(folder / GROUPS, lambda row: MatterGroup(**row))}
    tables, wrong = [], []
    for path in sorted(folder.glob(FILES)):
        text = path.read_text(encoding="utf-8")
        kind = guard(path, lambda text=text: read_definition(text))  # type: ignore[misc]  # default binds the text
        wrong += [
            f"{path.name} line {_line(text, one.section, one.number)}: {one.told}" for one in faults(kind)
        ]
        tables.append((path.name, MatterTable(kind=kind, text=text)))
    wrong += _clashes(tables)
    if wrong:
        raise BadCatalogueError("\n".join(wrong))
    return MatterRules(groups=groups, tables=tuple(table for _, table in tables))


def _clashes(tables: Iterable[tuple[str, MatterTable]]) -> Iterable[str]:
    seen: dict[tuple[str, object], str] = {}
    for name, table in tables:
        kind = table.kind
        for what in (f"version {kind.version}", f"since {kind.since}"):
            before = seen.setdefault((kind.code, what), name)
            if before != name:
                yield f"{name} line 1: {what} of {kind.code} stands in {before} too"


def _line(text: str, section: str, number: int) -> int:
    """Find the line of the n-th header of a section, 1 for the top of the file."""
    lines = [i for i, line in enumerate(text.splitlines(), 1) if line.strip() == f"[[{section}]]"]
    return lines[number] if section and number < len(lines) else 1


@lru_cache(maxsize=KEPT)
def read_definition(text: str) -> MatterKind:
    """Read the text of one version; also one that is no longer in the catalogue, whose departments may be gone.

    Raises
    ------
    ValueError, KeyError, TypeError
        For a text that is none.
    """
    told = tomllib.loads(text)
    since = told["since"]
    return MatterKind(
        code=told["code"],
        version=int(told["version"]),
        since=since if isinstance(since, date) else date.fromisoformat(since),
        name=_label(told),
        group=told["group"],
        applicant=told["applicant"],
        begun_by=tuple(told["begun_by"]),
        limit=Limit.parse(told["limit"]),
        fields=tuple(_field(one) for one in told.get("field", ())),
        papers=tuple(
            PaperNeed(code=one["code"], when=_when(one.get("when"))) for one in told.get("paper", ())
        ),
        stages=tuple(_stage(one) for one in told["stage"]),
        ends=tuple(
            FlowEnd(code=one["code"], label=_label(one), good=_yes(one["good"])) for one in told["end"]
        ),
        sample=_yes(told["sample"]),
    )


def _yes(value: object) -> bool:
    return value in (YES, True)


def _label(told: Mapping[str, Any]) -> Label:
    return Label(told["label_zh"], told["label_en"])


def _labels(told: Mapping[str, Any], what: str) -> dict[str, Label]:
    return {code: Label(*_texts(code, names, 2, what)) for code, names in told.items()}


def _texts(code: str, names: Any, many: int, what: str) -> Collection[str]:  # noqa: ANN401 - any value of a file
    whole = isinstance(names, list) and len(names) == many
    if not whole or not all(isinstance(one, str) and one.strip() for one in names):
        raise ValueError(f"{what}: {code} = {names!r} is not a list of {many} texts; give both languages")
    return tuple(names)


def _when(told: Mapping[str, Any] | None) -> Condition | None:
    if told is None:
        return None
    if set(told) != {"field", "is"} or not isinstance(told["is"], list):
        raise ValueError(f"when: {dict(told)!r}; write {{field = ..., is = [...]}}")
    return Condition(field=told["field"], values=tuple(told["is"]))


def _field(told: Mapping[str, Any]) -> FormField:
    return FormField(
        name=told["name"],
        label=_label(told),
        type=told.get("type", "text"),
        required=not _yes(told.get("optional", False)),
        choices=_labels(told.get("choices", {}), "choices"),
        when=_when(told.get("when")),
        known=told.get("known", ""),
    )


def _stage(told: Mapping[str, Any]) -> FlowStage:
    outcomes = []
    for code, names in told["next"].items():
        to, label_zh, label_en = _texts(code, names, 3, "next")
        outcomes.append(Outcome(code=code, label=Label(label_zh, label_en), to=to))
    return FlowStage(
        code=told["code"],
        label=_label(told),
        party=told["party"],
        share=int(told["share"]),
        outcomes=tuple(outcomes),
        joint=tuple(told.get("joint", ())),
        proofs=_labels(told.get("proofs", {}), "proofs"),
    )
