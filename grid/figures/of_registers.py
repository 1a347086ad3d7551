"""How indicators of registers are counted: residents, cells, providers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from grid.figures.counted import Count, Counted, number, share, split
from grid.figures.facts import ON_REGISTER, VOLUNTARY, Facts, People
from grid.figures.lines import Line, by_cell
from grid.registers import months_before


def _people(*names: str) -> Count:
    def counted(facts: Facts) -> Counted:
        n = facts.head_count(*names)
        told = by_cell((cell, _heads(people, *names)) for cell, people in facts.people.items())
        return Counted(value=n, rows=n, told=told)

    return counted


def _heads(people: People, *names: str) -> int:
    return sum(getattr(people, name) for name in names)


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
        told=by_cell(
            (cell, elders * rules.disabled(edition, level))
            for cell, edition, level, elders in facts.abilities
        ),
    )


def _q09(facts: Facts) -> Counted:
    households = sum(c.households for c in facts.cells)
    told = tuple(Line(kind="cell", no=c.code, number=c.households, of=1) for c in facts.cells)
    return replace(share(households, len(facts.cells), 1.0), told=told)


def _q10(facts: Facts) -> Counted:
    workers = {c.worker for c in facts.cells if c.worker}
    vacant = sum(not c.worker for c in facts.cells)
    return Counted(
        value=len(workers),
        rows=len(facts.cells),
        left_out=vacant,
        left_out_why="no_worker" if vacant else "",
        told=tuple(Line(kind="worker", no=worker) for worker in sorted(workers)),
    )


def _q11(facts: Facts) -> Counted:
    n = len(facts.visits)
    return Counted(value=n, rows=n, told=by_cell((cell, 1) for cell, _ in facts.visits))


def _q12(facts: Facts) -> Counted:
    seen = {(cell, household) for cell, household in facts.visits if household}
    nameless = sum(not household for _, household in facts.visits)
    return Counted(
        value=len(seen),
        rows=len(facts.visits),
        left_out=nameless,
        left_out_why="no_household" if nameless else "",
        told=by_cell((cell, 1) for cell, _ in seen),
    )


def _k18(facts: Facts) -> Counted:
    """Count special elders seen; the periods told are calendar months, the running one as far as it has come."""
    special, seen = facts.head_count("special"), facts.head_count("special_seen")
    told = by_cell(
        ((cell, p.special_seen) for cell, p in facts.people.items()),
        ((cell, p.special) for cell, p in facts.people.items()),
    )
    return replace(share(seen, special), told=told)


def _k19(facts: Facts) -> Counted:
    """Count complete and fresh records; one verified since the end is not known to have been fresh before."""
    whole: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for _, kind, records, fine in facts.records:
        whole[kind] += records
        good[kind] += fine
    each = "; ".join(f"{kind} {good[kind]} of {whole[kind]}" for kind in facts.rulebook.registers.records)
    told = by_cell(
        ((code, fine) for code, _, _, fine in facts.records),
        ((code, records) for code, _, records, _ in facts.records),
    )
    return replace(share(good.total(), whole.total(), given={"each": each}), told=told)


def _q27(facts: Facts) -> Counted:
    return number([p for p in facts.providers if p.state in ON_REGISTER])


def _q29(facts: Facts) -> Counted:
    rows = [p for p in facts.providers if p.state == "active" and VOLUNTARY & set(p.categories)]
    return number(rows, categories=", ".join(sorted(VOLUNTARY)))


def _k15(facts: Facts) -> Counted:
    """Count those who joined in the twelve months that ended twelve months before the end, and serve still."""
    end = facts.rulebook.worktime.local(facts.end).date()
    first, last = months_before(end, 24), months_before(end, 12)
    joined = [p for p in facts.providers if p.joined_on is not None and first <= p.joined_on < last]
    unknown = sum(p.joined_on is None for p in facts.providers)
    joining = {"since": first.isoformat(), "until": last.isoformat()}
    why = "joining_unknown" if unknown else ""
    return replace(split(joined, lambda p: p.serving, **joining), left_out=unknown, left_out_why=why)


def _q32(facts: Facts) -> Counted:
    devices = sum(n for _, n, _ in facts.devices)
    live = sum(n for *_, n in facts.devices)
    hours = facts.rulebook.registers.devices.silent / timedelta(hours=1)
    silent = devices - live
    why = "silent_devices" if silent else ""
    return Counted(
        value=live,
        rows=devices,
        given={"hours": f"{hours:g}"},
        left_out=silent,
        left_out_why=why,
        told=by_cell((cell, heard) for cell, _, heard in facts.devices),
    )


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
