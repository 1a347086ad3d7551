"""Who gets a subsidy, how much, by which policy, and why not: decided from a profile by tables of policies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dispatch.money.bill import Payer, part_of

Refused = Literal[
    "no_policy", "not_this_item", "too_young", "age_unknown", "wrong_household", "excluded", "not_assessed",
    "assessment_expired", "other_edition", "able_enough", "quota_used", "nothing_to_pay",
]  # fmt: skip
Why = Literal[Refused, "eligible"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What policies ask of a person on a day; ``area`` is the code of where the person lives.

    ``tags`` tell household economy and living state, ``kind`` is permanent or floating by household registration.
    ``valid_until`` is the last day on which the assessment counts.
    """

    on: date
    area: str
    age: int | None = None
    kind: str = "permanent"
    tags: frozenset[str] = frozenset()
    edition: str = ""
    level: int | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy of an area and time, as one row of its table.

    Parameters
    ----------
    code, version : str
        A change of the policy is another version with other days; what was decided before keeps its own.
    area : str
        What codes of areas begin with where it holds; empty everywhere. Of two for a place the nearer one holds.
    first, last : date
        The days on which it holds, both included.
    percent : Mapping of str to int
        Item to the share that is paid, rounded down to the fen.
    month_fen : Mapping of int to int
        Level of ability to the most a month; empty where no assessment is asked, and ``flat_fen`` is the most then.
    kinds, any_tag, no_tag : frozenset of str
        Whom it is for, one of the tags such people have, and tags that keep them out; empty for no condition.
    sample : bool
        Whether it is invented, to be replaced by the district's own.
    """

    code: str
    version: str
    name_zh: str
    name_en: str
    first: date
    last: date
    percent: Mapping[str, int]
    area: str = ""
    least_age: int = 0
    kinds: frozenset[str] = frozenset()
    any_tag: frozenset[str] = frozenset()
    no_tag: frozenset[str] = frozenset()
    edition: str = ""
    month_fen: Mapping[int, int] = field(default_factory=dict)
    flat_fen: int = 0
    sample: bool = False
    source: str = ""

    def holds(self, area: str, on: date) -> bool:
        """Tell whether it holds in an area on a day."""
        return self.first <= on <= self.last and area.startswith(self.area)

    def most_fen(self, profile: Profile) -> int:
        """Return the most a month for a person, 0 for none."""
        if not self.month_fen:
            return self.flat_fen
        return 0 if profile.level is None else self.month_fen.get(profile.level, 0)

    def refuses(self, profile: Profile, item: str) -> Refused | None:
        """Return the first condition that a person does not meet, None for one who meets all."""
        return next((why for why, fails in self._conditions(profile, item) if fails), None)

    def _conditions(self, profile: Profile, item: str) -> Iterable[tuple[Refused, bool]]:
        yield "not_this_item", item not in self.percent
        yield "age_unknown", bool(self.least_age) and profile.age is None
        yield "too_young", (profile.age or 0) < self.least_age
        wrong = bool(self.any_tag) and not self.any_tag & profile.tags
        yield "wrong_household", wrong or (bool(self.kinds) and profile.kind not in self.kinds)
        yield "excluded", bool(self.no_tag & profile.tags)
        if self.month_fen:
            yield "not_assessed", profile.level is None
            yield "other_edition", profile.edition != self.edition
            yield "assessment_expired", profile.valid_until is None or profile.valid_until < profile.on
            yield "able_enough", profile.level not in self.month_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a policy gives for a price, or why it gives nothing; ``left_fen`` is what the month's quota has left before."""

    policy: str
    version: str
    why: Why
    percent: int = 0
    amount_fen: int = 0
    own_fen: int = 0
    month_fen: int = 0
    left_fen: int = 0
    sample: bool = False

    @property
    def paid_by(self) -> Payer:
        """Who pays: the government, both, or the resident alone."""
        if not self.amount_fen:
            return "self"
        return "mixed" if self.own_fen else "gov"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be paid: an item at a price, less what an insurance pays first."""

    item: str
    price_fen: int
    insurance_fen: int = 0

    @property
    def open_fen(self) -> int:
        """What the insurance leaves to be paid."""
        return max(0, self.price_fen - self.insurance_fen)


def judge(
    profile: Profile, question: Question, policies: Iterable[Policy], used_fen: Mapping[str, int]
) -> tuple[Verdict, ...]:
    """Judge a person and a service by every policy that holds there and then.

    Parameters
    ----------
    profile : Profile
    question : Question
    policies : iterable of Policy
    used_fen : Mapping of str to int
        By policy what the person used of this month's quota; 0 where none is named.

    Returns
    -------
    tuple of Verdict
        The best first: what gives most, then in the order of the tables; that no policy holds when none does.
    """
    verdicts = [
        _verdict(policy, profile, question, used_fen.get(policy.code, 0))
        for policy in in_force(policies, profile.area, profile.on)
    ]
    if not verdicts:
        return (Verdict(policy="", version="", why="no_policy", own_fen=question.open_fen),)
    return tuple(sorted(verdicts, key=lambda verdict: -verdict.amount_fen))


def in_force(policies: Iterable[Policy], area: str, on: date) -> Sequence[Policy]:
    """Return the policies that hold in an area on a day; of one code the nearest area's, and of those the newest."""
    chosen: dict[str, Policy] = {}
    for policy in policies:
        if not policy.holds(area, on):
            continue
        known = chosen.get(policy.code)
        if known is None or (len(policy.area), policy.first) > (len(known.area), known.first):
            chosen[policy.code] = policy
    return tuple(chosen.values())


def _verdict(policy: Policy, profile: Profile, question: Question, used: int) -> Verdict:
    asked = question.open_fen
    refused = policy.refuses(profile, question.item)
    most = policy.most_fen(profile) if refused is None else 0
    left, percent = max(0, most - used), policy.percent.get(question.item, 0)
    amount = min(part_of(asked, percent), left) if refused is None else 0
    why: Why = refused or ("nothing_to_pay" if not asked else "eligible" if amount else "quota_used")
    return Verdict(
        policy=policy.code,
        version=policy.version,
        why=why,
        percent=percent,
        amount_fen=amount,
        own_fen=asked - amount,
        month_fen=most,
        left_fen=left,
        sample=policy.sample,
    )
