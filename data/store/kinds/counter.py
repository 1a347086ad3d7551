"""Kind of sessions at counters."""

from data.models import CounterSessionRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import OneOf, Same, Scope, Within
from dispatch.counter import CounterSession

COUNTER_SESSION = Kind(
    name="counter_session",
    fact=CounterSession,
    row=CounterSessionRow,
    letter="I",
    lifecycle="counter_lifecycle",
    scope=Scope(
        dict.fromkeys(
            (*OVERSEERS, "worker"), OneOf((Within("area"), Same("clerk", "user"), Same("agent", "user")))
        )
        | {"resident": Same("resident", "resident")}
    ),
    salted=True,
    live=("state", "area"),
    told=True,
    public=("state", "opened_at"),
)
