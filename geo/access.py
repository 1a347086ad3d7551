"""Who may use which way: a table of data, and what it says of the tags of a way or a barrier.

Sources: the key pages of the OpenStreetMap wiki (access, barrier, oneway, sidewalk, motorroad).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from geo.speed_limits import Limits, Nation

Tags = Mapping[str, str]
Tell = Callable[[str, str], object]
"""Hears of a key and a value that were not understood."""


class Passage(IntEnum):
    """What a way is to somebody: closed, usable at the ends of a trip alone, or open."""

    CLOSED = 0
    ENDS = 1
    OPEN = 2


class Passages(NamedTuple):
    """What a way is to one profile, with the drawing and against it; `cause` tells the tag that closed it."""

    forward: Passage
    backward: Passage
    cause: str = ""


SHUT = Passages(Passage.CLOSED, Passage.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRule:
    """What one way of travelling may use; see ``data/catalogue/access.toml`` for the fields."""

    name: str
    keys: tuple[str, ...]
    open: frozenset[str]
    at_ends: frozenset[str]
    if_told: frozenset[str]
    oneway: tuple[str, ...]
    speed_kph: float
    at_limit: bool
    against_kph: float
    last_m: float
    closed_by: Mapping[str, frozenset[str]]
    opened_by: Mapping[str, frozenset[str]]
    contraflow: Mapping[str, frozenset[str]]
    class_kph: Mapping[str, float]
    restrictions: tuple[str, ...]
    exceptions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTable:
    """Rules of all profiles, in the order of the file.

    Attributes
    ----------
    profiles : mapping of str to ProfileRule
    values : mapping of str to Passage
        Meaning of the values of access keys.
    flows : mapping of str to (int or None)
        Meaning of one-way values: 1 as drawn, -1 against, 0 both, None changing.
    implied : mapping of str to frozenset of str
        Tags that mean one-way as drawn.
    no_door : mapping of str to frozenset of str
        Tags of ways nobody's door opens to.
    barriers : mapping of str to mapping of str to Passage
        By kind and profile, where not open.
    limits : Limits
    nations : mapping of str to Nation
    """

    profiles: Mapping[str, ProfileRule]
    values: Mapping[str, Passage]
    flows: Mapping[str, int | None]
    implied: Mapping[str, frozenset[str]]
    no_door: Mapping[str, frozenset[str]]
    barriers: Mapping[str, Mapping[str, Passage]]
    limits: Limits
    nations: Mapping[str, Nation]

    @property
    def classes(self) -> frozenset[str]:
        """Classes of ways that anybody may use."""
        return frozenset().union(
            *(rule.open | rule.at_ends | rule.if_told for rule in self.profiles.values())
        )


def passages(tags: Tags, rule: ProfileRule, table: AccessTable, tell: Tell) -> Passages:
    """Tell what a way is to a profile.

    Parameters
    ----------
    tags : mapping of str to str
    rule : ProfileRule
    table : AccessTable
    tell : callable
        Hears of every key and value that was not understood and therefore ignored.

    Returns
    -------
    Passages
        Closed in both directions for anything that is no way of the table.
    """
    highway = tags.get("highway", "")
    if highway not in rule.open | rule.at_ends | rule.if_told:
        return SHUT._replace(cause=f"highway={highway}")
    if tags.get("area") == "yes" and highway != "pedestrian":
        return SHUT._replace(cause="area=yes")
    ahead, cause = _permission(tags, rule, table, "forward", tell)
    back, _ = _permission(tags, rule, table, "backward", tell)
    flow = _flow(tags, rule, table, tell)
    if flow is None:
        ahead, back = min(ahead, Passage.ENDS), min(back, Passage.ENDS)
    elif flow and not has_tag(tags, rule.contraflow):
        against = Passage.ENDS if rule.against_kph else Passage.CLOSED
        ahead, back = (ahead, min(back, against)) if flow > 0 else (min(ahead, against), back)
    return Passages(ahead, back, "" if ahead or back else cause)


def barrier_passage(tags: Tags, rule: ProfileRule, table: AccessTable, tell: Tell) -> Passage:
    """Tell what a barrier on a node is to a profile; its own access keys win over its kind."""
    kind = tags.get("barrier", "")
    if kind not in table.barriers:
        tell("barrier", kind)
    found = table.barriers.get(kind, {}).get(rule.name, Passage.OPEN)
    found, _ = _heard(tags, rule, table, "forward", (found, f"barrier={kind}"), tell)
    return min(found, Passage.ENDS) if tags.get("locked") == "yes" else found


def has_tag(tags: Tags, wanted: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether one of the tags is wanted."""
    return any(tags.get(key) in values for key, values in wanted.items())


def _permission(
    tags: Tags, rule: ProfileRule, table: AccessTable, direction: str, tell: Tell
) -> tuple[Passage, str]:
    """Decide by class, then by tags that close or open, then by access keys; and name what closed the way."""
    highway = tags["highway"]
    passage = Passage.OPEN if highway in rule.open else Passage.CLOSED
    passage = Passage.ENDS if highway in rule.at_ends else passage
    cause = f"highway={highway}"
    for key, values in rule.closed_by.items():
        if tags.get(key) in values:
            passage, cause = Passage.CLOSED, f"{key}={tags[key]}"
    if has_tag(tags, rule.opened_by):
        passage = Passage.OPEN
    return _heard(tags, rule, table, direction, (passage, cause), tell)


def _heard(
    tags: Tags,
    rule: ProfileRule,
    table: AccessTable,
    direction: str,
    default: tuple[Passage, str],
    tell: Tell,
) -> tuple[Passage, str]:
    """Hear the access keys, the most telling one last; "access" alone opens nothing wider than the class does."""
    passage, cause = default
    for key in rule.keys:
        told = f"{key}:{direction}" if f"{key}:{direction}" in tags else key
        if f"{key}:conditional" in tags and direction == "forward":
            tell(f"{key}:conditional", tags[f"{key}:conditional"])
        if told not in tags:
            continue
        meaning = _meaning(told, tags[told], table, tell if direction == "forward" or told != key else _mute)
        if meaning is not None:
            passage, cause = meaning, f"{told}={tags[told]}"
        if key == "access" and passage > default[0]:
            passage, cause = default
    return passage, cause


def _meaning(key: str, value: str, table: AccessTable, tell: Tell) -> Passage | None:
    """Read a value, or a list of which the widest counts; None when nothing is understood."""
    if value in table.values:
        return table.values[value]
    found = []
    for part in value.replace("|", ";").split(";"):
        word = part.strip().lower()
        if word in table.values:
            found.append(table.values[word])
        else:
            tell(key, value)
    return max(found) if found else None


def _flow(tags: Tags, rule: ProfileRule, table: AccessTable, tell: Tell) -> int | None:
    """Direction of a profile: 1 as drawn, -1 against, 0 both, None when it changes over the day."""
    for key in rule.oneway:
        if f"{key}:conditional" in tags:
            tell(f"{key}:conditional", tags[f"{key}:conditional"])
        if key not in tags:
            continue
        value = tags[key]
        if table.flows.get(value) is None:
            tell(key, value)
        if value in table.flows:
            return table.flows[value]
    return int(bool(rule.oneway) and "oneway" in rule.oneway and has_tag(tags, table.implied))


def _mute(key: str, value: str) -> None:
    """Hear of a value that was told before."""
    del key, value
