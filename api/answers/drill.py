"""What is answered about drills."""

from dataclasses import dataclass

from api.answers.answer import Answer
from dispatch.alarms.drill import DrillReport


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillsAnswer(Answer, DrillReport):
    """Drills of a span of time, with what agents did in them."""
