"""What is answered about accounts; nothing of passwords or second factors."""

from dataclasses import dataclass

from api.answers.answer import Answer
from grid.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAnswer(Answer, Account):
    """Somebody who may sign in, as what, and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage(Answer):
    """One page of accounts; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[AccountAnswer, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerAnswer(AccountAnswer):
    """A grid worker with the codes of the cells that they answer for."""

    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPage(Answer):
    """One page of workers; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[WorkerAnswer, ...]
    next: str | None
