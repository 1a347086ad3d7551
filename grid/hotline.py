"""Outside lines that hand cases over, such as 12345: their words for kinds of issues, and what they call our states."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from grid.errors import BadRuleError


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotline:
    """One line; ``categories`` and ``natures`` lead from its words to ours, ``states`` from our states to its words."""

    name: str
    categories: Mapping[str, str]
    natures: Mapping[str, str]
    states: Mapping[str, str]

    def category(self, word: str) -> str:
        """Translate a kind of issue; a word that the line's table does not hold is taken as one of our codes."""
        return self.categories.get(word, word)

    def nature(self, word: str) -> str:
        """Translate what a case is to its caller; a word that the table does not hold is taken as one of ours."""
        return self.natures.get(word, word)

    def state(self, ours: str) -> str:
        """Say what the line calls a state."""
        return self.states[ours]


def hotlines_of(
    table: Mapping[str, Any],
    categories: Collection[str],
    natures: Collection[str],
    states: Collection[str],
) -> dict[str, Hotline]:
    """Read the table of lines, by the account each signs in with.

    Parameters
    ----------
    table : Mapping
        Line to ``name``, ``categories``, ``natures`` and ``states``.
    categories, natures, states : collection of str
        Our codes and our states; each state needs a word.

    Raises
    ------
    BadRuleError
        Naming the line and the word at fault.
    """
    lines = {}
    for user, row in table.items():
        line = Hotline(
            name=row["name"],
            categories=row.get("categories", {}),
            natures=row.get("natures", {}),
            states=row.get("states", {}),
        )
        for words, known, file in (
            (line.categories, categories, "issues.csv"),
            (line.natures, natures, "natures.csv"),
        ):
            for word, ours in words.items():
                if ours not in known:
                    raise BadRuleError(f"line {user}: {word!r} leads to {ours!r}, which {file} does not list")
        if missing := sorted(set(states) - set(line.states)):
            raise BadRuleError(f"line {user}: no word for the state {missing[0]!r}")
        if unknown := sorted(set(line.states) - set(states)):
            raise BadRuleError(f"line {user}: {unknown[0]!r} is no state of a ticket")
        lines[user] = line
    return lines
