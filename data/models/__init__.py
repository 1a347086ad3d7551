"""Rows: the second and last copy of each fact, and what only the store needs."""

from data.models.accounts import AccountRow, RevealRow, SignInRow
from data.models.alarms import (
    AlarmRow,
    CarePlanRow,
    ClockRow,
    CountdownRow,
    HandOverRow,
    KinRow,
    LayerRow,
    MessageRow,
    NoticeRow,
    RepairRow,
    ShiftWarningRow,
    SwapRow,
    TaskRow,
)
from data.models.applications import ApplicationRow
from data.models.base import Base, begins, columns_of, fact_of, table_of
from data.models.calls import CallRow
from data.models.care import AssessmentRow, DeviceRow, HomeVisitRow, SilenceRow
from data.models.checks import CorrectionRow
from data.models.counter import CounterSessionRow
from data.models.feeds import FeedItemRow, FeedMessageRow, FeedRow
from data.models.governance import AppealRow, AppraisalRow, FrozenFiguresRow, FrozenListRow
from data.models.halls import EntityRow, PartyRow, StationRow
from data.models.health import ChronicCaseRow, HealthResultRow
from data.models.hooks import DeliveryRow, HookRow
from data.models.imports import ConflictRow, FieldSourcesRow, ImportChangeRow, ImportRunRow
from data.models.matters import MatterRow
from data.models.money import BillRow, BudgetRow, ClosedMonthRow, PurseRow, TransferRow
from data.models.needs import NeedRow
from data.models.people import ParticularsRow, ResidentKeyRow, StatementRow, TagRow
from data.models.positions import PositionConsentRow, PositionRow
from data.models.questions import HeardRow, QuestionRow
from data.models.records import (
    CounterRow,
    EntryRow,
    EventRow,
    FollowKeyRow,
    HoldRow,
    ImportRow,
    ModuleSwitchRow,
    NumberLeaseRow,
    PhotoRow,
    PhotoSubjectRow,
    PhotoUseRow,
    ReceiptRow,
    RuleTableRow,
)
from data.models.register import AreaRow, CellRow, ContactRow, DistrictRow, ProviderRow, ResidentRow
from data.models.rounds import RoundRow
from data.models.streets import ClosureRow
from data.models.work import OrderRow, TicketRow

__all__ = [
    "AccountRow",
    "AlarmRow",
    "AppealRow",
    "ApplicationRow",
    "AppraisalRow",
    "AreaRow",
    "AssessmentRow",
    "Base",
    "BillRow",
    "BudgetRow",
    "CallRow",
    "CarePlanRow",
    "CellRow",
    "ChronicCaseRow",
    "ClockRow",
    "ClosedMonthRow",
    "ClosureRow",
    "ConflictRow",
    "ContactRow",
    "CorrectionRow",
    "CountdownRow",
    "CounterRow",
    "CounterSessionRow",
    "DeliveryRow",
    "DeviceRow",
    "DistrictRow",
    "EntityRow",
    "EntryRow",
    "EventRow",
    "FeedItemRow",
    "FeedMessageRow",
    "FeedRow",
    "FieldSourcesRow",
    "FollowKeyRow",
    "FrozenFiguresRow",
    "FrozenListRow",
    "HandOverRow",
    "HealthResultRow",
    "HeardRow",
    "HoldRow",
    "HomeVisitRow",
    "HookRow",
    "ImportChangeRow",
    "ImportRow",
    "ImportRunRow",
    "KinRow",
    "LayerRow",
    "MatterRow",
    "MessageRow",
    "ModuleSwitchRow",
    "NeedRow",
    "NoticeRow",
    "NumberLeaseRow",
    "OrderRow",
    "ParticularsRow",
    "PartyRow",
    "PhotoRow",
    "PhotoSubjectRow",
    "PhotoUseRow",
    "PositionConsentRow",
    "PositionRow",
    "ProviderRow",
    "PurseRow",
    "QuestionRow",
    "ReceiptRow",
    "RepairRow",
    "ResidentKeyRow",
    "ResidentRow",
    "RevealRow",
    "RoundRow",
    "RuleTableRow",
    "ShiftWarningRow",
    "SignInRow",
    "SilenceRow",
    "StatementRow",
    "StationRow",
    "SwapRow",
    "TagRow",
    "TaskRow",
    "TicketRow",
    "TransferRow",
    "begins",
    "columns_of",
    "fact_of",
    "table_of",
]
