"""Who should go: the suitable providers near a place, each with its reasons, and why each other one was refused.

Suitable providers are ranked by generalised cost: travel minutes + ferry minutes + waiting minutes + price gap
+ missing stars - fair-share bonus - what it meets of the resident's wishes, with weights from the catalogue; among equals,
as those of one boat are, the shorter way on streets goes first. For urgent items only travel and waiting count.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dispatch.matching.candidates import ROUNDED_MIN, Candidate, Found, Match, Nearby, Refusal, rate_candidate
from dispatch.matching.need import Need, Weights
from dispatch.matching.refusals import closed_throughout, opens_in_s, refuse, unmet_cause
from dispatch.matching.wishes import largest_bonus_min
from dispatch.providers.provider import Provider


def match(
    need: Need,
    register: Mapping[int, Provider],
    nearby: Nearby,
    *,
    k: int = 5,
    weights: Weights | None = None,
) -> Match:
    """Find the k suitable providers of least cost; exact, because the search widens until no farther one can win.

    Parameters
    ----------
    need : Need
    register : Mapping of int to Provider
        Providers by id; ids that the search knows and the register does not are passed over.
    nearby : Nearby
    k : int
        At least 1.
    weights : Weights, optional

    Returns
    -------
    Match
        Without candidates ``unmet_cause`` names the commonest obstacle.
    """
    weights = weights or Weights()
    same = [p.recent_orders for p in register.values() if need.item.category in p.categories]
    usual = sum(same) / len(same) if same else 0.0
    asked = max(16, 4 * k)
    while True:
        found = nearby.nearest(need.item, need.place, asked, need.at)
        candidates, refused = _judge(found, need, register, (weights, usual), nearby)
        best = candidates[:k]
        exhausted = len(found) < asked
        # A provider farther than the last one found costs at least its travel time less the largest bonus. Those
        # of one boat arrive together, so equals are looked at too.
        least = 0.0 if exhausted else found[-1].travel_s / 60 - largest_bonus_min(need, weights) - ROUNDED_MIN
        beaten = len(best) == k and least > best[-1].cost
        if exhausted or beaten:
            cause = "" if best else unmet_cause(refused)
            return Match(candidates=tuple(best), refused=tuple(refused), unmet_cause=cause)
        asked *= 4


class _AtOpening:
    """Ways at later starts: at night nearly all are closed and most open together, so that one search times them all."""

    def __init__(self, need: Need, nearby: Nearby, asked: int) -> None:
        self._need, self._nearby, self._asked = need, nearby, asked
        self._found: dict[datetime, dict[int, Found]] = {}

    def way(self, provider: Provider, start: datetime) -> Found | None:
        """Tell how long a provider takes for a start at a time; None when no way leads there."""
        item, place = self._need.item, self._need.place
        if start not in self._found:
            nearest = self._nearby.nearest(item, place, self._asked, start)
            self._found[start] = {found.provider: found for found in nearest}
        return self._found[start].get(provider.id) or self._nearby.leaving(item, provider, place, start)


def _judge(
    found: Sequence[Found],
    need: Need,
    register: Mapping[int, Provider],
    weighed: tuple[Weights, float],
    nearby: Nearby,
) -> tuple[list[Candidate], list[Refusal]]:
    """Sort those found into candidates by cost and refused ones; ``weighed`` is the weights and the usual orders."""
    weights, usual = weighed
    candidates: list[Candidate] = []
    refused: list[Refusal] = []
    at_opening = _AtOpening(need, nearby, len(found))
    for nearest in found:
        provider = register.get(nearest.provider)
        if provider is None:
            continue
        wait_s = 0.0 if need.on_call else opens_in_s(provider, need.at)
        way: Found | None = nearest
        if wait_s and not closed_throughout(need.item, wait_s):
            way = at_opening.way(provider, need.at + timedelta(seconds=wait_s))
        if way is None:
            refused.append(
                Refusal(
                    provider=provider.id,
                    travel_s=nearest.travel_s,
                    reason="far",
                    detail="no way leads there once it is open",
                )
            )
            continue
        refusal = refuse(provider, need, way.travel_s, wait_s, weights.horizon_min * 60)
        if refusal is None:
            candidates.append(rate_candidate(provider, need, (way, wait_s or 0.0), weights, usual))
        else:
            refused.append(refusal)
    candidates.sort(key=lambda c: (c.cost, c.travel_s - c.ferry_s, c.provider))
    return candidates, refused
