"""What is answered about safety devices."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAnswer(Answer):
    """A safety device in a resident's home; ``live`` tells whether it was heard of lately."""

    no: str
    kind: str
    resident: str
    since: datetime
    heard_at: datetime | None
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePage(Answer):
    """One page of devices; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[DeviceAnswer, ...]
    next: str | None
