"""What is answered about where the next providers would help."""

from dataclasses import dataclass

from api.answers.answer import Answer
from data.city.siting import Sites


@dataclass(frozen=True, slots=True, kw_only=True)
class SitingAnswer(Answer, Sites):
    """New places for an item and what they change; counts of people, no homes."""

    item_name: str
