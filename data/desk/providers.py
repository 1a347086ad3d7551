"""Providers at the door: registered, changed, admitted, warned, left, other hours or capacity."""

from dataclasses import dataclass, replace

from data.desk.put import put
from data.desk.work import Deeds, Start, Work
from data.store.done import Done
from data.store.kinds import PROVIDER
from dispatch.lifecycle import Action, Actor
from dispatch.providers import provider as providers
from dispatch.providers.provider import Provider

OURS = (
    "state", "load", "recent_orders", "rating", "rating_count", "prices_fen", "licences", "max_travel_min",
)  # fmt: skip
"""What no file tells: it came about here, and a new row for a known number does not take it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutProvider(Start[Provider]):
    """A provider, new or changed."""

    provider: Provider


def put_provider(work: Work, new: PutProvider, by: Actor) -> Done[Provider]:
    """Register or change a provider; when it was verified stays where that is not told.

    Whatever a file tells of its rating, it begins with what is usual: figures come from orders.
    """
    usual = work.catalogue.standing.prior_stars
    given = replace(new.provider, rating=usual, rating_count=0, recent_orders=0)
    return put(work, PROVIDER, given, by, keep=OURS, keep_unless_told=("verified_at",))


def act_on_provider(work: Work, no: str, action: Action) -> Done[Provider]:
    """Carry out one action on a provider.

    Raises
    ------
    MissingError
        When there is no such number.
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = work.locked(PROVIDER, no)
    local = work.catalogue.local(work.now)
    after, events = providers.act(before, action, work.catalogue.provider_lifecycle, local)
    return Done(kind=PROVIDER, before=before, after=after, events=events)


PROVIDERS = Deeds(kind=PROVIDER, starts={PutProvider: put_provider}, act=act_on_provider)
