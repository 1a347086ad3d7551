"""What is answered of the log of looks at personal data."""

from dataclasses import dataclass

from api.answers.answer import Answer, Sometimes
from data.registers.reveals import Reveal


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealAnswer(Answer, Reveal):
    """One look; residents are not told the account, nor the number of the line."""

    id: Sometimes[int]
    user: Sometimes[str]
    purpose_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealPage(Answer):
    """One page of the log; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[RevealAnswer, ...]
    next: str | None
