"""The catalogue of a language: Chinese stands in the sources themselves, the others are read from Babel's files."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent


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
    return GNUTranslations(compiled)
