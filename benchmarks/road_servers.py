"""OSRM and Valhalla put to the same questions, by another Python that has their bindings.

Run by `benchmarks.roads` when ``JINLIN_PEERS`` names a Python with numpy, osrm-bindings and pyvalhalla:
``$JINLIN_PEERS benchmarks/road_servers.py questions.npz answers.npz``. Nothing of Jinlin is imported here.
Both want an OSM file, ``roads.osm.pbf`` beside the questions: `benchmarks.road_peers.write_osm`.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

PROFILE = """
api_version = 4
function setup()
  return { properties = { weight_name = 'duration', u_turn_penalty = 0, traffic_signal_penalty = 0,
    max_speed_for_map_matching = 60, continue_straight_at_waypoint = false, use_turn_restrictions = false } }
end
function process_node(profile, node, result, relations) end
function process_way(profile, way, result, relations)
  result.forward_mode = mode.driving
  result.backward_mode = mode.driving
  if way:get_value_by_key('oneway') == 'yes' then result.backward_mode = mode.inaccessible end
  result.duration = math.max(0.001, tonumber(way:get_value_by_key('ms')) / 1000)
end
function process_turn(profile, turn) turn.duration = 0 turn.weight = 0 end
return { setup = setup, process_way = process_way, process_node = process_node, process_turn = process_turn }
"""


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Wall clock of one run, and what came of it."""
    start = perf_counter()
    found = work()
    return perf_counter() - start, found


Table = Callable[[list[tuple[float, float]], list[tuple[float, float]]], NDArray[np.float64]]


def ask(name: str, table: Table, roads: Arrays, count: int, shape: tuple[int, int]) -> Arrays:
    """Put so many questions and a table of a shape; each answer with its time in seconds per question."""

    def places(nodes: NDArray[np.int64]) -> list[tuple[float, float]]:
        return list(zip(roads["lon"][nodes].tolist(), roads["lat"][nodes].tolist(), strict=True))

    members, answers = places(roads["members"]), {}
    few, k = roads["asked"][:count], int(roads["k"])
    table(places(few[:1]), members[:1])  # the first question opens files
    time, found = timed(lambda: [np.sort(table([place], members)[0])[:k] for place in places(few)])
    answers[f"{name} nearest"], answers[f"{name} nearest s"] = np.array(found), np.array(time / len(few))
    pairs = list(zip(places(roads["sources"][: len(few)]), places(roads["targets"][: len(few)]), strict=True))
    time, found = timed(lambda: [table([source], [target])[0, 0] for source, target in pairs])
    answers[f"{name} pairs"], answers[f"{name} pairs s"] = np.array(found), np.array(time / len(few))
    sources, targets = places(roads["sources"][: shape[0]]), places(roads["targets"][: shape[1]])
    time, found = timed(lambda: table(sources, targets))
    answers[f"{name} matrix"], answers[f"{name} matrix s"] = (
        found[:2],
        np.array(time * 1e6 / (shape[0] * shape[1])),
    )
    return answers


def osrm(folder: Path, roads: Arrays) -> Arrays:
    """OSRM with a contraction hierarchy."""
    import osrm as bindings  # noqa: PLC0415 - only one Python has it

    (folder / "profile.lua").write_text(PROFILE)
    tools = Path(bindings.__file__).parent / "bin"

    def prepare() -> None:
        for tool, *more in (
            ("osrm-extract", "-p", str(folder / "profile.lua"), str(folder / "roads.osm.pbf")),
            ("osrm-contract", str(folder / "roads.osrm")),
        ):
            subprocess.run([tools / tool, "-t", "1", *more], check=True, capture_output=True)

    prepared_s, _ = timed(prepare)
    engine = bindings.OSRM(storage_config=str(folder / "roads.osrm"), use_shared_memory=False, algorithm="CH")

    def table(sources: list[tuple[float, float]], targets: list[tuple[float, float]]) -> NDArray[np.float64]:
        count = len(sources)
        asked = bindings.TableParameters(
            coordinates=[*sources, *targets],
            sources=list(range(count)),
            destinations=list(range(count, count + len(targets))),
            annotations=["duration"],
        )
        rows = engine.Table(asked)["durations"]
        return np.array([[np.inf if each is None else each for each in row] for row in rows], float)

    return ask("OSRM", table, roads, 20, (1000, 1000)) | {"OSRM prepare s": np.array(prepared_s)}


def valhalla(folder: Path, roads: Arrays) -> Arrays:
    """Valhalla, bidirectional search over tiles."""
    import valhalla as bindings  # noqa: PLC0415 - only one Python has it

    tiles = folder / "tiles"
    tiles.mkdir(exist_ok=True)
    config = bindings.get_config(tile_extract="", tile_dir=str(tiles))
    config["mjolnir"]["concurrency"] = 1
    config["service_limits"]["auto"] |= {"max_matrix_location_pairs": 10**6, "max_matrix_distance": 10**7}
    (folder / "valhalla.json").write_text(json.dumps(config))
    tool = Path(bindings.__file__).parent / "bin" / "valhalla_build_tiles"
    command = [tool, "-c", folder / "valhalla.json", folder / "roads.osm.pbf"]
    prepared_s, _ = timed(lambda: subprocess.run(command, check=True, capture_output=True))
    actor = bindings.Actor(config)

    def table(sources: list[tuple[float, float]], targets: list[tuple[float, float]]) -> NDArray[np.float64]:
        sides = {
            side: [{"lon": lon, "lat": lat} for lon, lat in places]
            for side, places in (("sources", sources), ("targets", targets))
        }
        rows = actor.matrix({**sides, "costing": "auto", "verbose": False})["sources_to_targets"]["durations"]
        return np.array([[np.inf if each is None else each for each in row] for row in rows], float)

    return ask("Valhalla", table, roads, 2, (1, 100)) | {"Valhalla prepare s": np.array(prepared_s)}


def main() -> None:
    """Answer the questions in one file into another; what fails is told and left out."""
    questions, out = map(Path, sys.argv[1:3])
    with np.load(questions) as stored:
        roads = dict(stored)
    answers: Arrays = {}
    for ask_one in (osrm, valhalla):
        try:
            answers |= ask_one(questions.parent, roads)
        except (ImportError, RuntimeError, OSError, KeyError, subprocess.CalledProcessError) as problem:
            print(f"{ask_one.__name__} left out: {problem!r}", file=sys.stderr)
            if isinstance(problem, subprocess.CalledProcessError):
                print((problem.stdout + problem.stderr)[-2000:].decode(), file=sys.stderr)
    np.savez(out, **answers)


if __name__ == "__main__":
    main()
