"""Docstrings of the pure floors by numpydoc: parameters, returns, raises."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from numpydoc.validate import validate

ROOT = Path(__file__).parent.parent.parent
FLOORS = ("dispatch", "grid")
MANY = 4
"""From so many parameters on, names and types alone do not tell a reader enough."""
LEFT_OUT = {
    "ES01": "a summary may say it all",
    "SA01": "links stand in the text",
    "EX01": "examples are tests",
    "PR01": "asked for functions of many parameters, see below",
    "PR07": "a parameter whose type is its name needs no words",
    "RT01": "asked for functions of many parameters, see below",
    "RT03": "a return whose type says what it is needs no words",
}


def _modules(floor: str) -> Iterator[ModuleType]:
    package = importlib.import_module(floor)
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{floor}."):
        yield importlib.import_module(found.name)


@cache
def _faults(floor: str) -> tuple[tuple[str, str, str], ...]:
    """Name, code and words of everything that numpydoc finds in a floor."""
    found = []
    for module in _modules(floor):
        for name in _public(module):
            where = f"{module.__name__}.{name}"
            found += [(where, code, words) for code, words in validate(where)["errors"]]
    return tuple(found)


def _public(module: ModuleType) -> Iterator[str]:
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(thing) or inspect.isclass(thing):
            yield name
        if inspect.isclass(thing):
            yield from (f"{name}.{part}" for part, held in vars(thing).items() if _is_told(part, held))


def _is_told(name: str, held: object) -> bool:
    told = inspect.isfunction(held) or isinstance(held, classmethod | staticmethod | property)
    return told and not name.startswith("_")


@pytest.mark.parametrize("floor", FLOORS)
def test_numpydoc_finds_nothing(floor: str) -> None:
    assert [fault for fault in _faults(floor) if fault[1] not in LEFT_OUT] == []


def _functions(floor: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted((ROOT / floor).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{path.relative_to(ROOT)}:{node.name}", node


@pytest.mark.parametrize("floor", FLOORS)
def test_functions_of_many_parameters_tell_each_and_what_they_return(floor: str) -> None:
    untold = []
    for where, function in _functions(floor):
        given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        names = [argument.arg for argument in given if argument.arg not in ("self", "cls")]
        if len(names) < MANY:
            continue
        text = ast.get_docstring(function) or ""
        told = text.partition("Parameters\n----------\n")[2]
        untold += [f"{where}({name})" for name in names if name not in told]
        untold += [where] if "Returns\n-------\n" not in text else []
    assert untold == []


@pytest.mark.parametrize("floor", FLOORS)
def test_what_a_function_raises_is_told(floor: str) -> None:
    silent = [
        where
        for where, function in _functions(floor)
        if any(isinstance(node, ast.Raise) for node in ast.walk(function))
        and "Raises\n------\n" not in (ast.get_docstring(function) or "")
    ]
    assert silent == []


@pytest.mark.parametrize("floor", FLOORS)
def test_summaries_use_the_verbs_of_the_field(floor: str) -> None:
    odd = [
        where
        for where, f in _functions(floor)
        if (ast.get_docstring(f) or "").split(" ")[0] in {"Give", "Gives"}
    ]
    assert odd == []
