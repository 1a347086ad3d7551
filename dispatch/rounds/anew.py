"""The rest of a day planned anew: with least change to what was planned, and promises kept where that is possible."""

from collections.abc import Mapping

from dispatch.rounds.arrange import arranged, unpromised
from dispatch.rounds.day import LEFT_OUT, DayRounds, RoundRules
from dispatch.rounds.plan import Effort, plan
from dispatch.rounds.question import Past, ask
from dispatch.rounds.times import Travel

LEAST_STEPS, MOST_STEPS, STEPS_EACH = 2_000, 20_000, 40
"""How long is searched: by errands that have no place yet, so that a day with few changes is mended at once."""


def plan_rest(
    day: DayRounds, rules: RoundRules, travel_s: Travel, past: Mapping[str, Past], now_s: int
) -> DayRounds:
    """Plan what is still to be done of a day.

    Parameters
    ----------
    day : DayRounds
        As it stands; what is planned already is where the search begins, and another worker costs.
    rules : RoundRules
    travel_s : ndarray of int64, shape (ways, places, places)
        Of `dispatch.rounds.question.places_of`, in seconds.
    past : Mapping of str to Past
        Where workers are known to be; empty before the day.
    now_s : int
        Second of the day, 0 before it.

    Returns
    -------
    DayRounds
        Promised windows are kept. An errand to which that is not possible comes at another hour, or is left out.
    """
    made = _planned(day, rules, travel_s, past, now_s, frozenset())
    promised = {e.id for e in day.errands if e.told_from_s is not None}
    broken = sorted(e.id for e in made.errands if e.state == LEFT_OUT and e.id in promised)
    if not broken:
        return made
    return _planned(unpromised(made, broken), rules, travel_s, past, now_s, frozenset(broken))


def _planned(
    day: DayRounds,
    rules: RoundRules,
    travel_s: Travel,
    past: Mapping[str, Past],
    now_s: int,
    owed: frozenset[str],
) -> DayRounds:
    question = ask(day, rules, past, now_s, owed)
    unplaced = len(question.visits) - sum(len(stops) for stops in question.kept.values())
    steps = min(MOST_STEPS, max(LEAST_STEPS, STEPS_EACH * unplaced))
    made = plan(
        question.visits,
        question.workers,
        travel_s,
        other_person_s=question.other_person_s,
        effort=Effort(steps=steps),
        kept=question.kept,
    )
    return arranged(day, made.rounds, made.left_out, rules)
