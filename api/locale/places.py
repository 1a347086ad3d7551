"""Names of places and departments on English pages.

What has an English name of its own keeps it; other names of areas are written in pinyin, with the word for their kind in
English, as on Chinese road signs and maps (GB/T 16159: the proper name in pinyin, the generic one translated).
"""

import re
from functools import lru_cache

from api.locale.words import words
from data.registers.pinyin import romanise

CHINESE = re.compile(r"[\u3400-\u9fff]")
GENERIC = (
    ("街道办事处", "Subdistrict Office"),
    ("指挥中心", "Command Centre"),
    ("街道", "Subdistrict"),
    ("社区", "Community"),
    ("新区", "New District"),
    ("区", "District"),
    ("县", "County"),
    ("镇", "Town"),
    ("乡", "Township"),
    ("村", "Village"),
    ("市", "City"),
)
"""What names of areas end with, the longest first."""
CELL = re.compile(r"(.*)第(\d+)网格")
NOTE = re.compile(r"(.+)（(.+)）")
NOTES = {"样例": "sample"}
"""What is said behind a name."""


@lru_cache(maxsize=20_000)
def place_name(name: str, lang: str) -> str:
    """Give the name of an area, cell, office or department in a language; anything else stays as it is.

    Parameters
    ----------
    name : str
        As the registers hold it.
    lang : str
        ``zh`` or ``en``.
    """
    if lang != "en" or not CHINESE.search(name):
        return name
    known = words("en").gettext(name)
    return known if known != name else _written(name)


def _written(name: str) -> str:
    """Write a name that has no English of its own."""
    if " " in name:
        return " ".join(place_name(part, "en") for part in name.split())
    if found := NOTE.fullmatch(name):
        return f"{place_name(found[1], 'en')} ({NOTES.get(found[2], found[2])})"
    if found := CELL.fullmatch(name):
        return f"{place_name(found[1], 'en')} Cell {found[2]}".strip()
    for ending, english in GENERIC:
        if name.endswith(ending) and name != ending:
            return f"{romanise(name.removesuffix(ending))} {english}"
    return romanise(name)
