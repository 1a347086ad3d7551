"""The catalogue of a language: Chinese stands in the sources themselves, the others are read from Babel's files."""

import re
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")
LANGUAGE_COOKIE = "jinlin_lang"


_OWN: dict[str, dict[str, str]] = {}
"""Language -> a city's own words, Chinese text to its translation."""


class _Own(NullTranslations):
    """A city's own words, asked after the interface's."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self._texts = texts

    def gettext(self, message: str) -> str:
        """Translate what the city gave a word for."""
        return self._texts.get(message) or message


@cache
def words(lang: str) -> NullTranslations:
    """Give the catalogue of a language, read from its source; every text says itself where there is none."""
    path = FOLDER / lang / "LC_MESSAGES" / "jinlin.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=lang))
    compiled.seek(0)
    found = GNUTranslations(compiled)
    found.add_fallback(_Own(_OWN.setdefault(lang, {})))
    return found


def learn(lang: str, texts: Mapping[str, str]) -> None:
    """Take in what a city calls things in a language; what the interface knows already stays."""
    _OWN.setdefault(lang, {}).update(texts)


def spoken(accepted: str) -> str:
    """Give the language that an ``Accept-Language`` header likes best, of those there are; English where it names none."""
    liked = {"en": 0.0}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";q=")
        lang = name.strip()[:2]
        if lang in LANGUAGES and re.fullmatch(r"\s*[01](\.\d{0,3})?\s*", weight or "1"):
            liked[lang] = max(liked.get(lang, 0.0), float(weight or 1))
    return max(liked, key=lambda lang: liked[lang])
