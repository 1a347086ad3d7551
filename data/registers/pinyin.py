"""Pinyin initials of names, for search; apart from the search itself because its dictionary is slow to load."""

from pypinyin import Style, lazy_pinyin


def initials(name: str) -> str:
    """Give the pinyin initials of a name in small letters: 王小明 becomes ``wxm``."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def romanise(name: str) -> str:
    """Write a Chinese name in pinyin without tones, as one word: 春巷 becomes ``Chunxiang``; Latin text stays."""
    return "".join(lazy_pinyin(name)).strip().capitalize() if name else ""
