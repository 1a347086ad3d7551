"""The desk's part for providers: lock, decide, keep."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import ProviderRow, columns_of, fact_of, table_of
from data.rules.catalogue import Catalogue
from dispatch.lifecycle import Action, Event
from dispatch.providers import provider as providers
from dispatch.providers.provider import Provider

PROVIDERS = table_of(ProviderRow)
LOCK = select(PROVIDERS).where(PROVIDERS.c.no == bindparam("wanted")).with_for_update()
KEEP = update(PROVIDERS).where(PROVIDERS.c.id == bindparam("row_id"))


def act_on_provider(
    session: Session, catalogue: Catalogue, no: str, action: Action, now: datetime
) -> tuple[Provider, Provider, tuple[Event, ...]]:
    """Carry out one action on a provider.

    Returns
    -------
    (Provider, Provider, tuple of Event)
        As it was, as it is, what happened.

    Raises
    ------
    MissingError
        When there is no such number.
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    row = session.execute(LOCK, {"wanted": no}).first()
    if row is None:
        raise MissingError(f"provider {no} does not exist")
    before = fact_of(Provider, row)
    local = catalogue.local(now)
    after, events = providers.act(before, action, catalogue.provider_lifecycle, local)
    values = columns_of(after)
    del values["id"]
    session.execute(KEEP, {"row_id": before.id, **values})
    return before, after, events
