"""Outside lines that hand cases over, such as 12345: their words for kinds of issues, and what they call our states."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from grid.errors import BadRuleError


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotline:
    """One line; ``categories`` lead from its words to our categories, ``states`` from our states to its words."""

    name: str
    categories: Mapping[str, str]
    states: Mapping[str, str]

    def category(self, word: str) -> str:
        """Translate a kind of issue; a word that the line's table does not hold is taken as one of our codes."""
        return self.categories.get(word, word)

    def state(self, ours: str) -> str:
        """Say what the line calls a state."""
        return self.states[ours]


def hotlines_of(
    table: Mapping[str, Any], categories: Collection[str], states: Collection[str]
) -> dict[str, Hotline]:
    """Read the table of lines, by the account each signs in with.

    Parameters
    ----------
    table : Mapping
        Line to ``name``, ``categories`` and ``states``.
    categories, states : collection of str
        Our codes and our states; each state needs a word.

    Raises
    ------
    BadRuleError
        Naming the line and the word at fault.
    """
    lines = {}
    for user, row in table.items():
        line = Hotline(name=row["name"], categories=row.get("categories", {}), states=row.get("states", {}))
        for word, ours in line.categories.items():
            if ours not in categories:
                raise BadRuleError(f"line {user}: {word!r} leads to {ours!r}, which issues.csv does not list")
        if missing := sorted(set(states) - set(line.states)):
            raise BadRuleError(f"line {user}: no word for the state {missing[0]!r}")
        if unknown := sorted(set(line.states) - set(states)):
            raise BadRuleError(f"line {user}: {unknown[0]!r} is no state of a ticket")
        lines[user] = line
    return lines
