"""The table machine: what it refuses, what it offers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from dispatch.errors import BadFieldError, BadLifecycleError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Lifecycle, Vocabulary

WORDS = Vocabulary(effects=frozenset({"ring"}), roles=frozenset({"clerk", "boss"}), fields=frozenset({"why"}))


def table(**changes: Any) -> dict[str, Any]:
    whole = {
        "name": "door",
        "initial": "shut",
        "final": ["gone"],
        "labels": {"shut": "关", "open": "开", "gone": "无"},
        "states": {
            "shut": {"open": {"to": "open", "role": ["clerk"], "needs": ["why"], "effect": ["ring"]}},
            "open": {"close": {"to": "shut", "role": ["clerk"]}, "remove": {"to": "gone", "role": ["boss"]}},
        },
    }
    return whole | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"initial": "ajar"}, "initial state 'ajar'"),
        ({"states": {}}, "missing or empty"),
        ({"final": ["gone", "lost"]}, "no way leads to lost"),
        ({"labels": {"shut": "关"}}, "no label for gone, open"),
        ({"states": {"shut": {"open": {"to": "hell", "role": ["clerk"]}}}}, "leads to 'hell'"),
        ({"states": {"shut": {"open": {"to": "gone", "role": ["thief"]}}}}, "unknown role 'thief'"),
        (
            {"states": {"shut": {"open": {"to": "gone", "role": ["clerk"], "effect": ["boom"]}}}},
            "unknown effect 'boom'",
        ),
        (
            {"states": {"shut": {"open": {"to": "gone", "role": ["clerk"], "needs": ["luck"]}}}},
            "unknown field 'luck'",
        ),
        (
            {"states": {"shut": {"open": {"to": "gone", "role": ["clerk"], "colour": 1}}}},
            "unknown key 'colour'",
        ),
        ({"states": {"shut": {"open": {"to": "gone"}}}}, "names no role"),
        ({"states": {"shut": {"knock": {"role": ["clerk"]}}}, "final": []}, "dead end"),
    ],
)
def test_tables_with_holes_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadLifecycleError, match=said):
        Lifecycle.parse(table(**changes), WORDS)


def test_moves_are_offered_by_role_and_refused_with_what_is_possible() -> None:
    door = Lifecycle.parse(table(), WORDS)
    clerk, boss = Actor(user="c", role="clerk"), Actor(user="b", role="boss")
    assert [m.action for m in door.possible("open", "boss")] == ["remove"]
    assert door.possible("gone") == ()
    with pytest.raises(NotPossibleError, match="possible now for clerk: open"):
        door.move("shut", Action(name="close", by=clerk))
    with pytest.raises(WrongRoleError, match="is for clerk, not for boss"):
        door.move("shut", Action(name="open", by=boss, fields={"why": "air"}))
    with pytest.raises(BadFieldError, match="open needs it"):
        door.move("shut", Action(name="open", by=clerk, fields={"why": ""}))
    assert door.move("shut", Action(name="open", by=clerk, fields={"why": "air"})).to == "open"
    assert "shut --> open : open" in door.mermaid()


CATALOGUE = read_catalogue()


@given(data=st.data())
@pytest.mark.parametrize(
    "lifecycle", [CATALOGUE.rulebook.lifecycle, CATALOGUE.order_lifecycle], ids=["ticket", "order"]
)
def test_walks_never_leave_the_table_and_can_always_end(lifecycle: Lifecycle, data: st.DataObject) -> None:
    state = lifecycle.initial
    for _ in range(12):
        moves = lifecycle.possible(state)
        if not moves:
            assert state in lifecycle.final
            return
        state = lifecycle.target(state, data.draw(st.sampled_from(moves)))
        assert state in lifecycle.states
