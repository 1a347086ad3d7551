"""Read the walks of ``docs/changing.md`` and apply their steps to a copy of the source."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FLOORS = ("geo", "dispatch", "grid", "data", "maps", "api")
STEP = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`"
    r"|At the end of `(?P<end>[^`]+)`"
    r"|In `(?P<path>[^`]+)`, (?P<side>before|after|instead of) `(?P<line>[^`]+)`"
    r"|(?P<trial>Try it)[^\n]*):\n\n```\w+\n(?P<text>.*?)```$",
    re.MULTILINE | re.DOTALL,
)
REVISION = re.compile(r'^(down_)?revision = "(\w+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: a new file, an insertion, or the trial at the end (``path`` empty)."""

    path: str
    text: str
    side: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A change as its document tells it."""

    name: str
    steps: tuple[Step, ...]
    trial: str
    needs_district: bool

    @property
    def touched(self) -> tuple[str, ...]:
        """The files a walk adds or changes."""
        return tuple(dict.fromkeys(step.path for step in self.steps))


def read_walks(document: Path = ROOT / "docs" / "changing.md") -> list[Walk]:
    """Read every section that has a trial."""
    sections = document.read_text("utf-8").split("\n## ")[1:]
    return [_walk(section) for section in sections]


def _walk(section: str) -> Walk:
    found = list(STEP.finditer(section))
    fences = section.count("\n```") // 2
    name = section.split("\n", 1)[0]
    if len(found) != fences:
        raise ValueError(f"{name}: {fences} blocks, but only {len(found)} say where they go")
    steps = tuple(
        Step(path=s["new"] or s["end"] or s["path"], text=s["text"], side=s["side"] or ("end" if s["end"] else ""),
             line=s["line"] or "")
        for s in found
        if not s["trial"]
    )  # fmt: skip
    (trial,) = (s["text"] for s in found if s["trial"])
    return Walk(name=name, steps=steps, trial=trial, needs_district="JINLIN_HOME" in section)


def apply(walk: Walk, folder: Path) -> None:
    """Copy the floors that a walk touches, link the others, and take the steps.

    Raises
    ------
    ValueError
        When a new file exists, or a line that a step names stands there never or more than once.
    """
    copied = {step.path.split("/")[0] for step in walk.steps}
    for floor in FLOORS:
        if floor in copied:
            left_out = shutil.ignore_patterns("__pycache__", "vendor")
            shutil.copytree(ROOT / floor, folder / floor, ignore=left_out)
        else:
            (folder / floor).symlink_to(ROOT / floor)
    newest = _newest(folder / "data" / "migrations" / "versions")
    for step in walk.steps:
        _take(step, folder / step.path, newest)


def _take(step: Step, path: Path, newest: str) -> None:
    if not step.side:
        if path.exists():
            raise ValueError(f"{step.path} exists; the walk calls it new")
        path.write_text(step.text.replace("NEWEST", newest), "utf-8")
        return
    before = path.read_text("utf-8")
    if step.side == "end":
        path.write_text(before.rstrip("\n") + "\n" + step.text, "utf-8")
        return
    lines = before.splitlines(keepends=True)
    at = [i for i, line in enumerate(lines) if line.startswith(step.line)]
    if len(at) != 1:
        raise ValueError(f"{step.path} has {len(at)} lines that begin with {step.line!r}; a step needs one")
    place = at[0] + (step.side == "after")
    rest = lines[place + (step.side == "instead of") :]
    path.write_text("".join([*lines[:place], step.text, *rest]), "utf-8")


def _newest(folder: Path) -> str:
    told = [REVISION.findall(path.read_text("utf-8")) for path in folder.glob("*.py")]
    revisions = {name for found in told for down, name in found if not down}
    followed = {name for found in told for down, name in found if down}
    (newest,) = revisions - followed
    return newest
