"""Damaged files of every format: a sentence or a right answer, never a trace, a hang or a signal."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from random import Random

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely

from data.city.engine import RoadEngine, save_networks
from data.errors import BadCatalogueError, BadFileError, NotSetUpError
from data.files.tables import read_rows
from data.rules.catalogue import read_catalogue
from data.rules.files import FOLDER
from dispatch.item import PROFILES
from geo.errors import BadNetworkError
from geo.place import LonLat
from geo.roads import RoadNetwork
from tests.conftest import NOW

MUTATIONS = int(os.environ.get("JINLIN_TRIAL_ROUNDS", "500"))
HERE, THERE = LonLat(120.2001, 30.3), LonLat(120.2019, 30.3)


def flip(body: bytes, draw: Random) -> bytes:
    at = draw.randrange(len(body))
    return body[:at] + bytes([body[at] ^ 1 << draw.randrange(8)]) + body[at + 1 :]


def cut(body: bytes, draw: Random) -> bytes:
    return body[: draw.randrange(len(body))]


def blank(body: bytes, draw: Random) -> bytes:
    at, size = draw.randrange(len(body)), draw.randrange(1, 200)
    return body[:at] + bytes(len(body[at : at + size])) + body[at + size :]


def swap(body: bytes, draw: Random) -> bytes:
    """Put a piece of the file over another one."""
    at, source, size = draw.randrange(len(body)), draw.randrange(len(body)), draw.randrange(1, 64)
    piece = body[source : source + size]
    return body[:at] + piece + body[at + len(piece) :]


KINDS = (flip, cut, blank, swap)


def each_mutation(path: Path, count: int, try_it: Callable[[], None]) -> None:
    draw, whole = Random(path.name), path.read_bytes()
    for number in range(count):
        path.write_bytes(KINDS[number % len(KINDS)](whole, draw))
        try_it()
    path.write_bytes(whole)
    try_it()


def one_sentence(error: Exception) -> None:
    told = str(error.args[0])
    assert told
    assert "Traceback" not in told


@pytest.mark.parametrize("name", ["walk.roads", "walk.hierarchy"])
def test_engine_files(tmp_path: Path, name: str) -> None:
    nodes = 5
    tail = np.repeat(np.arange(nodes), 2)[1:-1]
    head = np.arange(nodes - 1)[:, None] + [1, 0]
    first_out = np.append(0, np.cumsum(np.bincount(tail, minlength=nodes)))
    lon = 120.2 + np.arange(nodes) * 1e-3
    network = RoadNetwork(first_out, head.ravel(), np.full(len(tail), 60_000), lon, np.full(nodes, 30.3))
    save_networks(tmp_path, dict.fromkeys(PROFILES, network))
    right = RoadEngine(tmp_path, (), UTC, lambda: NOW, row_bytes=0).indexes["walk"].travel_ms(HERE, THERE)

    def load() -> None:
        try:
            engine = RoadEngine(tmp_path, (), UTC, lambda: NOW, row_bytes=0)
        except (BadNetworkError, NotSetUpError) as error:
            one_sentence(error)
            return
        assert engine.indexes["walk"].travel_ms(HERE, THERE) == right

    each_mutation(tmp_path / name, MUTATIONS // 5, load)


def read(path: Path) -> None:
    try:
        rows = list(read_rows(path))
    except BadFileError as error:
        one_sentence(error)
        return
    for row in rows:
        assert all(isinstance(value, str) for value in row.values.values())
        assert row.hash


def test_excel_files(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["no", "name", "lon", "lat"])
    for number in range(30):
        book.active.append([f"R{number}", "张三", 120.1, 30.2])
    book.save(path)
    book.close()
    each_mutation(path, MUTATIONS // 5, lambda: read(path))


@pytest.mark.filterwarnings("ignore")  # of GDAL, about what it found odd
@pytest.mark.parametrize("suffix", ["gpkg", "geojson"])
def test_map_files(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cells.{suffix}"
    shapes = [shapely.box(120 + n / 100, 30, 120.01 + n / 100, 30.01) for n in range(20)]
    frame = gpd.GeoDataFrame({"code": [str(n) for n in range(20)]}, geometry=shapes, crs=4326)
    frame.to_file(path)
    each_mutation(path, MUTATIONS // 10, lambda: read(path))


def test_csv_files(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("no,name\n" + "".join(f'R{n},"张,三"\n' for n in range(50)), encoding="utf-8")
    each_mutation(path, MUTATIONS // 10, lambda: read(path))


def test_catalogue_files(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(FOLDER, folder)

    def load() -> None:
        try:
            read_catalogue(folder)
        except BadCatalogueError as error:
            one_sentence(error)

    files = sorted(path for path in folder.iterdir() if path.is_file())
    for path in files:
        each_mutation(path, max(2, MUTATIONS // 5 // len(files)), load)
