"""How indicators of registers are counted: residents, cells, providers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from grid.figures.counted import Count, Counted, share
from grid.figures.facts import ON_REGISTER, VOLUNTARY, Facts
from grid.registers import months_before


def _people(*names: str) -> Count:
    def counted(facts: Facts) -> Counted:
        n = facts.head_count(*names)
        return Counted(value=n, rows=n)

    return counted


def _q06(facts: Facts) -> Counted:
    """Count elders by their last valid assessment, each by the levels of its own edition."""
    rules = facts.rulebook.registers.elders
    by_edition: Counter[str] = Counter()
    for _, edition, level, elders in facts.abilities:
        by_edition[edition] += elders * rules.disabled(edition, level)
    assessed = sum(elders for *_, elders in facts.abilities)
    each = "; ".join(
        f"{e.name} level {e.moderate} or worse: {by_edition[e.name]}" for e in rules.editions.values()
    )
    lacking = facts.head_count("aged_60") - assessed
    return Counted(
        value=by_edition.total() if assessed else None,
        rows=assessed,
        given={"each": each},
        left_out=lacking,
        left_out_why="not_assessed" if lacking else "",
    )


def _q09(facts: Facts) -> Counted:
    households = sum(c.households for c in facts.cells)
    return share(households, len(facts.cells), 1.0)


def _q10(facts: Facts) -> Counted:
    workers = {c.worker for c in facts.cells if c.worker}
    vacant = sum(not c.worker for c in facts.cells)
    return Counted(
        value=len(workers),
        rows=len(facts.cells),
        left_out=vacant,
        left_out_why="no_worker" if vacant else "",
    )


def _q11(facts: Facts) -> Counted:
    n = len(facts.visits)
    return Counted(value=n, rows=n)


def _q12(facts: Facts) -> Counted:
    seen = {(cell, household) for cell, household in facts.visits if household}
    nameless = sum(not household for _, household in facts.visits)
    return Counted(
        value=len(seen),
        rows=len(facts.visits),
        left_out=nameless,
        left_out_why="no_household" if nameless else "",
    )


def _k18(facts: Facts) -> Counted:
    """Count special elders seen; the periods told are calendar months, the running one as far as it has come."""
    special, seen = facts.head_count("special"), facts.head_count("special_seen")
    return share(seen, special)


def _k19(facts: Facts) -> Counted:
    """Count complete and fresh records; one verified since the end is not known to have been fresh before."""
    whole: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for _, kind, records, fine in facts.records:
        whole[kind] += records
        good[kind] += fine
    each = "; ".join(f"{kind} {good[kind]} of {whole[kind]}" for kind in facts.rulebook.registers.records)
    return share(good.total(), whole.total(), given={"each": each})


def _q27(facts: Facts) -> Counted:
    n = sum(p.state in ON_REGISTER for p in facts.providers)
    return Counted(value=n, rows=n)


def _q29(facts: Facts) -> Counted:
    n = sum(p.state == "active" and bool(VOLUNTARY & set(p.categories)) for p in facts.providers)
    return Counted(value=n, rows=n, given={"categories": ", ".join(sorted(VOLUNTARY))})


def _k15(facts: Facts) -> Counted:
    """Count those who joined in the twelve months that ended twelve months before the end, and serve still."""
    end = facts.rulebook.worktime.local(facts.end).date()
    first, last = months_before(end, 24), months_before(end, 12)
    joined = [p for p in facts.providers if p.joined_on is not None and first <= p.joined_on < last]
    unknown = sum(p.joined_on is None for p in facts.providers)
    serving = sum(p.serving for p in joined)
    joining = {"since": first.isoformat(), "until": last.isoformat()}
    why = "joining_unknown" if unknown else ""
    return replace(share(serving, len(joined), given=joining), left_out=unknown, left_out_why=why)


def _q32(facts: Facts) -> Counted:
    devices = sum(n for _, n, _ in facts.devices)
    live = sum(n for *_, n in facts.devices)
    hours = facts.rulebook.registers.devices.silent / timedelta(hours=1)
    silent = devices - live
    why = "silent_devices" if silent else ""
    return Counted(value=live, rows=devices, given={"hours": f"{hours:g}"}, left_out=silent, left_out_why=why)


OF_REGISTERS: Mapping[str, Count] = {
    "Q01": _people("permanent"),
    "Q02": _people("floating"),
    "Q03": _people("aged_60"),
    "Q04": _people("aged_80"),
    "Q05": _people("alone"),
    "Q06": _q06,
    "Q07": _people("aided"),
    "Q08": _people("cared_for"),
    "Q09": _q09,
    "Q10": _q10,
    "Q11": _q11,
    "Q12": _q12,
    "Q27": _q27,
    "Q29": _q29,
    "Q32": _q32,
    "K15": _k15,
    "K18": _k18,
    "K19": _k19,
}
