"""How indicators of registers are counted: residents, cells, providers."""

from collections.abc import Mapping

from grid.area_facts import ON_REGISTER, VOLUNTARY, Facts
from grid.counted import Count, Counted, share


def _people(told: str, *names: str) -> Count:
    def counted(facts: Facts) -> Counted:
        n = facts.head_count(*names)
        return Counted(value=n, rows=n, told=f"residents of the register, {told}")

    return counted


def _q09(facts: Facts) -> Counted:
    households = sum(c.households for c in facts.cells)
    return share(households, len(facts.cells), "households by cell", 1.0)


def _q10(facts: Facts) -> Counted:
    workers = {c.worker for c in facts.cells if c.worker}
    vacant = sum(not c.worker for c in facts.cells)
    return Counted(
        value=len(workers),
        rows=len(facts.cells),
        told="workers named for cells",
        left_out=vacant,
        left_out_why="cells without a worker" if vacant else "",
    )


def _q27(facts: Facts) -> Counted:
    n = sum(p.state in ON_REGISTER for p in facts.providers)
    return Counted(value=n, rows=n, told="providers that did not leave")


def _q29(facts: Facts) -> Counted:
    n = sum(p.state == "active" and bool(VOLUNTARY & set(p.categories)) for p in facts.providers)
    return Counted(value=n, rows=n, told="active providers of " + ", ".join(sorted(VOLUNTARY)))


OF_REGISTERS: Mapping[str, Count] = {
    "Q01": _people("permanent", "permanent"),
    "Q02": _people("floating", "floating"),
    "Q03": _people("60 or older", "aged_60"),
    "Q04": _people("80 or older", "aged_80"),
    "Q05": _people("60 or older and tagged as living alone", "alone"),
    "Q07": _people("tagged as on allowance or aid", "aided"),
    "Q08": _people("tagged as veteran, disabled or living alone", "cared_for"),
    "Q09": _q09,
    "Q10": _q10,
    "Q27": _q27,
    "Q29": _q29,
}
