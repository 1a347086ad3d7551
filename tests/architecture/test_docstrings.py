"""Docstrings by numpydoc, of the pure floors and of the rooms that write: parameters, returns, raises."""

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
ROOMS = ("dispatch", "grid", "data.desk", "data.store")
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
    "YD01": "the summary of a context manager says what it yields",
}


def _modules(room: str) -> Iterator[ModuleType]:
    package = importlib.import_module(room)
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{room}."):
        if "._kernels" not in found.name:  # nobody but their room calls them
            yield importlib.import_module(found.name)


@cache
def _faults(room: str) -> tuple[tuple[str, str, str], ...]:
    """Name, code and words of everything that numpydoc finds in a room."""
    found = []
    for module in _modules(room):
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


@pytest.mark.parametrize("room", ROOMS)
def test_numpydoc_finds_nothing(room: str) -> None:
    assert [fault for fault in _faults(room) if fault[1] not in LEFT_OUT] == []


def _functions(room: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(ROOT.joinpath(*room.split(".")).rglob("*.py")):
        if "_kernels" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{path.relative_to(ROOT)}:{node.name}", node


@pytest.mark.parametrize("room", ROOMS)
def test_functions_of_many_parameters_tell_each_and_what_they_return(room: str) -> None:
    untold = []
    for where, function in _functions(room):
        given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        names = [argument.arg for argument in given if argument.arg not in ("self", "cls")]
        if len(names) < MANY:
            continue
        text = ast.get_docstring(function) or ""
        told = text.partition("Parameters\n----------\n")[2]
        untold += [f"{where}({name})" for name in names if name not in told]
        returns = function.returns is None or ast.unparse(function.returns) != "None"
        untold += [where] if returns and "Returns\n-------\n" not in text else []
    assert untold == []


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_function_raises_is_told(room: str) -> None:
    silent = [
        where
        for where, function in _functions(room)
        if any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(function))
        and "Raises\n------\n" not in (ast.get_docstring(function) or "")
    ]
    assert silent == []


@pytest.mark.parametrize("room", ROOMS)
def test_summaries_use_the_verbs_of_the_field(room: str) -> None:
    odd = [
        where
        for where, f in _functions(room)
        if (ast.get_docstring(f) or "").split(" ")[0] in {"Give", "Gives"}
    ]
    assert odd == []
