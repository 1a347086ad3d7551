"""What the source imports is declared, and what is declared is imported."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
FLOORS = ("geo", "dispatch", "grid", "data", "maps", "api")
BY_NAME = {
    "httptools": "uvicorn picks it up",
    "uvloop": "uvicorn picks it up",
    "python-multipart": "FastAPI reads forms with it",
}


def _imported() -> set[str]:
    roots: set[str] = set()
    for path in (p for floor in FLOORS for p in (ROOT / floor).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                roots |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                roots.add(node.module.split(".")[0])
    return roots - set(FLOORS) - sys.stdlib_module_names


def _declared() -> set[str]:
    lines = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def test_every_import_is_a_declared_dependency() -> None:
    of = {root: {canonicalize_name(n) for n in names} for root, names in packages_distributions().items()}
    declared = _declared()
    assert {root for root in _imported() if not of.get(root, set()) & declared} == set()


def test_every_declared_dependency_is_imported_or_loaded_by_name() -> None:
    of = packages_distributions()
    imported = {canonicalize_name(name) for root in _imported() for name in of.get(root, ())}
    assert _declared() - imported - set(BY_NAME) == set()
