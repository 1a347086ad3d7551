"""Names of streets and communities made from the names of the streets around them."""

from collections.abc import Sequence

_SUFFIXES = ("大道", "大街", "公路", "路", "街", "巷", "弄", "里", "道")
_ENDINGS = {"street": "街道", "community": "社区"}
_SPARE = ("安康", "和平", "春晖", "文华", "长青", "同心", "望江", "清泉", "锦绣", "永宁", "瑞祥", "景行")
_NUMERALS = "一二三四五六七八九十"


def name_area(level: str, nearby: Sequence[str], taken: set[str]) -> str:
    """Name a street or community after a street nearby.

    Parameters
    ----------
    level : str
        "street" or "community".
    nearby : sequence of str
        Street names, the most important first; may be empty.
    taken : set of str
        Names that are given away.

    Returns
    -------
    str
        Such as 清波社区 from 清波路; a name of letters is kept whole.
    """
    ending = _ENDINGS[level]
    for name in nearby:
        found = stem(name) + ending
        if found not in taken:
            return found
    heads = [stem(name) for name in nearby[:1]] + list(_SPARE)
    for head in heads:
        for numeral in ("", *(f"第{each}" for each in _NUMERALS)):
            found = head + numeral + ending
            if found not in taken:
                return found
    return f"{heads[0]}第{len(taken) + 1}{ending}"


def stem(name: str) -> str:
    """Take the kind of road off a Chinese street name."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name
