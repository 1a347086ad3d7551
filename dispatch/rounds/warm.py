"""Everything that plans of rounds compile, compiled ahead."""

from dispatch.rounds.facts import Visit, Worker
from dispatch.rounds.plan import Effort, plan


def warm() -> None:
    """Compile, or load from the cache, what planning rounds needs, on a day of two visits."""
    visits = [Visit(no=no, place=0, service_s=1, worth_s=9) for no in ("a", "b")]
    plan(visits, [Worker(user="a", start=0, end=0, from_s=0, until_s=1)], [[0]], effort=Effort(steps=1))
