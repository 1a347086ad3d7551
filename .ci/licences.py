"""List every run-time package with its licence, and refuse what ``licences.toml`` does not allow.

``python .ci/licences.py`` checks and says nothing when all is well; ``--list`` prints a table. A package counts with what
its metadata says and with the shared libraries that its wheel carries, which the metadata often leaves out. Packages for
the browser count with what ``package-lock.json`` says.
"""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageMetadata, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent
CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(?P<words>[^:]+)$")
LIBRARY = re.compile(r"(?P<name>lib[A-Za-z0-9_+]+?)(?:-[0-9a-f]{8,}|-[0-9.]+|\.|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is allowed: permissive licences, spellings, named exceptions, licences that metadata is silent about."""

    permissive: frozenset[str]
    spelled: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    carried: dict[str, str] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path = HERE / "licences.toml") -> "Policy":
        """Read the table.

        Raises
        ------
        ValueError
            When an exception does not say why it is made.
        """
        table = tomllib.loads(path.read_text("utf-8"))
        if silent := sorted(name for name, row in table["kept"].items() if not row.get("why")):
            raise ValueError(f"{path.name}: kept.{silent[0]} does not say why")
        kept = {name: row["licence"] for name, row in table["kept"].items()}
        permissive = frozenset(table["permissive"])
        more = {part: table[part] for part in ("spelled", "carried", "silent")}
        return cls(permissive=permissive, kept=kept, **more)

    def fault(self, name: str, licence: str) -> str | None:
        """Say why a package or library may not be used, or return None."""
        if self.kept.get(name) == licence or self._is_permissive(licence):
            return None
        return f"{name}: {licence or 'no licence told'} is not allowed at run time; see .ci/licences.toml"

    def _is_permissive(self, expression: str) -> bool:
        """Judge an SPDX expression: one side of OR is enough, every side of AND is needed.

        Where brackets nest the two, every licence named must be permissive.
        """
        sides = re.split(r" OR | AND |[()]", expression) if "(" in expression else None
        if sides is not None:
            return all(self._allows(side) for side in sides if side.strip())
        return any(
            all(self._allows(part) for part in side.split(" AND ")) for side in expression.split(" OR ")
        )

    def _allows(self, licence: str) -> bool:
        """Judge one licence; what WITH adds to a permissive one only permits more."""
        return licence.split(" WITH ", maxsplit=1)[0].strip() in self.permissive


def licence_of(metadata: PackageMetadata, spelled: dict[str, str]) -> str:
    """Return what a package says about itself as an SPDX expression; empty when it says nothing that is known."""
    if expression := metadata.get("License-Expression"):
        return str(expression)
    first = (metadata.get("License") or "").strip().split("\n")[0].strip()
    matches = (CLASSIFIER.match(line) for line in metadata.get_all("Classifier") or [])
    words = [found["words"].strip() for found in matches if found]
    known = [spelled[first]] if first in spelled else []
    if first and not known and re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*", first):
        known = [first]
    exact = set(known) - {spelled.get("BSD")}
    # "BSD License" names no clause count: a classifier adds nothing to a field that is more exact.
    known += [spelled.get(w, w) for w in words if not (exact and w == "BSD License")]
    return " AND ".join(dict.fromkeys(known))


def carried_by(package: Distribution) -> list[str]:
    """List the shared libraries that a wheel carries in its ``NAME.libs``, without version and hash."""
    inside = [f.name for f in package.files or () if f.parts[0].endswith(".libs") and ".so" in f.name]
    return sorted({found["name"] for name in inside if (found := LIBRARY.match(name))})


def closure(wanted: Sequence[str], extras: frozenset[str] = frozenset()) -> Iterator[Distribution]:
    """Find every installed package that requirements lead to, each once.

    Raises
    ------
    PackageNotFoundError
        When one is not installed.
    """
    waiting = [(line, extras) for line in wanted]
    done: set[tuple[str, frozenset[str]]] = set()
    told: set[str] = set()
    while waiting:
        line, chosen = waiting.pop()
        need = Requirement(line)
        if need.marker and not any(need.marker.evaluate({"extra": extra}) for extra in chosen or {""}):
            continue
        name, asked = canonicalize_name(need.name), frozenset(need.extras)
        if (name, asked) in done:
            continue
        done.add((name, asked))
        found = distribution(name)
        waiting += [(inner, asked) for inner in found.requires or ()]
        if name not in told:
            told.add(name)
            yield found


def runtime(project: Path) -> list[Distribution]:
    """List the packages that the project needs at run time, by name."""
    wanted = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    return sorted(closure(wanted), key=lambda package: package.name.lower())


def browser_packages(lock: Path, policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Read name, version and licence of every package whose files a browser may get from us."""
    for place, row in json.loads(lock.read_text("utf-8"))["packages"].items():
        if place and not row.get("dev"):
            name = place.removeprefix("node_modules/")
            yield name, row["version"], row.get("license") or policy.silent.get(name, "")


def survey(project: Path, policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    """Find all that runs: name, version, licence, and who carries it (a wheel, the browser) if not itself installed.

    Raises
    ------
    PackageNotFoundError
        When a dependency is not installed.
    """
    for package in runtime(project):
        own = canonicalize_name(package.name)
        told = licence_of(package.metadata, policy.spelled) or policy.silent.get(own, "")
        yield own, package.version, told, ""
        for name in carried_by(package):
            yield name, "", policy.carried.get(name) or policy.kept.get(name, ""), package.name
    for name, version, licence in browser_packages(project / "api" / "static" / "package-lock.json", policy):
        yield name, version, licence, "the browser"


def main() -> int:
    """Check, and list if asked to; return the exit code."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--list", action="store_true", help="print everything with version and licence")
    show = asked.parse_args().list
    policy = Policy.read()
    faults = []
    try:
        for name, version, licence, where in survey(HERE.parent, policy):
            if show:
                parts = (name, version, f"(in {where})" if where else "")
                sys.stdout.write(f"{' '.join(filter(None, parts))}: {licence}\n")
            if said := policy.fault(name, licence):
                faults.append(said)
    except PackageNotFoundError as lost:
        faults.append(f"{lost.name} is needed by pyproject.toml but not installed")
    sys.stderr.writelines(f"{line}\n" for line in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
