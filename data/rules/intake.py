"""Read the everyday words of the catalogue, the rules of questions, and the numbers that people call."""

import re
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from data.rules.columns import Field, Table
from data.rules.files import rows, section
from data.rules.lifecycles import read_lifecycle
from dispatch import questions
from dispatch.calls import CalledNumber, CallRules
from dispatch.intake import IntakeRules
from dispatch.questions import QuestionRules
from dispatch.sayings import Saying
from dispatch.worktime import Limit

FILE = "sayings.csv"
NUMBERS = "called_numbers.csv"
PERCENT = 100
NUMBER_TEXTS = ("number", "name_zh", "name_en", "owner", "hours", "greeting_zh", "greeting_en", "area")
HOUR = re.compile(r"([01]\d|2[0-4]):[0-5]\d")
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
    Table(
        file=NUMBERS,
        key="number",
        told="Numbers that people call, a sample: the called number decides greeting, desk and what is offered.",
        fields=(
            Field(name="number", told="as exchanges write it, digits alone"),
            Field(name="name_zh"),
            Field(name="name_en"),
            Field(name="owner", told="whose number it is"),
            Field(name="hours", told="when somebody answers, as 08:30-17:30"),
            Field(name="greeting_zh", told="what an agent says first"),
            Field(name="greeting_en"),
            Field(
                name="area", type="code", empty=True, told="whose desk answers; empty for the whole district"
            ),
            Field(name="items", empty=True, told="codes of what is offered, a space between; empty for all"),
        ),
    ),
)


def intake_rules(folder: Path, settings: Mapping[str, Any], items: Container[str]) -> IntakeRules:
    """Read the everyday words, and how questions are answered.

    Raises
    ------
    BadCatalogueError
        Naming the file and what is wrong in it.
    """
    return IntakeRules(
        sayings=tuple(rows(folder / FILE, _saying)),
        questions=section(folder, settings, "question", lambda told: _questions(folder, told)),
        calls=section(folder, settings, "calls", lambda told: _calls(folder, told, items)),
    )


def _calls(folder: Path, told: Mapping[str, Any], items: Container[str]) -> CallRules:
    share = float(told["share_percent"]) / PERCENT
    if not 0 < share < 1:
        raise ValueError(f"share_percent = {told['share_percent']}: more than 0, less than {PERCENT}")
    found = {one.number: one for one in rows(folder / NUMBERS, lambda row: _number(row, items))}
    return CallRules(
        numbers=found, answer_s=float(told["answer_s"]), share=share, wrap_s=float(told["wrap_s"])
    )


def _number(row: Mapping[str, str], items: Container[str]) -> CalledNumber:
    if not row["number"].isdecimal():
        raise ValueError(f"number {row['number']!r}: digits alone")
    offered = tuple(row["items"].split())
    if unknown := [code for code in offered if code not in items]:
        raise ValueError(f"{row['number']}: there is no item {unknown[0]}")
    opens, _, shuts = row["hours"].partition("-")
    if not (HOUR.fullmatch(opens) and HOUR.fullmatch(shuts)):
        raise ValueError(f"{row['number']}: hours {row['hours']!r}, write 08:30-17:30")
    texts = {name: row[name] for name in NUMBER_TEXTS}
    return CalledNumber(**texts, items=offered)


def _saying(row: Mapping[str, str]) -> Saying:
    if row["item"] and row["category"]:
        raise ValueError(f"{row['text']}: an item or a category, not both; write two lines")
    return Saying(text=row["text"], item=row["item"], category=row["category"])


def _questions(folder: Path, told: Mapping[str, Any]) -> QuestionRules:
    path = folder / "question_lifecycle.toml"
    lifecycle = read_lifecycle(path, questions.EFFECTS, questions.FIELDS)
    return QuestionRules(limit=Limit.parse(told["answer"]), lifecycle=lifecycle)
