"""Read the rules of the registers from the catalogue's settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.rule_files import section
from grid.registers import Edition, ElderRules, RegisterRules


def register_rules(folder: Path, settings: Mapping[str, Any]) -> RegisterRules:
    """Read everything registers are read by.

    Raises
    ------
    BadCatalogueError
        Naming the file and section at fault.
    """
    return RegisterRules(elders=section(folder, settings, "elders", _elders))


def _elders(section: Mapping[str, Any]) -> ElderRules:
    editions = [Edition(**row) for row in section["edition"]]
    return ElderRules(editions={e.name: e for e in editions}, valid_months=int(section["valid_months"]))
