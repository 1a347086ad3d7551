"""The rules of money of a city: the standard of assessment, policies, top-ups, shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dispatch.money.assessment import Standard
from dispatch.money.eligibility import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """What a merchant gets in addition for a service at a welfare price, so often a month, from budgets of a policy."""

    item: str
    policy: str
    amount_fen: int
    per_month: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRules:
    """Everything money is decided by.

    ``headroom_percent`` is held beyond the reference price, for providers that ask more; what is not used goes back.
    ``share_percent`` has by item what the community gets of what a provider earns.
    """

    standard: Standard
    policies: tuple[Policy, ...] = ()
    top_ups: tuple[TopUp, ...] = ()
    share_percent: Mapping[str, int]
    headroom_percent: int = 0

    def policy(self, code: str, version: str) -> Policy | None:
        """Return a version of a policy, None for one that is no longer listed."""
        return next((p for p in self.policies if (p.code, p.version) == (code, version)), None)

    def top_up(self, item: str, on: date) -> TopUp | None:
        """Return the top-up of an item on a day, None for none."""
        return next((t for t in self.top_ups if t.item == item and t.first <= on <= t.last), None)
