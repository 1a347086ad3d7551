"""Pinyin of names, for search; apart from the search itself because its dictionary is slow to load."""

import unicodedata
from functools import lru_cache

from data.registers.names import bare, fold


@lru_cache(maxsize=2**14)  # a register of people repeats its names
def _spell(text: str, *, first_letters: bool = False) -> str:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - slow to load, and most commands spell nothing

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER if first_letters else Style.NORMAL))


def initials(name: str) -> str:
    """Return the pinyin initials of a name in small letters: 王小明 becomes ``wxm``, Anna Wang ``aw``."""
    plain = unicodedata.normalize("NFKC", name)
    if plain.isascii():
        return "".join(word[0] for word in plain.lower().split())
    return _spell(bare(name), first_letters=True).lower()


def spelled(name: str) -> str:
    """Return a name in pinyin without tones and blanks, in small letters: 王小明 becomes ``wangxiaoming``.

    Spelled from the letters as they came, because folding them may change how they sound: 乾 is qian, 干 is gan.
    """
    return _spell(bare(name)).lower()


def search_keys(name: str) -> dict[str, str]:
    """Return the columns by which a name is found: as it is compared, in pinyin, by initials."""
    return {"folded": fold(name), "pinyin": spelled(name), "initials": initials(name)}


def romanise(name: str) -> str:
    """Write a Chinese name in pinyin without tones, as one word: 春巷 becomes ``Chunxiang``; Latin text stays."""
    return _spell(name).strip().capitalize() if name else ""
