"""Bills at the door: refunded here; held, settled and released with their orders."""

from data.desk.budgets import booking
from data.desk.work import Deeds, Work
from data.store.done import Done
from data.store.kinds.money import BILL
from dispatch.errors import NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Event
from dispatch.money.bill import Bill, refund

REFUNDERS = frozenset({"dispatcher", "leader", "admin"})


def act_on_bill(work: Work, no: str, action: Action) -> Done[Bill]:
    """Refund what was paid, wholly or in part.

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is moved then.
    """
    if action.name != "refund":
        raise NotPossibleError(f"a bill can be refunded; {action.name!r} comes with its order")
    if action.by.role not in REFUNDERS:
        raise WrongRoleError(f"bills are refunded by {', '.join(sorted(REFUNDERS))}, not by {action.by.role}")
    before = work.locked(BILL, no)
    given = {name: action.fields.get(name) for name in ("subsidy_fen", "own_fen")}
    after, transfers = refund(before, booking(work, action.fields.get("booked_on")), **given)
    told = {
        "subsidy_fen": after.refunded_fen - before.refunded_fen,
        "own_fen": after.own_refunded_fen - before.own_refunded_fen,
        "reason": str(action.fields.get("reason") or ""),
    }
    event = Event(name="refund", at=work.now, by=action.by.user, role=action.by.role, payload=told)
    return Done(kind=BILL, before=before, after=after, events=(event,), transfers=transfers)


BILLS = Deeds(kind=BILL, act=act_on_bill)
