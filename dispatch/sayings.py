"""Everyday words for what is wanted: found in what a caller says, told to be a service, a report or a question."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from dispatch.errors import BadFieldError

Wanted = Literal["order", "report", "question"]
WANTED: tuple[Wanted, ...] = ("order", "report", "question")
LONGEST = 12
_SIGNS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d{3,}")
_LIKELY = 2
"""So many signs in common with a name count; one sign alone says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """An everyday word and what it means: an item, a category of issues, or with neither a question."""

    text: str
    item: str = ""
    category: str = ""

    @property
    def wanted(self) -> Wanted:
        """What is wanted by it."""
        return "order" if self.item else "report" if self.category else "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A word of callers that the catalogue lacks: what it meant when a clerk chose, how often it was heard.

    While ``known`` is false nobody has said what it means; ``item`` and ``category`` are then what was chosen last.
    """

    no: str
    text: str
    known: bool = False
    wanted: str = ""
    item: str = ""
    category: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a text may mean: an item, a category or a question, and the word of it that says so."""

    wanted: Wanted
    code: str
    word: str


_Found = dict[tuple[Wanted, str], tuple[int, str]]


def fold(text: str) -> str:
    """Return a text as it is compared: one width and case, without blanks and signs."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def check_saying(text: str) -> str:
    """Return a word that may be kept: short, and holding no number by which somebody is known.

    Raises
    ------
    BadFieldError
    """
    folded = fold(text)
    if not folded or len(folded) > LONGEST or _NUMBER.search(folded):
        raise BadFieldError("words", text, f"1 to {LONGEST} signs without a telephone or house number")
    return folded


def meanings(
    text: str, sayings: Iterable[Saying], names: Mapping[Wanted, Mapping[str, str]]
) -> tuple[Meaning, ...]:
    """Return what a text may mean, the longest word that was found first.

    Parameters
    ----------
    text : str
        As it was spoken.
    sayings : iterable of Saying
        In their order; of words of the same length the first comes first.
    names : Mapping
        For orders and reports the names by code.

    Returns
    -------
    tuple of Meaning
        Each item and category once; empty when nothing was understood.
    """
    said = fold(text)
    found: _Found = {}

    for saying in sayings:
        if (word := fold(saying.text)) and word in said:
            _note(found, (saying.wanted, saying.item or saying.category), (len(word), saying.text))
    for wanted, named in names.items():
        for code, name in named.items():
            whole = fold(name)
            if whole and whole in said:
                _note(found, (wanted, code), (len(whole), name))
            elif len(said) >= _LIKELY and said in whole:
                _note(found, (wanted, code), (len(said), name))
    ordered = sorted(found.items(), key=lambda each: -each[1][0])
    return tuple(Meaning(wanted=key[0], code=key[1], word=word) for key, (_, word) in ordered)


def _note(found: _Found, meant: tuple[Wanted, str], word: tuple[int, str]) -> None:
    """Keep the longest word that says the same."""
    if word[0] > found.get(meant, (0, ""))[0]:
        found[meant] = word
