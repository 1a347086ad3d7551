"""What can be done with a thing now."""

from dataclasses import dataclass

from api.answers.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAnswer(Answer):
    """One action that may be taken now, its label, and the fields that it needs."""

    action: str
    label: str
    needs: tuple[str, ...]
