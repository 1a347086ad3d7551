"""Test files have names of their own: pytest imports them by name alone."""

import re
from collections import Counter

import pytest

from tests.conftest import ROOT


def test_no_two_test_files_share_a_name() -> None:
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("floor", ["dispatch", "grid", "data"])
def test_tests_of_a_room_stand_in_a_folder_of_its_name(floor: str) -> None:
    rooms = {path.name for path in (ROOT / floor).iterdir() if path.is_dir()}
    inside = rf"^from {floor}\.(\w+)\b.* import"
    wrong = []
    for path in (ROOT / "tests" / floor).rglob("test_*.py"):
        named = set(re.findall(inside, path.read_text(encoding="utf-8"), re.MULTILINE)) & rooms
        room = path.parent.name
        if (room != floor and room not in named) or (room == floor and len(named) == 1):
            wrong.append(f"{path.relative_to(ROOT)} is of {sorted(named)}")
    assert wrong == []
