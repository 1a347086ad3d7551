"""The rota at the door: layers, swaps, and what one shift leaves to the next."""

from dataclasses import dataclass, replace

from sqlalchemy import insert, select, update

from data.desk.work import Deeds, Start, Work
from data.models import AlarmRow, HandOverRow, LayerRow, columns_of, table_of
from data.registers.rota import ROLES_OF_POST, layer_of, layer_values, unreachable
from data.store.done import Done
from data.store.kinds.alarms import HAND_OVER, LAYER, SWAP
from dispatch.alarms.shift import HandOver, Layer, Swap
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PutLayer(Start[Layer]):
    """A shift that comes again, new or changed."""

    layer: Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSwap(Start[Swap]):
    """One person instead of another; the number is still empty."""

    swap: Swap


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHandOver(Start[HandOver]):
    """What one shift leaves to the next; the open alarms are added here."""

    post: str
    note: str
    to: str = ""


def put_layer(work: Work, new: PutLayer, by: Actor) -> Done[Layer]:
    """Write a shift that comes again.

    Raises
    ------
    BadFieldError
        For an unknown post, or people without an active account: at an alarm they would count as nobody.
    """
    layer, table = new.layer, table_of(LayerRow)
    _check(work, layer.post, [user for together in layer.members for user in together])
    known = work.session.scalar(select(LayerRow).where(LayerRow.code == layer.code).with_for_update())
    before = None if known is None else layer_of(known)
    if before == layer:
        return Done(kind=LAYER, before=before, after=layer)
    values = layer_values(layer)
    if before is None:
        work.session.execute(insert(table), values)
    else:
        work.session.execute(update(table).where(table.c.code == layer.code).values(**values))
    told = Event(
        name="registered" if before is None else "changed",
        at=work.now,
        by=by.user,
        role=by.role,
        payload={k: str(v) if k.endswith("_day") and v else v for k, v in values.items()},
    )
    return Done(kind=LAYER, before=before, after=layer, events=(told,))


def take_swap(work: Work, new: NewSwap, by: Actor) -> Done[Swap]:
    """Write a swap.

    Raises
    ------
    BadFieldError
        For an unknown post or person, or a time that ends before it begins.
    """
    swap = new.swap
    if swap.end <= swap.start:
        raise BadFieldError("end", swap.end.isoformat(), "a swap ends after it begins")
    _check(work, swap.post, [user for user in (swap.user, swap.instead_of) if user])
    made = replace(swap, no=work.draw(SWAP))
    told = {"post": made.post, "user": made.user, "instead_of": made.instead_of}
    event = Event(name="swapped", at=work.now, by=by.user, role=by.role, payload=told)
    return Done(kind=SWAP, after=made, events=(event,))


def hand_over(work: Work, new: NewHandOver, by: Actor) -> Done[HandOver]:
    """Write the note of one shift to the next, with the alarms that are open.

    Raises
    ------
    BadFieldError
        For an unknown post.
    """
    _check(work, new.post, [new.to] if new.to else [])
    still = select(AlarmRow.no).where(AlarmRow.closed_at.is_(None), ~AlarmRow.drill).order_by(AlarmRow.id)
    made = HandOver(
        post=new.post,
        by=by.user,
        to=new.to,
        at=work.now,
        note=new.note,
        open_alarms=tuple(work.session.scalars(still)),
    )
    work.session.execute(insert(table_of(HandOverRow)), columns_of(made))
    told = {"note": made.note, "open_alarms": list(made.open_alarms)}
    event = Event(name="handed_over", at=work.now, by=by.user, role=by.role, payload=told)
    return Done(kind=HAND_OVER, after=made, events=(event,))


def _check(work: Work, post: str, users: list[str]) -> None:
    if post not in ROLES_OF_POST:
        raise BadFieldError("post", post, "posts of a rota are " + ", ".join(ROLES_OF_POST))
    if lost := unreachable(work.session, users):
        raise BadFieldError("members", lost[0], "name accounts that are active; nobody else can be told")


LAYERS = Deeds(kind=LAYER, starts={PutLayer: put_layer})
SWAPS = Deeds(kind=SWAP, starts={NewSwap: take_swap})
HAND_OVERS = Deeds(kind=HAND_OVER, starts={NewHandOver: hand_over})
