"""The table of access as a file: read, and refused when it has a hole, naming the entry."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from geo.access import AccessTable, Passage, ProfileRule
from geo.errors import BadAccessTableError
from geo.speed_limits import Limits, Nation

_TOP = {"values", "oneway", "no_door", "profiles", "limits", "nations", "barriers"}
_RULE = {"keys", "open", "if_told", "oneway", "speed_kph", "last_m", "at_limit"}
_MORE = {
    "at_ends",
    "against_kph",
    "closed_by",
    "opened_by",
    "contraflow",
    "class_kph",
    "restrictions",
    "except",
}


def read_access(path: Path) -> AccessTable:
    """Read a table of access.

    Parameters
    ----------
    path : Path
        TOML as ``data/catalogue/access.toml``.

    Raises
    ------
    BadAccessTableError
        When the file is no TOML, lacks a field, has an unknown one, or contradicts itself; names the entry.
    """
    try:
        return _table(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadAccessTableError(f"{path.name} is no TOML: {error}") from error
    except BadAccessTableError as error:
        raise BadAccessTableError(f"{path.name}: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadAccessTableError(f"{path.name} has an entry of another kind: {error!r}") from error


def _table(raw: Mapping[str, Any]) -> AccessTable:
    _fields("the table", raw, _TOP, _TOP)
    profiles = {name: _rule(name, entry) for name, entry in raw["profiles"].items()}
    if not profiles:
        raise BadAccessTableError("[profiles] is empty; at least one way of travelling is needed")
    oneway = raw["oneway"]
    kinds = {"forward": 1, "backward": -1, "both": 0, "changing": None}
    _fields("oneway", oneway, set(kinds) | {"implied"}, set(kinds) | {"implied"})
    return AccessTable(
        profiles=profiles,
        values=_once("values", {word.name.lower(): raw["values"].get(word.name.lower()) for word in Passage}, _PASSAGE),
        flows=_once("oneway", {kind: oneway[kind] for kind in kinds}, kinds),
        implied=_sets("oneway.implied", oneway["implied"]),
        no_door=_sets("no_door", raw["no_door"]),
        barriers={kind: _barrier(kind, entry, profiles) for kind, entry in raw["barriers"].items()},
        limits=_limits(raw["limits"]),
        nations={name: _nation(name, entry) for name, entry in raw["nations"].items()},
    )  # fmt: skip


_PASSAGE = {"closed": Passage.CLOSED, "ends": Passage.ENDS, "open": Passage.OPEN}


def _rule(name: str, entry: Mapping[str, Any]) -> ProfileRule:
    where = f"profiles.{name}"
    _fields(where, entry, _RULE, _RULE | _MORE)
    classes = [
        word for field in ("open", "at_ends", "if_told") for word in _words(where, entry.get(field, []))
    ]
    if twice := {word for word in classes if classes.count(word) > 1}:
        raise BadAccessTableError(
            f"{where} has {', '.join(sorted(twice))} in open and in if_told, or at_ends"
        )
    speeds = {**entry.get("class_kph", {}), "speed_kph": entry["speed_kph"], "last_m": entry["last_m"]}
    for word, number in speeds.items():
        if not isinstance(number, int | float) or not number > 0:
            raise BadAccessTableError(f"{where}: {word} is {number!r}; allowed is more than zero")
    return ProfileRule(
        name=name,
        keys=_words(f"{where}.keys", entry["keys"]),
        open=frozenset(_words(f"{where}.open", entry["open"])),
        at_ends=frozenset(_words(f"{where}.at_ends", entry.get("at_ends", []))),
        if_told=frozenset(_words(f"{where}.if_told", entry["if_told"])),
        oneway=_words(f"{where}.oneway", entry["oneway"]),
        speed_kph=float(entry["speed_kph"]),
        at_limit=entry["at_limit"] is True,
        against_kph=float(entry.get("against_kph", 0.0)),
        last_m=float(entry["last_m"]),
        closed_by=_sets(f"{where}.closed_by", entry.get("closed_by", {})),
        opened_by=_sets(f"{where}.opened_by", entry.get("opened_by", {})),
        contraflow=_sets(f"{where}.contraflow", entry.get("contraflow", {})),
        class_kph={word: float(kph) for word, kph in entry.get("class_kph", {}).items()},
        restrictions=_words(f"{where}.restrictions", entry.get("restrictions", [])),
        exceptions=frozenset(_words(f"{where}.except", entry.get("except", []))),
    )


def _barrier(kind: str, entry: Mapping[str, Any], profiles: Iterable[str]) -> dict[str, Passage]:
    where = f"barriers.{kind}"
    _fields(where, entry, set(), {"closed", "ends"})
    for name in [*entry.get("closed", []), *entry.get("ends", [])]:
        if name not in profiles:
            raise BadAccessTableError(f"{where} names {name}; profiles are {', '.join(profiles)}")
    return {name: _PASSAGE[word] for word in ("ends", "closed") for name in entry.get(word, [])}


def _limits(entry: Mapping[str, Any]) -> Limits:
    fields = {"keys", "lowest_kph", "highest_kph", "words"}
    _fields("limits", entry, fields, fields)
    if not 0 < entry["lowest_kph"] < entry["highest_kph"]:
        raise BadAccessTableError("limits: lowest_kph must be more than zero and less than highest_kph")
    return Limits(
        keys=_words("limits.keys", entry["keys"]),
        lowest_kph=float(entry["lowest_kph"]),
        highest_kph=float(entry["highest_kph"]),
        words={word: float(kph) for word, kph in entry["words"].items()},
    )


def _nation(name: str, entry: Mapping[str, Any]) -> Nation:
    where = f"nations.{name}"
    _fields(where, entry, {"box", "zones"}, {"box", "zones"})
    if len(entry["box"]) != 4 or not (
        entry["box"][0] < entry["box"][2] and entry["box"][1] < entry["box"][3]
    ):
        raise BadAccessTableError(f"{where}.box must be west, south, east, north in degrees")
    west, south, east, north = (float(value) for value in entry["box"])
    return Nation(
        box=(west, south, east, north), zones={zone: float(kph) for zone, kph in entry["zones"].items()}
    )


def _fields(where: str, entry: Any, needed: set[str], allowed: set[str]) -> None:  # noqa: ANN401 - raw TOML
    """Refuse an entry that lacks a field or has one that nobody reads."""
    if not isinstance(entry, Mapping):
        raise BadAccessTableError(f"{where} is {entry!r}; allowed is a table")
    if missing := needed - set(entry):
        raise BadAccessTableError(f"{where} lacks {', '.join(sorted(missing))}")
    if unknown := set(entry) - allowed:
        raise BadAccessTableError(
            f"{where} has {', '.join(sorted(unknown))}; allowed are {', '.join(sorted(allowed))}"
        )


def _words(where: str, entry: Any) -> tuple[str, ...]:  # noqa: ANN401 - raw TOML
    if not isinstance(entry, list) or not all(isinstance(word, str) for word in entry):
        raise BadAccessTableError(f"{where} is {entry!r}; allowed is a list of words")
    return tuple(entry)


def _sets(where: str, entry: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {key: frozenset(_words(f"{where}.{key}", values)) for key, values in entry.items()}


def _once(where: str, groups: Mapping[str, Any], meaning: Mapping[str, Any]) -> dict[str, Any]:
    """Give each word the meaning of its group; a word stands in one group alone."""
    table: dict[str, Any] = {}
    for group, words in groups.items():
        for word in _words(f"{where}.{group}", words):
            if word in table:
                raise BadAccessTableError(f"{where} has {word} twice")
            table[word] = meaning[group]
    return table
