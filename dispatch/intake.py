"""The rules by which calls, reports and questions are taken in."""

from dataclasses import dataclass

from dispatch.calls import CallRules
from dispatch.questions import QuestionRules
from dispatch.sayings import Saying


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRules:
    """Everyday words of callers in their order, how questions are answered, and the numbers that people call."""

    sayings: tuple[Saying, ...]
    questions: QuestionRules
    calls: CallRules
