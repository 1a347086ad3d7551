"""Outside lines such as 12345: their words for kinds of issues and states, and what they take from us."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from dispatch.worktime import Limit
from grid.errors import BadRuleError

DEEDS = ("take", "report", "done", "refuse")
"""What a line that holds a ticket can say of it."""
ANSWERS = frozenset({"done", "line_done", "reply", "pass", "fail", "close", "void", "shelve", "say"})
"""The steps of a ticket that the line which gave it hears of; notes between colleagues stay inside."""
KEYS = frozenset(
    {"name", "categories", "natures", "states", "takes", "silence", "departments", "contact", "answers"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotline:
    """One line; ``categories`` and ``natures`` lead from its words to ours, ``states`` from our states to its words.

    A line that ``takes`` tickets is handed those of its ``departments`` at once, others one by one; ``silence`` is how
    long it may say nothing, ``answers`` lead from its words for states to `DEEDS`, with ``contact`` it is told whom to
    call.
    """

    name: str
    categories: Mapping[str, str]
    natures: Mapping[str, str]
    states: Mapping[str, str]
    takes: bool = False
    silence: Limit | None = None
    departments: tuple[str, ...] = ()
    contact: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)

    def category(self, word: str) -> str:
        """Translate a kind of issue; a word that the line's table does not hold is taken as one of our codes."""
        return self.categories.get(word, word)

    def nature(self, word: str) -> str:
        """Translate what a case is to its caller; a word that the table does not hold is taken as one of ours."""
        return self.natures.get(word, word)

    def word_for(self, category: str) -> str:
        """Say what the line calls one of our kinds of issues; our code where it has no word."""
        return _word_for(category, self.categories)

    def nature_word_for(self, nature: str) -> str:
        """Say what the line calls one of our natures; our code where it has no word."""
        return _word_for(nature, self.natures)

    def state(self, ours: str) -> str:
        """Say what the line calls a state."""
        return self.states[ours]

    def deed(self, word: str) -> str | None:
        """Tell what a line means by a word for a state: one of `DEEDS`, None when its table does not hold it."""
        return word if word in DEEDS else self.answers.get(word)


def hotlines_of(
    table: Mapping[str, Any],
    categories: Collection[str],
    natures: Collection[str],
    states: Collection[str],
    departments: Collection[str] = (),
) -> dict[str, Hotline]:
    """Read the table of lines, by the account each signs in with.

    Parameters
    ----------
    table : Mapping
        Line to its row; see `Hotline`.
    categories, natures, states, departments : collection of str
        Our codes and our states; each state needs a word, a department at most one line.

    Returns
    -------
    dict of str to Hotline
        Empty for an empty table.

    Raises
    ------
    BadRuleError
        Naming the line and the word at fault.
    """
    lines: dict[str, Hotline] = {}
    stood_for: dict[str, str] = {}
    for user, row in table.items():
        line = _line(user, row)
        _prove_words(user, line, (categories, natures), states)
        _prove_taking(user, line, departments)
        for department in line.departments:
            if (other := stood_for.setdefault(department, user)) != user:
                raise BadRuleError(f"line {user}: {department} goes to {other} already")
        lines[user] = line
    return lines


def _line(user: str, row: Mapping[str, Any]) -> Hotline:
    if odd := sorted(set(row) - KEYS):
        raise BadRuleError(f"line {user}: unknown key {odd[0]!r}; allowed are {', '.join(sorted(KEYS))}")
    return Hotline(
        name=row["name"],
        categories=row.get("categories", {}),
        natures=row.get("natures", {}),
        states=row.get("states", {}),
        takes=bool(row.get("takes", False)),
        silence=Limit.parse(row["silence"]) if "silence" in row else None,
        departments=tuple(row.get("departments", ())),
        contact=bool(row.get("contact", False)),
        answers=row.get("answers", {}),
    )


def _word_for(ours: str, words: Mapping[str, str]) -> str:
    return next((word for word, code in words.items() if code == ours), ours)


def _prove_words(
    user: str, line: Hotline, known: tuple[Collection[str], Collection[str]], states: Collection[str]
) -> None:
    tables = (line.categories, known[0], "issues.csv"), (line.natures, known[1], "natures.csv")
    for words, codes, file in tables:
        for word, ours in words.items():
            if ours not in codes:
                raise BadRuleError(f"line {user}: {word!r} leads to {ours!r}, which {file} does not list")
    if missing := sorted(set(states) - set(line.states)):
        raise BadRuleError(f"line {user}: no word for the state {missing[0]!r}")
    if unknown := sorted(set(line.states) - set(states)):
        raise BadRuleError(f"line {user}: {unknown[0]!r} is no state of a ticket")


def _prove_taking(user: str, line: Hotline, departments: Collection[str]) -> None:
    if not line.takes and (line.silence or line.departments or line.answers or line.contact):
        raise BadRuleError(
            f"line {user}: only a line with takes = true is handed tickets; write that, or nothing of it"
        )
    if line.takes and line.silence is None:
        raise BadRuleError(f'line {user}: how long may it say nothing? write silence = "2 work_day"')
    if unknown := [d for d in line.departments if d not in departments]:
        raise BadRuleError(f"line {user}: {unknown[0]!r} is not in departments.csv")
    if odd := sorted(set(line.answers.values()) - set(DEEDS)):
        raise BadRuleError(f"line {user}: {odd[0]!r} is none of {', '.join(DEEDS)}")
