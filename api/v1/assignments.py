"""Many orders at once over HTTP: who goes where so that the whole costs least, with the proof that it does."""

from typing import Annotated

from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import SENDERS, access
from api.answers.assignment import AssignmentAnswer
from api.forms import Form
from api.roles import AccountDep, WorldDep, order_scope
from api.routing import Router
from api.views.assignment import plan_view
from data.queries.unsent import unsent_orders

router = Router(prefix="/api/v1/assignments", tags=["assignments"])
MOST = 1000


class AssignmentForm(Form):
    """Which orders are planned together; all that wait when none is named."""

    orders: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(max_length=MOST)
    ] = ()


@router.post("", response_model=AssignmentAnswer, **access(*SENDERS, outside="left_out"))
def assignments(form: AssignmentForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Plan who goes for the orders that wait, at once; nobody is sent: each is then contacted as ever.

    Emergencies are left out: they are never planned, and never wait for others.
    """
    now = world.clock()
    alarms = [item.code for item in world.catalogue.items.values() if item.urgency == "emergency"]
    with world.database.read() as session:
        waiting = unsent_orders(session, order_scope(world, account), form.orders, alarms, MOST)
    plan = world.city.plan(waiting, now)
    return JSONResponse(plan_view(world, [order for order, _ in waiting], plan, now))
