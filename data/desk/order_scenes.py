"""What an action on an order is decided by beside the order: where, whose shop, for which price, with which photos."""

from sqlalchemy import select

from data.desk.signs import used_before
from data.desk.work import Work
from data.models import ProviderRow, fact_of, table_of
from dispatch.lifecycle import Action
from dispatch.orders.order import Order
from dispatch.orders.rules import Scene
from dispatch.providers.hours import is_open
from dispatch.providers.provider import Provider

PROVIDERS = table_of(ProviderRow)


def scene_of(work: Work, order: Order, action: Action) -> Scene:
    """Look up what an action on an order is decided by.

    Returns
    -------
    Scene
        Without what a provider would tell while there is none.
    """
    item = work.catalogue.items.get(order.item)
    travels = item is None or item.direction == "provider_to_resident"
    used = used_before(work.session, work.catalogue, order.no, action.fields.get("evidence") or ())
    asked = action.fields.get("provider") if action.name == "contact" else order.provider
    row = (
        work.session.execute(select(PROVIDERS).where(PROVIDERS.c.id == asked)).first()
        if isinstance(asked, int)
        else None
    )
    if row is None:
        of_party = item is not None and (action.name == "route" or order.party != "")
        published = item.price_fen if item is not None and of_party else None
        return Scene(
            spot=order.place if travels else None, travels=travels, published_fen=published, used=used
        )
    provider = fact_of(Provider, row)
    return Scene(
        spot=order.place if travels else provider.place,
        travels=travels,
        published_fen=None if item is None else provider.prices_fen.get(item.code, item.price_fen),
        shut=not is_open(provider.hours, work.catalogue.local(work.now)),
        used=used,
    )
