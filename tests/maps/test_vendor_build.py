"""The build hook knows when the vendor folder is current and asks for node only when it is not."""

import shutil
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.maps.map_facts import STATIC_FOLDER

pytest.importorskip("hatchling", reason="the build backend lives in the build environment only")


@pytest.fixture
def build() -> Iterator[ModuleType]:
    spec = spec_from_file_location("hatch_build", STATIC_FOLDER.parents[1] / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    sys.modules["hatch_build"] = made
    spec.loader.exec_module(made)
    yield made
    del sys.modules["hatch_build"]


@pytest.fixture
def static(tmp_path: Path, build: ModuleType) -> Path:
    for name in build.PINS:
        shutil.copy(STATIC_FOLDER / name, tmp_path)
    for name in build.wanted_files(tmp_path):
        (tmp_path / "vendor" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "vendor" / name).touch()
    (tmp_path / "vendor" / build.STAMP).write_text(build.stamp(tmp_path), "ascii")
    return tmp_path


def test_a_whole_folder_with_the_right_stamp_is_current(build: ModuleType, static: Path) -> None:
    assert build.is_current(static)


def test_a_changed_pin_makes_it_stale(build: ModuleType, static: Path) -> None:
    lock = static / "package-lock.json"
    lock.write_text(lock.read_text("utf-8").replace("1.9.4", "1.9.3"), "utf-8")
    assert not build.is_current(static)


def test_current_tools_are_left_alone(build: ModuleType, static: Path, tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    modules.mkdir()
    (modules / build.STAMP).write_text(build.stamp(static), "ascii")
    (modules / "kept").touch()
    build.fill_tools(static, modules)
    assert (modules / "kept").exists()


def test_a_missing_file_makes_it_stale(build: ModuleType, static: Path) -> None:
    (static / "vendor" / "leaflet" / "dist" / "leaflet.js").unlink()
    assert not build.is_current(static)
