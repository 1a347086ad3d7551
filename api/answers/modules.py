"""What is answered about modules."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleSwitchAnswer(Answer):
    """Where a module is on or off, since when and why."""

    area: str
    area_name: str
    on: bool
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleAnswer(Answer):
    """A module: ``on`` in the asker's own area as a whole, ``anywhere`` in any part of it; ``switches`` in and around it."""

    code: str
    name: str
    name_en: str
    told: str
    told_en: str
    pages: tuple[str, ...]
    on: bool
    anywhere: bool
    switches: tuple[ModuleSwitchAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleList(Answer):
    """All modules, in the order of their table."""

    items: tuple[ModuleAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureUse(Answer):
    """How something that people can do was used; without an ``action``, all that is done to a kind of thing.

    ``events`` counts what was done, by ``people`` accounts, ``roles`` by the role in which; ``last_at`` is null where nobody
    used it. ``module`` is the one it belongs to, empty for none.
    """

    kind: str
    kind_name: str
    action: str
    label: str
    module: str
    events: int
    people: int
    roles: dict[str, int]
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureUses(Answer):
    """All features, the most used first and those that nobody used last; the end of the time is left out."""

    since: datetime
    until: datetime
    items: tuple[FeatureUse, ...]
