"""The streets of an extract, rated for every profile by the table of access, and the networks made of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from geo.access import AccessTable, Passage, Passages, Tags, Tell, barrier_passage, has_tag, passages
from geo.bars import Bars
from geo.build_report import BuildReport
from geo.osm_file import Records, TurnRule, Way
from geo.osm_streets import profile_network
from geo.place import great_circle_m
from geo.restrictions import Restriction
from geo.roads import RoadNetwork
from geo.speed_limits import limits_kph
from geo.street_graph import StreetGraph, Trait, street_graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """Streets that somebody may use, with what they are to each profile, and names for the traits to point at."""

    ways: list[Way]
    traits: list[Trait]
    names: tuple[str, ...]


def nation_of(records: Records, access: AccessTable) -> str:
    """Tell whose defaults hold: the nation most addresses name, else the one whose box holds most streets."""
    tags = [each.tags for each in records.buildings] + [each.tags for each in records.spots]
    told = Counter(each["addr:country"].upper() for each in tags if "addr:country" in each)
    for code, _ in told.most_common():
        if code in access.nations:
            return code
    if not records.streets:
        return ""
    lon, lat = np.median([way.lonlat[0] for way in records.streets], axis=0)
    for code, nation in access.nations.items():
        west, south, east, north = nation.box
        if west <= lon <= east and south <= lat <= north:
            return code
    return ""


def ratings(records: Records, access: AccessTable, report: BuildReport) -> Rated:
    """Rate every street for every profile; what nobody may use is left out and told.

    Parameters
    ----------
    records : Records
    access : AccessTable
    report : BuildReport
        Hears of gaps, of values that were not understood, and of the streets left out.
    """
    names: dict[str, int] = {"": -1}
    ways, traits = [], []
    told: set[int] = set()
    for way in records.streets:
        tell = _mute if way.osm_id in told else report.listener(f"w{way.osm_id}")
        if records.gaps[way.osm_id] and way.osm_id not in told:
            report.gaps.append(_label(way))
        told.add(way.osm_id)
        rated = _rated(way.tags, access, report.nation, tell)
        _tell_left_out(way, rated, access, report)
        if any(sides.forward or sides.backward for sides, _ in rated.values()):
            ways.append(way)
            name = names.setdefault(way.tags.get("name", ""), len(names) - 1)
            traits.append(_trait(rated.values(), name, is_door=not has_tag(way.tags, access.no_door)))
    report.gaps.extend(f"w{way}" for way in sorted(set(records.gaps) - told))
    return Rated(ways=ways, traits=traits, names=tuple(names)[1:])


Rating = tuple[Passages, tuple[float, float]]


def _rated(tags: Tags, access: AccessTable, nation: str, tell: Tell) -> dict[str, Rating]:
    """Passages and speeds of a way for each profile."""
    limits = limits_kph(tags, access.limits, access.nations, nation, tell)
    rated = {}
    for name, rule in access.profiles.items():
        usual = rule.class_kph.get(tags["highway"], rule.speed_kph)
        ahead, back = (limit or usual for limit in limits) if rule.at_limit else (usual, usual)
        sides = passages(tags, rule, access, tell)
        if rule.against_kph and sides.forward != sides.backward:
            ahead, back = (
                (rule.against_kph, back) if sides.forward < sides.backward else (ahead, rule.against_kph)
            )
        rated[name] = sides, (ahead, back)
    return rated


def _trait(rated: Iterable[Rating], name: int, *, is_door: bool) -> Trait:
    """Say what a way is like, with a speed where it may be used."""
    sides = list(rated)
    return Trait(
        ahead=tuple((int(way.forward), kph[0] if way.forward else 0.0) for way, kph in sides),
        back=tuple((int(way.backward), kph[1] if way.backward else 0.0) for way, kph in sides),
        both=(name, is_door),
    )


def _tell_left_out(way: Way, rated: Mapping[str, Rating], access: AccessTable, report: BuildReport) -> None:
    """Count a way for the profiles that may not use it; outlines of areas are no streets."""
    is_ring = way.nodes[0] == way.nodes[-1]
    if is_ring and way.tags["highway"] not in access.classes:
        return
    length_m = _length_m(way)
    for profile, (sides, _) in rated.items():
        if not sides.forward and not sides.backward:
            report.leave_out(profile, sides.cause, way.tags.get("name", ""), length_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Streets between junctions for every profile, what stands on their nodes, and the turns that are restricted."""

    graph: StreetGraph
    gates: Mapping[int, tuple[Passage, ...]]
    restrictions: tuple[Restriction, ...]


def survey(streets: Rated, records: Records, access: AccessTable, report: BuildReport) -> Survey:
    """Cut the streets at junctions and barriers, and read the restrictions."""
    gates = _gates(records, access, report)
    rules = [_restriction(rule, report) for rule in records.turns]
    restrictions = tuple(rule for rule in rules if rule is not None)
    between = frozenset().union(*(rule.via_ways for rule in restrictions))
    corners = {
        node for way in streets.ways if way.osm_id in between for node in (way.nodes[0], way.nodes[-1])
    }
    corners |= {rule.via_node for rule in restrictions if rule.via_node is not None}
    graph = street_graph(streets.ways, streets.traits, keep=corners, barriers=set(gates), names=streets.names)
    return Survey(graph=graph, gates=gates, restrictions=restrictions)


def networks_of(
    surveyed: Survey, access: AccessTable, bars: Bars, report: BuildReport
) -> dict[str, RoadNetwork]:
    """Make the network of each profile.

    Raises
    ------
    BadExtractError
        When nobody of a profile can move.
    """
    graph, networks = surveyed.graph, {}
    for position, (name, rule) in enumerate(access.profiles.items()):
        networks[name] = profile_network(graph, position, rule, surveyed.gates, surveyed.restrictions, bars)
        used = [bool(trait.ahead[position][0] or trait.back[position][0]) for trait in graph.trait]
        report.streets_m[name] = float(graph.length_m[used].sum())
    return networks


def _gates(records: Records, access: AccessTable, report: BuildReport) -> dict[int, tuple[Passage, ...]]:
    """Tell what the barriers on nodes are to each profile, where not open to all."""
    on_street = {node for way in records.streets for node in way.nodes}
    gates = {}
    for node, tags in records.barriers.items():
        if node not in on_street:
            continue
        tell = report.listener(f"n{node}")
        told = [barrier_passage(tags, rule, access, tell) for rule in access.profiles.values()]
        if min(told) < Passage.OPEN:
            gates[node] = tuple(told)
    return gates


def _restriction(rule: TurnRule, report: BuildReport) -> Restriction | None:
    """Read a restriction; None, and told, when its members do not fit or it holds at some hours alone."""
    tell = report.listener(f"r{rule.osm_id}")
    if "restriction:conditional" in rule.tags:
        tell("restriction:conditional", rule.tags["restriction:conditional"])
    if not rule.origins or not rule.targets or (len(rule.via_nodes) != 1) == (not rule.via_ways):
        tell("type", "restriction")
        return None
    return Restriction(
        tags=rule.tags,
        origins=frozenset(rule.origins),
        targets=frozenset(rule.targets),
        via_ways=frozenset(rule.via_ways),
        via_node=rule.via_nodes[0] if rule.via_nodes else None,
    )


def _label(way: Way) -> str:
    return f"w{way.osm_id} {way.tags.get('name', '')}".strip()


def _length_m(way: Way) -> float:
    lon, lat = np.array(way.lonlat).T
    return float(great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())


def _mute(key: str, value: str) -> None:
    """Hear of a value that was told before."""
    del key, value
