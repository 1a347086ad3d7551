"""Rows: the second and last copy of each fact, and what only the store needs."""

from data.models.accounts import AccountRow, RevealRow, SignInRow
from data.models.base import Base, columns_of, fact_of, table_of
from data.models.care import AssessmentRow, DeviceRow, HomeVisitRow, SilenceRow
from data.models.governance import AppealRow, AppraisalRow, FrozenFiguresRow
from data.models.hooks import DeliveryRow, HookRow
from data.models.records import (
    CounterRow,
    EntryRow,
    EventRow,
    FollowKeyRow,
    HoldRow,
    ImportRow,
    NumberLeaseRow,
    PhotoRow,
    PhotoUseRow,
    ReceiptRow,
)
from data.models.register import AreaRow, CellRow, ContactRow, DistrictRow, ProviderRow, ResidentRow
from data.models.work import OrderRow, TicketRow

__all__ = [
    "AccountRow",
    "AppealRow",
    "AppraisalRow",
    "AreaRow",
    "AssessmentRow",
    "Base",
    "CellRow",
    "ContactRow",
    "CounterRow",
    "DeliveryRow",
    "DeviceRow",
    "DistrictRow",
    "EntryRow",
    "EventRow",
    "FollowKeyRow",
    "FrozenFiguresRow",
    "HoldRow",
    "HomeVisitRow",
    "HookRow",
    "ImportRow",
    "NumberLeaseRow",
    "OrderRow",
    "PhotoRow",
    "PhotoUseRow",
    "ProviderRow",
    "ReceiptRow",
    "ResidentRow",
    "RevealRow",
    "SignInRow",
    "SilenceRow",
    "TicketRow",
    "columns_of",
    "fact_of",
    "table_of",
]
