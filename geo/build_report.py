"""What became of the streets of an extract: how much is used by whom, what was left out and why."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

HOME_REACH_M = 60.0
"""A home farther than this from every street is told."""
MOST_NAMES = 30
"""Streets listed by name for each cause; the rest is summed up."""


@dataclass(slots=True, kw_only=True)
class BuildReport:
    """Grows while an extract is read.

    Attributes
    ----------
    streets_m : dict of str to float
        Length of the streets each profile may use, each street once.
    left_out_m : dict of str to dict
        Length left out by profile, cause ("access=no", "highway=steps") and name of the street.
    gaps : list of str
        Ways cut where the extract lacks their nodes, as "w12 清波路".
    repaired_shapes : list of str
        Areas whose rings cross themselves and were repaired.
    broken_shapes : list of str
        Areas whose rings do not close; left out.
    ignored_values : Counter of str
        Tags that were not understood, as "maxspeed=0".
    ignored_at : dict of str to str
        The first object with each of those tags, such as "w12".
    homes : int
        Buildings where people live.
    homes_far_from_streets : dict of str to int
        Those of them farther than `HOME_REACH_M` from every street of a profile that a door may open to.
    separate_m : dict of str to float
        Length of the streets of each profile that hang together with no large part of the network, or cannot be
        both entered and left; places near others are joined with those.
    nation : str
        Whose defaults were used; empty when no nation of the table was recognised.
    """

    streets_m: dict[str, float] = field(default_factory=dict)
    left_out_m: dict[str, dict[str, Counter[str]]] = field(default_factory=lambda: defaultdict(dict))
    gaps: list[str] = field(default_factory=list)
    repaired_shapes: list[str] = field(default_factory=list)
    broken_shapes: list[str] = field(default_factory=list)
    ignored_values: Counter[str] = field(default_factory=Counter)
    ignored_at: dict[str, str] = field(default_factory=dict)
    homes: int = 0
    homes_far_from_streets: dict[str, int] = field(default_factory=dict)
    separate_m: dict[str, float] = field(default_factory=dict)
    nation: str = ""

    def leave_out(self, profile: str, cause: str, name: str, length_m: float) -> None:
        """Count a street that a profile does not use."""
        self.left_out_m[profile].setdefault(cause, Counter())[name] += length_m  # type: ignore[assignment]

    def listener(self, osm_id: str) -> Callable[[str, str], None]:
        """Make what hears of the tags of an object that were not understood, and counts each once."""
        heard: set[str] = set()

        def ignore(key: str, value: str) -> None:
            tag = f"{key}={value}"
            if tag not in heard:
                heard.add(tag)
                self.ignored_values[tag] += 1
                self.ignored_at.setdefault(tag, osm_id)

        return ignore

    def as_json(self) -> dict[str, Any]:
        """Give the report as values of JSON, lengths in kilometres."""
        return {
            "nation": self.nation,
            "streets_km": {profile: _km(length_m) for profile, length_m in self.streets_m.items()},
            "left_out_km": {
                profile: {cause: _by_name(names) for cause, names in _longest_first(causes)}
                for profile, causes in self.left_out_m.items()
            },
            "gaps": list(self.gaps),
            "repaired_shapes": list(self.repaired_shapes),
            "broken_shapes": list(self.broken_shapes),
            "ignored_values": [
                {"tag": tag, "count": count, "first": self.ignored_at[tag]}
                for tag, count in self.ignored_values.most_common()
            ],
            "separate_km": {profile: _km(length_m) for profile, length_m in self.separate_m.items()},
            "homes": self.homes,
            "homes_far_from_streets": dict(self.homes_far_from_streets),
        }


def _km(length_m: float) -> float:
    return round(length_m / 1000, 3)


def _longest_first(causes: Mapping[str, Counter[str]]) -> Iterable[tuple[str, Counter[str]]]:
    return sorted(causes.items(), key=lambda each: (-each[1].total(), each[0]))


def _by_name(names: Counter[str]) -> dict[str, Any]:
    """Sum and the longest streets; those without a name are in the sum alone."""
    named = sorted(((name, m) for name, m in names.items() if name), key=lambda each: (-each[1], each[0]))
    return {"sum": _km(names.total()), "streets": {name: _km(m) for name, m in named[:MOST_NAMES]}}
