"""Modules of the product that an area may do without: what they are, and where each is switched on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from grid.area import CodeScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A part of the product: the pages it has, each the beginning of an address, and the kinds of things that begin there."""

    code: str
    name_zh: str
    name_en: str
    told_zh: str = ""
    told_en: str = ""
    pages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleSwitch:
    """That a module is on or off in an area, since when and why; ``name`` is module and area."""

    name: str
    module: str
    area: str
    on: bool
    since: datetime
    reason: str = ""


def switch_name(module: str, area: str) -> str:
    """Return what a switch is known by."""
    return f"{module}@{area}"


@dataclass(frozen=True, slots=True)
class Modules:
    """Which modules there are, and where they are on; one that nobody switched is on everywhere.

    ``switches`` are by module and area.
    """

    modules: tuple[Module, ...]
    switches: Mapping[tuple[str, str], ModuleSwitch]
    scheme: CodeScheme

    def with_switches(self, switches: Iterable[ModuleSwitch]) -> "Modules":
        """Return the same with some switches as they are now."""
        more = {(one.module, one.area): one for one in switches}
        return Modules(self.modules, {**self.switches, **more}, self.scheme)

    def of_kind(self, kind: str) -> Module | None:
        """Return the module in which things of a kind begin, None for a kind of no module."""
        return next((module for module in self.modules if kind in module.kinds), None)

    def of_page(self, path: str) -> Module | None:
        """Return the module that a page belongs to, None for a page of no module."""
        return next((module for module in self.modules if any(_lies_in(path, p) for p in module.pages)), None)

    def is_on(self, module: str, area: str) -> bool:
        """Tell whether a module is on in an area or cell: the switch of the smallest area around it decides."""
        around = [
            one
            for (code, where), one in self.switches.items()
            if code == module and area.startswith(self.scheme.prefix(where))
        ]
        return max(around, key=lambda one: len(self.scheme.prefix(one.area))).on if around else True

    def is_on_within(self, module: str, area: str) -> bool:
        """Tell whether a module is on in an area or in some part of it."""
        inside = self.scheme.prefix(area)
        return self.is_on(module, area) or any(
            one.on
            for (code, where), one in self.switches.items()
            if code == module and where.startswith(inside)
        )

    def shows(self, path: str, area: str) -> bool:
        """Tell whether a page is there for who works in an area."""
        module = self.of_page(path)
        return module is None or self.is_on_within(module.code, area)


def _lies_in(path: str, page: str) -> bool:
    return path == page or path.startswith(f"{page}/")
