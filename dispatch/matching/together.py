"""All that waits, planned together: the assignment of least cost beside one order after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dispatch.matching.assign import FIRST_LOOK, Assignment, Look, Offers, assign
from dispatch.matching.candidates import Candidate, Match, Nearby
from dispatch.matching.match import match
from dispatch.matching.need import Need, Weights
from dispatch.providers.provider import Provider
from geo.errors import NoStreetError

PER_MIN = 100
"""Costs are added up in hundredths of a minute, as exactly as candidates tell them."""
NOBODY_MIN = 100_000
"""What it costs that nobody goes: more than any plan can save elsewhere, so that as many as possible are served."""
URGENT = 10
"""How many others are worth one that is urgent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a plan comes to: orders served, minutes of travel, minutes of cost, and promises of arrival kept."""

    served: int
    travel_min: float
    cost_min: float
    in_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who goes for each of some needs, in their order; None where nobody can, with ``causes`` saying why.

    ``one_by_one`` is who would go if each took the best that those before it left.
    """

    together: tuple[Candidate | None, ...]
    one_by_one: tuple[Candidate | None, ...]
    causes: tuple[str, ...]
    sums: Summary
    sums_one_by_one: Summary
    proof: Assignment


class _Candidates:
    """Candidates of each need, the cheapest first; more are looked for when asked."""

    def __init__(
        self, needs: Sequence[Need], register: Mapping[int, Provider], nearby: Nearby, weights: Weights
    ) -> None:
        self._needs, self._register, self._nearby, self._weights = needs, register, nearby, weights
        self._known: dict[int, tuple[int, Match]] = {}

    def of(self, need: int, k: int) -> Match:
        """Return at least so many candidates of a need, or all there are."""
        asked, known = self._known.get(need, (0, None))
        if known is None or (asked < k and len(known.candidates) == asked):
            known = self._match(self._needs[need], k)
            self._known[need] = k, known
        return known

    def _match(self, need: Need, k: int) -> Match:
        try:
            return match(need, self._register, self._nearby, k=k, weights=self._weights)
        except NoStreetError:  # the others are planned all the same
            return Match(candidates=(), refused=(), unmet_cause="too_far")

    def look(self, need: int, k: int) -> Offers:
        """Return the same as offers."""
        found = self.of(need, k)
        some = found.candidates
        return Offers([c.provider for c in some], [round(c.cost * PER_MIN) for c in some], len(some) < k)


def plan_together(
    needs: Sequence[Need],
    register: Mapping[int, Provider],
    nearby: Nearby,
    weights: Weights | None = None,
) -> Plan:
    """Plan who goes for all of some needs at once.

    Parameters
    ----------
    needs : sequence of Need
        In the order in which they came; without any the plan is empty.
    register : Mapping of int to Provider
        Each takes as many as it has room for besides its load.
    nearby : Nearby
    weights : Weights, optional

    Returns
    -------
    Plan
    """
    known = _Candidates(needs, register, nearby, weights or Weights())
    rooms = {p.id: max(0, p.capacity - p.load) for p in register.values()}
    missed = [NOBODY_MIN * PER_MIN * (URGENT if need.item.is_urgent else 1) for need in needs]
    proof = assign(missed, rooms, known.look)
    together = tuple(_chosen(known, need, provider) for need, provider in enumerate(proof.chosen))
    alone = tuple(_chosen(known, *pair) for pair in enumerate(_one_by_one(len(needs), rooms, known.look)))
    causes = [
        "" if one is not None else known.of(need, FIRST_LOOK).unmet_cause or "all_full"
        for need, one in enumerate(together)
    ]
    return Plan(
        together=together,
        one_by_one=alone,
        causes=tuple(causes),
        sums=_sums(needs, together),
        sums_one_by_one=_sums(needs, alone),
        proof=proof,
    )


def _chosen(known: _Candidates, need: int, provider: int | None) -> Candidate | None:
    return next((c for c in known.of(need, 1).candidates if c.provider == provider), None)


def _one_by_one(count: int, rooms: Mapping[int, int], look: Look) -> list[int | None]:
    """Let each need in turn take the cheapest provider that has room left."""
    left, taken = dict(rooms), list[int | None]()
    for need in range(count):
        k = FIRST_LOOK
        while True:
            offers = look(need, k)
            free = next((p for p in offers.providers if left.get(p, 0) > 0), None)
            if free is not None or offers.are_all:
                break
            k *= 4
        if free is not None:
            left[free] -= 1
        taken.append(free)
    return taken


def _sums(needs: Sequence[Need], chosen: Sequence[Candidate | None]) -> Summary:
    going = [(need, one) for need, one in zip(needs, chosen, strict=True) if one is not None]
    return Summary(
        served=len(going),
        travel_min=round(sum(one.travel_s for _, one in going) / 60, 1),
        cost_min=round(sum(one.cost for _, one in going), 2),
        in_time=sum(_in_time(need, one) for need, one in going),
    )


def _in_time(need: Need, one: Candidate) -> bool:
    """Tell whether the promise of arrival is kept; one that promises none always keeps it."""
    promise = need.item.promise_arrive_min
    return promise is None or one.travel_s + one.wait_s <= promise * 60
