"""What the past of a provider says about its next step: failed reviews in a row, appeals, the trial of a new one.

The lifecycle table says what is possible; which of two moves of a name it is depends on what was before, and that is
told by the log. A failed review warns, the next one in a row suspends. A step down can be appealed once, another person
decides, and an appeal that is upheld restores the state before the step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action

FAILED = frozenset({"fail_review", "fail_again"})
STEPS_DOWN = FAILED | {"warn", "suspend", "fail_trial"}
GRANTS = {"active": "grant_appeal", "warned": "grant_warned", "trial": "grant_trial"}
"""The state before the step that was wrong -> the move back to it."""
RULED = frozenset({*FAILED, *GRANTS.values(), "appeal", "deny_appeal"})
"""Actions whose move depends on the past."""
CLEARING = frozenset({"pass_review", "clear", "restore", "activate", "pass_trial"})
"""After these the next failed review is the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A step of a provider's past: its name, who took it, and the state before it."""

    name: str
    by: str
    before: str


def ruled(action: Action, past: Sequence[Past]) -> Action:
    """Return the action as its past makes it.

    Parameters
    ----------
    action : Action
        One of `RULED`; whichever of its names was asked for.
    past : sequence of Past
        All steps of the provider, the oldest first.

    Returns
    -------
    Action
        With the name of the move.

    Raises
    ------
    NotPossibleError
        When there is nothing to appeal, the step was appealed already, no appeal waits for a decision, or who decides
        took the step.
    """
    if action.name in FAILED:
        return replace(action, name="fail_again" if failures(past) else "fail_review")
    step, appealed, decided = _appealed(past)
    if step is None:
        raise NotPossibleError("there is no step that could be appealed")
    if action.name == "appeal":
        if appealed:
            raise NotPossibleError(f"{step.name} was appealed already; one decides on it once")
        return action
    if not appealed or decided:
        raise NotPossibleError("no appeal waits for a decision")
    if action.by.user == step.by:
        raise NotPossibleError(f"{step.by} took the step; another one decides on the appeal")
    if action.name == "deny_appeal":
        return action
    return replace(action, name=GRANTS.get(step.before, "grant_appeal"))


def failures(past: Sequence[Past]) -> int:
    """Count the failed reviews in a row that stand: one that an appeal took back does not.

    Parameters
    ----------
    past : sequence of Past
        The oldest first; empty gives 0.

    Returns
    -------
    int
    """
    standing = 0
    last_down = ""
    for step in past:
        if step.name in FAILED:
            standing += 1
        elif step.name in CLEARING:
            standing = 0
        elif step.name in GRANTS.values() and last_down in FAILED:
            standing = max(0, standing - 1)
        if step.name in STEPS_DOWN:
            last_down = step.name
    return standing


def waits_for_ruling(past: Sequence[Past]) -> bool:
    """Tell whether an appeal was made and nobody has decided on it."""
    step, appealed, decided = _appealed(past)
    return step is not None and appealed and not decided


def _appealed(past: Sequence[Past]) -> tuple[Past | None, bool, bool]:
    """Find the last step down that still stands, whether it was appealed, and whether that was decided."""
    step: Past | None = None
    appealed = decided = False
    for one in past:
        if one.name in STEPS_DOWN:
            step, appealed, decided = one, False, False
        elif one.name == "appeal":
            appealed = True
        elif one.name == "deny_appeal":
            decided = True
        elif one.name in CLEARING or one.name in GRANTS.values():
            step = None
    return step, appealed, decided


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRules:
    """How a trial ends: after so many orders, well with at least these stars on average and this share in time.

    Stars count where anybody rated, the share where anything was promised.
    """

    orders: int = 10
    least_stars: float = 3.5
    least_on_time: float = 0.7

    def __post_init__(self) -> None:
        if self.orders < 1 or not 1 <= self.least_stars <= 5 or not 0 <= self.least_on_time <= 1:
            raise BadFieldError("trial_orders", self.orders, "1 or more; 1 to 5 stars; a share of 0 to 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The first orders of a new provider, so many of them as the trial wants: done, rated with stars, in time of promised."""

    done: int
    rated: int = 0
    stars: int = 0
    promised: int = 0
    on_time: int = 0


def trial_faults(trial: Trial, rules: TrialRules) -> tuple[str, ...] | None:
    """Judge a trial.

    Parameters
    ----------
    trial : Trial
    rules : TrialRules

    Returns
    -------
    tuple of str or None
        None while it goes on; empty when it went well; else what was wrong, in words.
    """
    if trial.done < rules.orders:
        return None
    faults = []
    if trial.rated and trial.stars / trial.rated < rules.least_stars:
        mean = trial.stars / trial.rated
        faults.append(f"{mean:.1f} stars of {trial.rated} ratings, at least {rules.least_stars:.1f}")
    if trial.promised and trial.on_time / trial.promised < rules.least_on_time:
        faults.append(f"{trial.on_time} of {trial.promised} in time, at least {rules.least_on_time:.0%}")
    return tuple(faults)
