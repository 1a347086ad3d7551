"""Programs of ``.ci`` as modules."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent.parent


def loaded(name: str) -> ModuleType:
    """Import a program of ``.ci`` by its name."""
    folder = str(ROOT / ".ci")
    if folder not in sys.path:
        sys.path.append(folder)
    return import_module(name)
