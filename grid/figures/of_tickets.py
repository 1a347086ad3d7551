"""How indicators of tickets are counted.

Void and merged tickets are left out everywhere, so that duplicates count once, with their parent.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from statistics import median

from grid.figures.counted import Count, Counted, line_of, number, share, split
from grid.figures.facts import Facts
from grid.figures.lines import Line, by_cell
from grid.figures.rates import OF_DUE

RESIDENT_CHANNELS = frozenset({"phone", "web", "wechat", "counter", "kiosk", "hotline", "open311"})
MOST_FREQUENT = 5


def _q13(facts: Facts) -> Counted:
    gone = sum(facts.inside(t.reported_at) for t in facts.tickets) - len(facts.accepted)
    why = "void_or_merged" if gone else ""
    return replace(number(facts.accepted), left_out=gone, left_out_why=why)


def _q14(facts: Facts) -> Counted:
    return number([t for t in facts.accepted if t.channel == "worker"])


def _q15(facts: Facts) -> Counted:
    rows = [t for t in facts.accepted if t.channel in RESIDENT_CHANNELS]
    return number(rows, channels=", ".join(sorted(RESIDENT_CHANNELS)))


def _q16(facts: Facts) -> Counted:
    complaints = {nature.code for nature in facts.rulebook.natures.values() if nature.complaint}
    rows = [t for t in facts.accepted if t.nature in complaints]
    unsaid = sum(not t.nature for t in facts.accepted)
    found = number(rows, natures=", ".join(sorted(complaints)))
    if unsaid and unsaid == len(facts.accepted):
        found = replace(found, value=None, why="nature_not_asked")
    return replace(found, left_out=unsaid, left_out_why="nature_not_asked" if unsaid else "")


def _q17(facts: Facts) -> Counted:
    residents = facts.head_count("permanent", "floating")
    value = 1000 * len(facts.accepted) / residents if residents else None
    return replace(number(facts.accepted), value=value)


def _q18(facts: Facts) -> Counted:
    return number(facts.closed)


def _q19(facts: Facts) -> Counted:
    return number(facts.open_at_end)


def _q20(facts: Facts) -> Counted:
    shelved = sum(not t.is_due for t in facts.open_at_end)
    found = number(facts.overdue)
    return replace(found, left_out=shelved, left_out_why="shelved" if shelved else "")


def _q21(facts: Facts) -> Counted:
    by_category = Counter(t.category for t in facts.accepted)
    most = dict(sorted(by_category.items(), key=lambda kv: (-kv[1], kv[0]))[:MOST_FREQUENT])
    found = split(facts.accepted, lambda t: t.category in most, categories=", ".join(most))
    return replace(found, value=len(found.cases))


def _k01(facts: Facts) -> Counted:
    rows = [t for t in facts.dispatched if facts.inside(facts.response_due_at(t))]
    return split(rows, facts.answered_in_time)


def _of_due(name: str) -> Count:
    def counted(facts: Facts) -> Counted:
        return split(facts.due, OF_DUE[name])

    return counted


def _k06(facts: Facts) -> Counted:
    dispatched = sum(facts.inside(d.at) for t in facts.tickets for d in t.dispatches)
    groundless = [t for t in facts.tickets for r in t.returns if facts.inside(r.at) and r.granted is False]
    told = []
    for t in facts.tickets:
        sent = sum(facts.inside(d.at) for d in t.dispatches)
        ruled = sum(facts.inside(r.at) and r.granted is False for r in t.returns)
        if sent or ruled:
            told.append(Line(kind="ticket", no=t.no, number=ruled, of=sent, at=t.reported_at))
    return replace(share(len(groundless), dispatched), told=sorted(told, key=lambda line: -line.number))


def _k07(facts: Facts) -> Counted:
    lost = -sum(points for _, points in facts.points)
    told = by_cell(((cell, -points / 100) for cell, points in facts.points), ((t.cell, 1) for t in facts.due))
    return replace(share(lost, len(facts.due), 1.0), told=told)


def _k08(facts: Facts) -> Counted:
    timed = [(t, share) for t in facts.closed if (share := facts.time_used(t)) is not None]
    told = [line_of(t, share) for t, share in timed]
    found = replace(number([t for t, _ in timed]), told=told)
    return replace(found, value=median(share for _, share in timed) if timed else None)


def _k09(facts: Facts) -> Counted:
    return split(facts.accepted, lambda t: t.no in facts.repeats)


def _k10(facts: Facts) -> Counted:
    ratings = facts.ticket_ratings
    telling = facts.telling
    unsaid = len(ratings) - len(telling)
    return replace(
        split(telling, lambda r: r.solved),
        left_out=unsaid,
        left_out_why="solved_not_said" if unsaid else "",
        asked=len(facts.asked),
    )


OF_TICKETS: Mapping[str, Count] = {
    "Q13": _q13,
    "Q14": _q14,
    "Q15": _q15,
    "Q16": _q16,
    "Q17": _q17,
    "Q18": _q18,
    "Q19": _q19,
    "Q20": _q20,
    "Q21": _q21,
    "K01": _k01,
    "K02": _of_due("closed_on_time"),
    "K03": _of_due("closed_of_due"),
    "K05": _of_due("reworked"),
    "K06": _k06,
    "K07": _k07,
    "K08": _k08,
    "K09": _k09,
    "K10": _k10,
}
