"""Read the everyday words of the catalogue, and the rules of questions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.rules.columns import Field, Table
from data.rules.files import rows, section
from data.rules.lifecycles import read_lifecycle
from dispatch import questions
from dispatch.intake import IntakeRules
from dispatch.questions import QuestionRules
from dispatch.sayings import Saying
from dispatch.worktime import Limit

FILE = "sayings.csv"
INTAKE = (
    Table(
        file=FILE,
        told="Everyday words for what is wanted, a sample; clerks add to them what they hear. A word may stand twice.",
        fields=(
            Field(name="text", told="as callers say it"),
            Field(name="item", type="code", of="items.csv", empty=True, told="the service that is wanted"),
            Field(
                name="category",
                type="code",
                of="issues.csv",
                empty=True,
                told="what is reported; with neither a question",
            ),
        ),
    ),
)


def intake_rules(folder: Path, settings: Mapping[str, Any]) -> IntakeRules:
    """Read the everyday words, and how questions are answered.

    Raises
    ------
    BadCatalogueError
        Naming the file and what is wrong in it.
    """
    return IntakeRules(
        sayings=tuple(rows(folder / FILE, _saying)),
        questions=section(folder, settings, "question", lambda told: _questions(folder, told)),
    )


def _saying(row: Mapping[str, str]) -> Saying:
    if row["item"] and row["category"]:
        raise ValueError(f"{row['text']}: an item or a category, not both; write two lines")
    return Saying(text=row["text"], item=row["item"], category=row["category"])


def _questions(folder: Path, told: Mapping[str, Any]) -> QuestionRules:
    path = folder / "question_lifecycle.toml"
    lifecycle = read_lifecycle(path, questions.EFFECTS, questions.FIELDS)
    return QuestionRules(limit=Limit.parse(told["answer"]), lifecycle=lifecycle)
