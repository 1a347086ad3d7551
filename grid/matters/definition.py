"""What a kind of matter is: its form, its flow through stages, and its clock; and what a definition leaves open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dispatch.worktime import Limit

TYPES = ("text", "number", "day", "yes_no", "choice")
COMMUNITY = "community"
"""The party of a stage that the workers and the desk of the area handle themselves."""
REGISTERS: Mapping[str, tuple[str, ...]] = {
    "resident": ("name", "phone", "address", "birth_year"),
    "business": ("name", "credit_code", "phone", "address"),
}
"""Applicant -> what the register knows of one, so that it is never asked again."""
BEGINNERS = ("resident", "worker", "dispatcher")
WHOLE = 100
"""Percent of the promise that the stages of the longest way share."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something is asked only when another field holds one of some values."""

    field: str
    values: tuple[object, ...]

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Tell whether it is asked, by the answers."""
        return answers.get(self.field) in self.values


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field of a form.

    ``known`` names what the register already knows; such a field is shown and never asked. ``choices`` are the values of
    a choice with their labels.
    """

    name: str
    label: Label
    type: str = "text"
    required: bool = True
    choices: Mapping[str, Label] = field(default_factory=dict)
    when: Condition | None = None
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperNeed:
    """A paper that has to be presented, by its code; always, or under a condition."""

    code: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a stage can end, and the stage or end that comes next."""

    code: str
    label: Label
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStage:
    """One stage of a flow.

    ``party`` is the code of a department, or `COMMUNITY`; ``joint`` are departments that do their part at the same time.
    ``share`` is the percentage of the promise that the stage may take, ``proofs`` what has to be told when it ends.
    """

    code: str
    label: Label
    party: str
    share: int
    outcomes: tuple[Outcome, ...]
    joint: tuple[str, ...] = ()
    proofs: Mapping[str, Label] = field(default_factory=dict)

    def outcome(self, code: str) -> Outcome | None:
        """Return an outcome by its code, None when there is none."""
        return next((one for one in self.outcomes if one.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEnd:
    """How a matter can end; ``good`` when the applicant gets what was asked."""

    code: str
    label: Label
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterKind:
    """One version of a kind of matter; matters that begin from ``since`` on, until the next version, follow it.

    ``stages`` begin with the first one. ``limit`` is what is promised for the whole.
    """

    code: str
    version: int
    since: date
    name: Label
    group: str
    applicant: str
    begun_by: tuple[str, ...]
    limit: Limit
    fields: tuple[FormField, ...]
    papers: tuple[PaperNeed, ...]
    stages: tuple[FlowStage, ...]
    ends: tuple[FlowEnd, ...]
    sample: bool = False

    @property
    def labels(self) -> Iterator[Label]:
        """All labels of the form and the flow."""
        yield self.name
        for one in self.fields:
            yield one.label
            yield from one.choices.values()
        for stage in self.stages:
            yield stage.label
            yield from stage.proofs.values()
            yield from (outcome.label for outcome in stage.outcomes)
        yield from (end.label for end in self.ends)

    def stage(self, code: str) -> FlowStage:
        """Return a stage by its code.

        Raises
        ------
        KeyError
        """
        return {one.code: one for one in self.stages}[code]

    def end(self, code: str) -> FlowEnd | None:
        """Return an end by its code, None for a stage or nothing."""
        return next((one for one in self.ends if one.code == code), None)

    def limit_of(self, stage: FlowStage) -> Limit:
        """Return a stage's share of the promise, on the clock of the promise."""
        return Limit(amount=self.limit.amount * stage.share / Decimal(WHOLE), clock=self.limit.clock)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a definition: the section, the place in it counted from 0, and what is allowed."""

    section: str
    number: int
    told: str


def faults(kind: MatterKind) -> Iterator[Fault]:
    """Yield what a definition leaves open or gets wrong; nothing for a sound one."""
    if not kind.stages:
        yield Fault("", 0, "stage: a matter has at least one stage")
    if not kind.ends:
        yield Fault("", 0, "end: a matter has at least one end")
    for section, names in (
        ("field", [one.name for one in kind.fields]),
        ("paper", [one.code for one in kind.papers]),
        ("stage", [*(one.code for one in kind.stages)]),
        ("end", [*(one.code for one in kind.ends)]),
    ):
        for number, name in enumerate(names):
            if name in names[:number]:
                yield Fault(section, number, f"{name!r} stands twice")
    yield from _form_faults(kind)
    found = [*_flow_faults(kind)]
    yield from found
    if not found and kind.stages and kind.ends:
        yield from _share_faults(kind)


def _form_faults(kind: MatterKind) -> Iterator[Fault]:
    before: dict[str, FormField] = {}
    for number, one in enumerate(kind.fields):
        if (one.type == "choice") != bool(one.choices):
            yield Fault("field", number, "choices: a field of type choice has them, and no other")
        if one.known and one.known not in REGISTERS[kind.applicant]:
            allowed = ", ".join(REGISTERS[kind.applicant])
            yield Fault("field", number, f"known: {one.known!r} is not one of {allowed}")
        if one.known and one.when:
            yield Fault("field", number, "when: a field that the register knows is never asked")
        yield from _condition_faults("field", number, one.when, before)
        before[one.name] = one
    for number, need in enumerate(kind.papers):
        yield from _condition_faults("paper", number, need.when, before)


def _condition_faults(
    section: str, number: int, when: Condition | None, before: Mapping[str, FormField]
) -> Iterator[Fault]:
    if when is None:
        return
    asked = before.get(when.field)
    if asked is None or asked.known:
        named = ", ".join(name for name, one in before.items() if not one.known) or "none"
        yield Fault(
            section, number, f"when: {when.field!r} is no field that is asked before; such are {named}"
        )
        return
    allowed: tuple[object, ...] = tuple(asked.choices) if asked.type == "choice" else (True, False)
    if asked.type not in ("choice", "yes_no"):
        yield Fault(section, number, f"when: {when.field} is a {asked.type}; conditions ask choice or yes_no")
    elif not when.values or any(value not in allowed for value in when.values):
        told = ", ".join(map(str, allowed))
        yield Fault(section, number, f"when: is lists values of {when.field}, which are {told}")


def _flow_faults(kind: MatterKind) -> Iterator[Fault]:
    stages = {one.code: one for one in kind.stages}
    for number, end in enumerate(kind.ends):
        if end.code in stages:
            yield Fault("end", number, f"{end.code!r} is the name of a stage too")
    for number, stage in enumerate(kind.stages):
        if not stage.outcomes:
            yield Fault("stage", number, "next: a stage leads to a stage or an end")
        if stage.party in stage.joint or len(set(stage.joint)) < len(stage.joint):
            yield Fault("stage", number, "joint: each department has one part in a stage")
        named = [*stages, *(end.code for end in kind.ends)]
        for outcome in stage.outcomes:
            if outcome.to not in named:
                told = f"next: {outcome.to!r} is no stage or end; these are {', '.join(named)}"
                yield Fault("stage", number, told)
        if stage.code in _reached(stage, stages):
            yield Fault(
                "stage", number, f"{stage.code!r} leads back to itself; stages are given back instead"
            )
    yield from _unreached(kind, stages)


def _unreached(kind: MatterKind, stages: Mapping[str, FlowStage]) -> Iterator[Fault]:
    if not kind.stages:
        return
    first = kind.stages[0]
    reached = _reached(first, stages) | {first.code}
    for section, codes in (("stage", list(stages)), ("end", [end.code for end in kind.ends])):
        for number, code in enumerate(codes):
            if code not in reached:
                yield Fault(section, number, f"{code!r} is never reached from {first.code!r}")


def _reached(stage: FlowStage, stages: Mapping[str, FlowStage]) -> set[str]:
    """Return all stages and ends that a stage leads to."""
    reached: set[str] = set()
    todo = [one.to for one in stage.outcomes]
    while todo:
        code = todo.pop()
        if code not in reached:
            reached.add(code)
            todo += [one.to for one in stages[code].outcomes] if code in stages else []
    return reached


def _share_faults(kind: MatterKind) -> Iterator[Fault]:
    stages = {one.code: one for one in kind.stages}
    for number, stage in enumerate(kind.stages):
        if not 1 <= stage.share <= WHOLE:
            yield Fault("stage", number, f"share: {stage.share} is no percentage from 1 to {WHOLE}")

    def longest(code: str) -> int:
        if code not in stages:
            return 0
        return stages[code].share + max(longest(one.to) for one in stages[code].outcomes)

    if (whole := longest(kind.stages[0].code)) != WHOLE:
        told = f"share: the stages of the longest way share {whole} percent of the promise, not {WHOLE}"
        yield Fault("stage", 0, told)
