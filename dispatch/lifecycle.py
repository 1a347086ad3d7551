"""Lifecycles as tables: one machine for tickets, orders, alarms, providers and appeals.

A table maps state -> action -> what the action leads to, who may take it, what it needs and what it does.
The parser refuses tables with holes, so that a running system never meets one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from dispatch.errors import BadFieldError, BadLifecycleError, NotPossibleError, WrongRoleError

STAY = "="


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: account name, role, and the area, department, provider or resident the account is bound to."""

    user: str
    role: str
    area: str = ""
    department: str = ""
    provider: str = ""
    resident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One request to change something: its name, who asks, and the fields given with it."""

    name: str
    by: Actor
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; the store chains events of one aggregate by hash.

    ``payload`` holds only what JSON can hold.
    """

    name: str
    at: datetime
    by: str
    role: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row of the table."""

    action: str
    to: str
    roles: frozenset[str]
    needs: tuple[str, ...]
    effects: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words a table may use: effects the code knows, roles that exist, fields that can be asked for."""

    effects: frozenset[str]
    roles: frozenset[str]
    fields: frozenset[str]


_MOVE_KEYS = {"to", "role", "needs", "effect", "label"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """A proven table. Use :meth:`parse` to make one."""

    name: str
    initial: str
    final: frozenset[str]
    labels: Mapping[str, str]
    moves: Mapping[str, Mapping[str, Move]]

    @classmethod
    def parse(cls, table: Mapping[str, Any], words: Vocabulary) -> "Lifecycle":
        """Read a table and prove it whole.

        Parameters
        ----------
        table : Mapping
            Keys ``name``, ``initial``, ``final``, ``labels`` (state -> label) and
            ``states`` (state -> action -> ``to, role, needs, effect, label``).
        words : Vocabulary
            The effects, roles and fields that exist.

        Returns
        -------
        Lifecycle

        Raises
        ------
        BadLifecycleError
            Naming the state and action at fault.
        """
        name = str(table.get("name", "lifecycle"))
        states = table.get("states")
        if not isinstance(states, Mapping) or not states:
            raise BadLifecycleError(f"{name}: table [states] is missing or empty")
        final = frozenset(table.get("final", ()))
        known = set(states) | final
        moves = {
            state: MappingProxyType({a: _move(name, state, a, row, known, words) for a, row in rows.items()})
            for state, rows in states.items()
        }
        made = cls(
            name=name,
            initial=str(table.get("initial", "")),
            final=final,
            labels=MappingProxyType(dict(table.get("labels", {}))),
            moves=MappingProxyType(moves),
        )
        made._prove(known)
        return made

    @property
    def states(self) -> tuple[str, ...]:
        """All states, those with moves first, in table order."""
        return (*self.moves, *sorted(self.final - set(self.moves)))

    def _prove(self, known: set[str]) -> None:
        if self.initial not in known:
            raise BadLifecycleError(f"{self.name}: initial state {self.initial!r} is not in the table")
        reached, frontier = {self.initial}, [self.initial]
        while frontier:
            for move in self.moves.get(frontier.pop(), {}).values():
                if move.to != STAY and move.to not in reached:
                    reached.add(move.to)
                    frontier.append(move.to)
        if lost := sorted(known - reached):
            raise BadLifecycleError(f"{self.name}: no way leads to {', '.join(lost)}")
        for state in known - self.final:
            if not any(m.to != STAY for m in self.moves.get(state, {}).values()):
                raise BadLifecycleError(
                    f"{self.name}: {state} is a dead end; declare it final or give it a way out"
                )
        if unnamed := sorted(known - set(self.labels)):
            raise BadLifecycleError(f"{self.name}: no label for {', '.join(unnamed)}")

    def possible(self, state: str, role: str | None = None) -> tuple[Move, ...]:
        """List the moves open in a state, for one role or for all; empty for an unknown or final state."""
        rows = self.moves.get(state, {}).values()
        return tuple(m for m in rows if role is None or role in m.roles)

    def move(self, state: str, action: Action) -> Move:
        """Find the row for an action, or say why there is none.

        Raises
        ------
        NotPossibleError
            When the state does not offer the action; the message lists what it offers.
        WrongRoleError
            When the actor's role may not take it.
        BadFieldError
            When a needed field is missing or empty.
        """
        row = self.moves.get(state, {}).get(action.name)
        if row is None:
            offered = ", ".join(m.action for m in self.possible(state, action.by.role)) or "nothing"
            raise NotPossibleError(
                f"{action.name} is not possible while the {self.name} is {state}; "
                f"possible now for {action.by.role}: {offered}"
            )
        if action.by.role not in row.roles:
            raise WrongRoleError(
                f"{action.name} of a {self.name} that is {state} is for {', '.join(sorted(row.roles))}, "
                f"not for {action.by.role}"
            )
        for need in row.needs:
            if action.fields.get(need) in (None, "", [], ()):
                raise BadFieldError(need, action.fields.get(need), f"{action.name} needs it")
        return row

    def target(self, state: str, move: Move) -> str:
        """State after a move."""
        return state if move.to == STAY else move.to

    def mermaid(self) -> str:
        """Draw the table as a Mermaid state diagram: one arrow for all actions from a state to another.

        Returns
        -------
        str
            Lines with a newline each. Actions that stay in their state are left out; `stays` lists them.
        """
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for state, rows in self.moves.items():
            ways: dict[str, list[str]] = {}
            for move in rows.values():
                ways.setdefault(self.target(state, move), []).append(move.action)
            lines += [
                f"    {state} --> {to} : {', '.join(actions)}" for to, actions in ways.items() if to != state
            ]
        lines += [f"    {state} --> [*]" for state in sorted(self.final)]
        return "\n".join(lines) + "\n"

    def stays(self, state: str) -> tuple[str, ...]:
        """List the actions that leave a state as it is; empty for an unknown or final state."""
        rows = self.moves.get(state, {}).values()
        return tuple(move.action for move in rows if self.target(state, move) == state)


def _move(name: str, state: str, action: str, row: object, known: set[str], words: Vocabulary) -> Move:
    where = f"{name}: {state}.{action}"
    if not isinstance(row, Mapping):
        raise BadLifecycleError(f"{where} is no table")
    if odd := sorted(set(row) - _MOVE_KEYS):
        raise BadLifecycleError(
            f"{where}: unknown key {odd[0]!r}; allowed are {', '.join(sorted(_MOVE_KEYS))}"
        )
    to = row.get("to", STAY)
    if to != STAY and to not in known:
        raise BadLifecycleError(f"{where} leads to {to!r}, which is no state")
    roles, needs, effects = (tuple(row.get(key, ())) for key in ("role", "needs", "effect"))
    if not roles:
        raise BadLifecycleError(f"{where} names no role")
    _all_known(where, "role", roles, words.roles)
    _all_known(where, "field", needs, words.fields)
    _all_known(where, "effect", effects, words.effects)
    return Move(
        action=action,
        to=to,
        roles=frozenset(roles),
        needs=needs,
        effects=effects,
        label=row.get("label", action),
    )


def _all_known(where: str, what: str, given: Iterable[str], known: Collection[str]) -> None:
    for word in given:
        if word not in known:
            raise BadLifecycleError(f"{where}: unknown {what} {word!r}; known are {', '.join(sorted(known))}")
