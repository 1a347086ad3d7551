"""The one shape of every error (RFC 9457)."""

from dataclasses import dataclass
from typing import Literal

from api.answers.answer import Answer, Sometimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Answer):
    """One field of what was sent that is wrong, and what is allowed there."""

    field: str
    allowed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Answer):
    """Why a request was refused: what happened, why, and what is possible now.

    ``field`` and ``allowed`` name the field that is wrong, ``errors`` all of them where there are several; ``reason``
    is a word for what is wrong with a photo.
    """

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    field: Sometimes[str]
    allowed: Sometimes[str]
    reason: Sometimes[str]
    errors: Sometimes[tuple[Fault, ...]]
