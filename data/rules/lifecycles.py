"""Lifecycle tables."""

from pathlib import Path

from data.rules.files import guard, toml
from dispatch.lifecycle import Lifecycle, Vocabulary

ROLES = frozenset(
    [
        "resident",
        "worker",
        "dispatcher",
        "department",
        "provider",
        "leader",
        "admin",
        "hotline",
        "device",
        "officer",
        "clock",
    ]
)


def read_lifecycle(path: Path, effect_names: frozenset[str], fields: frozenset[str]) -> Lifecycle:
    """Read and prove a lifecycle table."""
    words = Vocabulary(effects=effect_names, roles=ROLES, fields=fields)
    return guard(path, lambda: Lifecycle.parse(toml(path), words))
