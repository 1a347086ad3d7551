"""Kinds of alarms: devices, messages, alarms, tasks and shifts."""

from data.models import AlarmRow, DeviceRow, HandOverRow, LayerRow, MessageRow, SwapRow, TaskRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import Always, Blank, Named, OneOf, Same, Scope, Within
from dispatch.alarms.device import AlarmDevice
from dispatch.alarms.fact import Alarm
from dispatch.alarms.message import Message
from dispatch.alarms.shift import HandOver, Layer, Swap
from dispatch.alarms.task import Task

AT_THE_DESK = Scope(dict.fromkeys(OVERSEERS, Always()))

SEEN_ALARM = OneOf((Within(), Blank("cell")))
"""An alarm of the area, or one of which nobody knows where it is: it is nobody else's."""

ALARM = Kind(
    name="alarm",
    fact=Alarm,
    row=AlarmRow,
    letter="A",
    lifecycle="alarm_lifecycle",
    scope=Scope(
        dict.fromkeys(OVERSEERS, SEEN_ALARM)
        | {"worker": OneOf((Within(), Named("told"))), "resident": Same("resident", "resident")}
    ),
    derived=frozenset({"next_step_at"}),
    live=("state", "queue", "cause", "agent", "pressed", "drill", "cell"),
    told=True,
    quiet="drill",
    public=("state",),
)

TASK = Kind(
    name="alarm_task",
    fact=Task,
    row=TaskRow,
    lifecycle="alarm_task_lifecycle",
    scope=Scope(dict.fromkeys(OVERSEERS, Always()) | {"worker": Same("person", "user")}),
    free=frozenset({"lon", "lat", "placed_at"}),
    live=("alarm", "person", "task", "state"),
)

MESSAGE = Kind(name="message", fact=Message, row=MessageRow, key="id", scope=AT_THE_DESK, own_rows=True)

DEVICE = Kind(
    name="device",
    in_bulk=True,
    fact=AlarmDevice,
    row=DeviceRow,
    scope=Scope(dict.fromkeys(OVERSEERS, Always())),
    derived=frozenset({"heard_at", "active_at", "tested_at", "battery", "clock_wrong_at"}),
    later=frozenset({"station"}),
    free=frozenset({"room", "firmware"}),
    logged=frozenset({"kind", "removed_at", "room", "firmware", "consent", "station"}),
)

LAYER = Kind(name="shift_layer", fact=Layer, row=LayerRow, key="code", scope=AT_THE_DESK, own_rows=True)

SWAP = Kind(name="shift_swap", fact=Swap, row=SwapRow, letter="W", scope=AT_THE_DESK)

HAND_OVER = Kind(
    name="hand_over", fact=HandOver, row=HandOverRow, key="post", scope=AT_THE_DESK, own_rows=True
)
