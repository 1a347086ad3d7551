"""What is answered about one person: a resident, or how to reach somebody."""

from dataclasses import dataclass

from api.answers.answer import Answer
from dispatch.resident import Contact, Resident


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAnswer(Answer, Resident):
    """A resident as the register has them, masked but for those who deal with an alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAnswer(Answer, Contact):
    """How to reach whoever stands behind an order, report or alarm."""
