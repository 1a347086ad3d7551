"""Sentences of refusals as they stand in the code, for Babel's extraction: what an error says, with a hole for each value."""

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO

from api.locale.labels import Message

HOLE = "\0"
MOST = 16
DEEPEST = 5
ALLOWED_AT = 2  # of BadFieldError(field, value, allowed): the rest of its sentence stands in the class
PROBLEMS = {"problem": 1, "_problem": 2}
"""Functions that answer with a refusal -> where among their arguments it says why."""
Names = Mapping[str, list[ast.expr]]


def of_errors(
    file: BinaryIO, keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """Yield what the errors of a module say, with ``{0}``, ``{1}`` for the values; none when it makes none.

    A text that was given a name first is followed through the names of its function and its module; a part that
    another function makes is a value. Classes named in ``options["inside"]`` speak to programmers and are left out.

    Raises
    ------
    SyntaxError
        If the file is no Python.
    """
    del keywords, tags
    inside = set(str(options["inside"]).split())
    tree = ast.parse(file.read())
    known = _named(tree.body, {})
    for line, text in dict.fromkeys(_said(tree, known, inside)):
        if text.strip(HOLE + " ;,:："):
            yield line, None, _numbered(text), []


def _said(node: ast.AST, known: Names, inside: Collection[str]) -> Iterator[tuple[int, str]]:
    """Walk down, with the names that are known at each place."""
    for child in ast.iter_child_nodes(node):
        names = known
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            names = _named(ast.walk(child), known)
        elif isinstance(child, ast.ClassDef) and child.name.endswith("Error") and child.name not in inside:
            yield from _own(child, known)
        elif isinstance(child, ast.Call):
            told = _told(child, inside)
            if told is not None:
                yield from ((child.lineno, text) for text in _texts(told, names))
        yield from _said(child, names, inside)


def _told(call: ast.Call, inside: Collection[str]) -> ast.expr | None:
    """Give the argument of an error's call that says why; None for other calls."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in PROBLEMS:
        return next(iter(call.args[PROBLEMS[name] :]), None)
    if not name.endswith("Error") or not name[:1].isupper() or name in inside or hasattr(builtins, name):
        return None
    if name == "BadFieldError":
        given = [word.value for word in call.keywords if word.arg == "allowed"]
        return next(iter(call.args[ALLOWED_AT:] + given), None)
    return next(iter(call.args), None)


def _own(error: ast.ClassDef, known: Names) -> Iterator[tuple[int, str]]:
    """Yield the sentence that a class of errors makes of its parts."""
    for call in ast.walk(error):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__" and call.args:
            yield from ((call.lineno, text) for text in _texts(call.args[0], known))


def _named(nodes: Iterator[ast.AST] | list[ast.stmt], known: Names) -> Names:
    """Add the values that names are given."""
    names = {name: list(values) for name, values in known.items()}
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            made = [part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value]
            names[f"{node.name}()"] = made
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs: list[tuple[ast.expr, ast.expr]] = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            for name, value in pairs:
                if isinstance(name, ast.Name):
                    names.setdefault(name.id, []).append(value)
    return names


def _texts(node: ast.expr, names: Names, depth: int = 0) -> list[str]:
    """Give every way in which an expression may read; a hole for what is known only when it runs."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        ways = [""]
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            told = _texts(inner, names, depth + 1) if isinstance(inner, ast.expr) else [HOLE]
            ways = [before + after for before in ways for after in told][:MOST]
        return ways
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        first, second = (_texts(side, names, depth + 1) for side in (node.left, node.right))
        if first == second == [HOLE]:
            return [HOLE]  # a sum of numbers
        return [before + after for before in first for after in second][:MOST]
    meant = _meant(node, names) if depth < DEEPEST else []
    return [text for each in meant for text in _texts(each, names, depth + 1)][:MOST] or [HOLE]


def _meant(node: ast.expr, names: Names) -> list[ast.expr]:
    """Give the expressions that another stands for: both of a choice, those of a name, what a function returns."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.Name):
        return names.get(node.id, [])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return names.get(f"{node.func.id}()", [])
    return []


def _numbered(text: str) -> str:
    pieces = text.replace("{", "{{").replace("}", "}}").split(HOLE)
    return pieces[0] + "".join(f"{{{n}}}{piece}" for n, piece in enumerate(pieces[1:]))
