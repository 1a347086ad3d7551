"""The table of kinds: one record says everything that rooms need to know of a kind of thing.

The door, the numbers, live push, webhooks, following by number, `jinlin verify` and the lists read this table; what a
kind does when something begins or happens stands in its file in `data.desk`.
"""

from typing import Any

from data.store.kind import Kind
from data.store.kinds.alarms import ALARM, DEVICE, HAND_OVER, LAYER, MESSAGE, SWAP, TASK
from data.store.kinds.cases import APPEAL, APPRAISAL, FIGURES, TICKET
from data.store.kinds.counter import COUNTER_SESSION
from data.store.kinds.halls import ENTITY, PARTY, STATION
from data.store.kinds.health import CHRONIC_CASE, HEALTH_RESULT
from data.store.kinds.intake import CALL, HEARD, QUESTION
from data.store.kinds.matters import MATTER
from data.store.kinds.money import BILL, BUDGET, CLOSED_MONTH
from data.store.kinds.orders import APPLICATION, NEED, ORDER, PROVIDER
from data.store.kinds.people import CARE_PLAN, KIN, PARTICULARS, RESIDENT, TAG, VISIT
from data.store.kinds.places import AREA, CELL, CLOSURE, DISTRICT
from data.store.kinds.rounds import ROUND
from data.store.kinds.upkeep import (
    ACCOUNT,
    CORRECTION,
    FEED,
    HOLD,
    MODULE_SWITCH,
    NUMBERS,
    POSITION_CONSENT,
    RULE_TABLE,
    WEBHOOK,
)

KINDS: tuple[Kind[Any], ...] = (
    TICKET,
    ORDER,
    PROVIDER,
    APPLICATION,
    APPEAL,
    APPRAISAL,
    VISIT,
    RESIDENT,
    DEVICE,
    CELL,
    AREA,
    FIGURES,
    DISTRICT,
    NUMBERS,
    WEBHOOK,
    HOLD,
    RULE_TABLE,
    MODULE_SWITCH,
    ACCOUNT,
    ALARM,
    TASK,
    MESSAGE,
    CARE_PLAN,
    KIN,
    PARTICULARS,
    TAG,
    LAYER,
    SWAP,
    HAND_OVER,
    CLOSURE,
    ROUND,
    BUDGET,
    BILL,
    CLOSED_MONTH,
    QUESTION,
    HEARD,
    CALL,
    STATION,
    PARTY,
    ENTITY,
    FEED,
    NEED,
    POSITION_CONSENT,
    CORRECTION,
    COUNTER_SESSION,
    HEALTH_RESULT,
    CHRONIC_CASE,
    MATTER,
)
