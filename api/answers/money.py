"""What is answered about money: lines of the ledger, budgets, bills, closed months."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from api.answers.answer import Answer, LeftOut
from dispatch.money.bill import Bill
from dispatch.money.budget import Budget
from dispatch.money.eligibility import Verdict
from dispatch.money.month import ClosedMonth
from dispatch.money.transfer import Transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine(Answer, Transfer):
    """One line of the money ledger: an amount in fen that went from one purse to another."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage(Answer):
    """One page of the money ledger; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[LedgerLine, ...]
    next: str | None
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetChanged(Answer, Budget):
    """A budget as it stands after a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetAnswer(Answer, Budget):
    """A budget; what is free, held and spent of it makes up what was granted, in fen."""

    free_fen: int
    held_fen: int
    spent_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPage(Answer):
    """One page of budgets; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[BudgetAnswer, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillAnswer(Answer, Bill):
    """Who pays what of an order, in fen; ``payer`` is expected while the bill is held. For whom is not told."""

    payer: Literal["gov", "mixed", "self"]
    resident: LeftOut[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonthAnswer(Answer, ClosedMonth):
    """A month of the money ledger that is closed, by purse as it began and as it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictAnswer(Answer, Verdict):
    """What a policy gives in fen, or why it gives nothing, as a code and in both languages."""

    payer: Literal["gov", "mixed", "self"]
    policy_name_zh: str
    policy_name_en: str
    told_zh: str
    told_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityAnswer(Answer):
    """What a person would get for a service on a day; the best verdict first, and its sum beside them."""

    item: str
    on: date
    price_fen: int
    insurance_fen: int
    eligible: bool
    payer: Literal["gov", "mixed", "self"]
    amount_fen: int
    own_fen: int
    told_zh: str
    told_en: str
    verdicts: tuple[VerdictAnswer, ...]
