"""Only the door writes: other rooms may not touch rows, save those listed here with their reasons."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
WRITES = {"insert", "update", "delete"}
ON_SESSIONS = {"add", "add_all", "merge", "commit", "flush", "bulk_save_objects"}
ALLOWED = {
    "data/store/chain.py": "the log itself, written for the door",
    "data/store/rows.py": "the rows of facts, written for the door",
    "data/store/purses.py": "what stands in purses, and the transfers between them, written for the door",
    "data/store/receipts.py": "answers to idempotency keys, kept and dropped by the door",
    "data/store/numbers.py": "counters of numbers, drawn by the door",
    "data/store/photos.py": "photos are named by their content; storing one changes nothing else",
    "data/outside/webhooks.py": "the queue of what other systems still have to be told",
    "data/registers/sign_ins.py": "sign-ins, which end by themselves, and the last one-time code taken",
    "data/registers/reveals.py": "who looked at personal data, added to and never changed",
    "data/registers/positions.py": "where people on shift were, which is personal, no fact of a case, and forgotten",
    "data/outside/changes.py": "how much a consumer of a feed was given, and when",
    "data/files/feeding.py": "messages of feeds, and which of their rows became what",
    "data/files/quarantine.py": "what a person decided of a row in quarantine, told by the door",
    "data/files/intake.py": "which row of an outside file became what",
    "data/files/runs.py": "what an import replaced, and which source told a field",
    "data/files/undo.py": "what a row of an undone import was before it",
}


def writing_lines(path: Path) -> list[int]:
    """Return the lines that make a statement which writes, or write through a session."""
    tree = ast.parse(path.read_text())
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name in WRITES
    }
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in imported:
            found.append(node.lineno)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ON_SESSIONS:
            owner = ast.unparse(node.func.value)
            if owner == "session" or owner.endswith(".session"):
                found.append(node.lineno)
    return sorted(found)


def test_nothing_but_the_door_writes_rows() -> None:
    found = {}
    for folder in ("data", "api", "maps"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if name.startswith(("data/desk/", "data/migrations/")) or name in ALLOWED:
                continue
            if lines := writing_lines(path):
                found[name] = lines
    assert found == {}


def test_every_exception_still_writes() -> None:
    idle = [name for name in ALLOWED if not writing_lines(ROOT / name)]
    assert idle == []


def test_the_walk_finds_a_write(tmp_path: Path) -> None:
    source = tmp_path / "x.py"
    source.write_text(
        "from sqlalchemy import insert\ndef f(session):\n    session.execute(insert(T))\n    session.add(1)\n"
    )
    assert writing_lines(source) == [3, 4]
