"""What is answered about matters: the kinds that can be begun, and how one stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from api.answers.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterOutcome(Answer):
    """How a stage can end and where that leads."""

    code: str
    name: str
    to: str
    to_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterStageAnswer(Answer):
    """A stage of the flow; ``party`` is a department or ``community``, ``share`` percent of the promise, ``limit`` that as a limit.

    ``proofs`` is what has to be told when it ends, code to name.
    """

    code: str
    name: str
    party: str
    party_name: str
    share: int
    limit: str
    joint: tuple[str, ...]
    proofs: dict[str, str]
    outcomes: tuple[MatterOutcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterWhen(Answer):
    """Asked only when another field holds one of some values."""

    field: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterField(Answer):
    """A field of the form; ``known`` names what the register knows, empty for a field that is asked."""

    name: str
    label: str
    type: str
    required: bool
    choices: dict[str, str]
    when: MatterWhen | None
    known: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterPaper(Answer):
    """A paper that has to be presented."""

    code: str
    name: str
    when: MatterWhen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterKindAnswer(Answer):
    """The version of a kind of matter that is in force; ``json_schema`` (2020-12) is that of ``answers`` when one is begun."""

    code: str
    version: int
    since: date
    name: str
    group: str
    group_name: str
    applicant: Literal["resident", "business"]
    begun_by: tuple[str, ...]
    limit: str
    sample: bool
    fields: tuple[MatterField, ...]
    papers: tuple[MatterPaper, ...]
    stages: tuple[MatterStageAnswer, ...]
    ends: dict[str, str]
    json_schema: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterKinds(Answer):
    """The kinds of matters in force today, by code."""

    items: tuple[MatterKindAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterPartAnswer(Answer):
    """What one party does, or did, for a stage; ``department`` is empty where the area itself handles it."""

    stage: str
    stage_name: str
    department: str
    party_name: str
    lead: bool
    started_at: datetime
    due_at: datetime
    received_at: datetime | None
    done_at: datetime | None
    late: bool
    outcome: str
    outcome_name: str
    note: str
    proofs: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterLine(Answer):
    """A matter in a list."""

    no: str
    kind: str
    version: int
    name: str
    area: str
    area_name: str
    state: Literal["running", "waiting", "closed", "withdrawn"]
    state_name: str
    stage: str
    stage_name: str
    begun_at: datetime
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterList(Answer):
    """Matters of one's scope, the soonest due first; ``left_off`` tells how many more there are."""

    items: tuple[MatterLine, ...]
    left_off: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterDetail(MatterLine):
    """A matter for those whom it concerns.

    ``known`` is what the register says of the applicant, masked but for themselves. ``used_s`` are the working seconds
    that each stage has used, ``slowest`` the one that used most, empty before any time was used. ``can`` is what whoever
    asks can do now. ``follow_key`` is told once, when it is begun; it is empty afterwards.
    """

    applicant: str
    known: dict[str, Any]
    answers: dict[str, Any]
    papers: tuple[str, ...]
    parts: tuple[MatterPartAnswer, ...]
    end: str
    end_name: str
    reason: str
    closed_at: datetime | None
    used_s: dict[str, int]
    slowest: str
    can: tuple[str, ...]
    follow_key: str
