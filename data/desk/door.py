"""The desk: the one door for every change of a ticket, an order, a provider, a visit, an appeal or an appraisal.

Open a transaction, lock the row, let the pure function decide, keep row, events and ledger entries, commit.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from secrets import token_hex

from sqlalchemy import insert
from sqlalchemy.orm import Session

from data.desk.appeals import act_on_appeal, act_on_appraisal, draft_appraisal, file_appeal
from data.desk.orders import act_on_order, place_order
from data.desk.providers import act_on_provider
from data.desk.tickets import act_on_ticket, file_ticket, recompute_ticket
from data.desk.visits import door_of, keep_visit, report_of
from data.models import ContactRow, ImportRow, columns_of, table_of
from data.outside.webhooks import queue
from data.rules.catalogue import Catalogue
from data.store.chain import append
from data.store.done import Done, Kind, done_ticket
from data.store.numbers import draw
from data.store.origins import Origin, import_values
from data.store.photos import check_photos
from data.store.receipts import Receipt, answered, forget_receipts, keep_receipt
from data.store.session import Database
from dispatch.lifecycle import Action, Actor
from dispatch.orders.order import Order
from dispatch.resident import Contact
from grid.home_visits import Told, visit
from grid.scores.appeal import Filing
from grid.tickets.ticket import Report

# Statements over tables, made once: the door is used thousands of times a minute.
CONTACTS, IMPORTS = map(table_of, (ContactRow, ImportRow))

SALT_BYTES = 16


class Desk:
    """The one door.

    Parameters
    ----------
    database : Database
    catalogue : Catalogue
    county : str
        Digits that numbers of tickets and orders begin with.
    after : callable, optional
        Called with each `Done` after its commit, in the thread that made it.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        county: str,
        after: Callable[[Done], None] | None = None,
    ) -> None:
        self.database = database
        self.catalogue = catalogue
        self.county = county
        self._after = after or (lambda _done: None)

    def report(
        self,
        new: Report,
        by: Actor,
        now: datetime,
        *,
        contact: Contact | None = None,
        receipt: Receipt | None = None,
        key: str = "",
        origin: Origin | None = None,
    ) -> Done:
        """Take a report and answer with the ticket: department, deadline and reason already told.

        ``new.no`` is ignored; the number is drawn in the same transaction. With ``key`` the reporter can read and
        write the ticket's dialogue without an account. A report with an origin is kept under its number there; a
        second of the same number breaks the store's rule and leaves nothing behind.

        Raises
        ------
        UnknownCategoryError, BadFieldError, KeyReusedError
        """

        def work(session: Session) -> Done:
            if (again := _recall(session, "ticket", receipt)) is not None:
                return again
            check_photos(session, new.photos)
            no = self._draw(session, "ticket", now)
            outcome = file_ticket(session, self.catalogue, replace(new, no=no), by, now, key)
            if contact is not None:
                session.execute(insert(CONTACTS), {"subject": no, **columns_of(contact)})
            if origin is not None:
                session.execute(insert(IMPORTS), {**import_values(origin, no), "at": now})
            return self._keep(session, done_ticket(outcome, None), receipt, now)

        return self._announce(self.database.write(work))

    def place(
        self,
        new: Order,
        by: Actor,
        now: datetime,
        *,
        contact: Contact | None = None,
        receipt: Receipt | None = None,
    ) -> Done:
        """Take an order; the number is drawn in the same transaction.

        Raises
        ------
        UnknownItemError, KeyReusedError
        """

        def work(session: Session) -> Done:
            if (again := _recall(session, "order", receipt)) is not None:
                return again
            no = self._draw(session, "order", now)
            placed, events = place_order(session, self.catalogue, replace(new, no=no), by, now)
            if contact is not None:
                session.execute(insert(CONTACTS), {"subject": no, **columns_of(contact)})
            return self._keep(session, Done(kind="order", fact=placed, events=events), receipt, now)

        return self._announce(self.database.write(work))

    def visit(
        self,
        told: Told,
        by: Actor,
        now: datetime,
        *,
        receipt: Receipt | None = None,
        old: bool = False,
        salt: str = "",
    ) -> Done:
        """Take a visit to people at home and the ticket it raises; without a salt for its seal one is drawn.

        Raises
        ------
        MissingError, UnknownCategoryError, BadFieldError, KeyReusedError
        """

        def work(session: Session) -> Done:
            if (again := _recall(session, "visit", receipt)) is not None:
                return again
            book = self.catalogue.rulebook
            door = door_of(session, told, by, book.scheme)
            made = visit(told, door, book.registers.visits, by, now, old=old)
            others: tuple[Done, ...] = ()
            if told.category:
                new = report_of(told, door, self._draw(session, "ticket", now))
                others = (done_ticket(file_ticket(session, self.catalogue, new, by, now), None),)
                made = replace(made, ticket=new.no)
            made = replace(made, no=self._draw(session, "visit", now))
            event = keep_visit(session, made, salt or token_hex(SALT_BYTES), by)
            done = Done(kind="visit", fact=made, events=(event,), others=others)
            return self._keep(session, done, receipt, now)

        return self._announce(self.database.write(work))

    def appeal(
        self, entry: int, filing: Filing, by: Actor, now: datetime, *, receipt: Receipt | None = None
    ) -> Done:
        """Take an appeal against an entry of the ledger; the number is drawn in the same transaction.

        Raises
        ------
        MissingError, NotPossibleError, WrongRoleError, BadFieldError, KeyReusedError
        """

        def work(session: Session) -> Done:
            if (again := _recall(session, "appeal", receipt)) is not None:
                return again
            check_photos(session, filing.evidence)
            no = self._draw(session, "appeal", now)
            outcome = file_appeal(session, self.catalogue, no, entry, filing, by, now)
            done = Done(kind="appeal", fact=outcome.appeal, events=outcome.events)
            return self._keep(session, done, receipt, now)

        return self._announce(self.database.write(work))

    def appraise(self, month: str, by: Actor, now: datetime, *, receipt: Receipt | None = None) -> Done:
        """Begin the appraisal of a month that is over.

        Raises
        ------
        BadFieldError, NotPossibleError, KeyReusedError
        """

        def work(session: Session) -> Done:
            if (again := _recall(session, "appraisal", receipt)) is not None:
                return again
            made, told = draft_appraisal(session, self.catalogue, month, by, now)
            return self._keep(session, Done(kind="appraisal", fact=made, events=(told,)), receipt, now)

        return self._announce(self.database.write(work))

    def recompute(self, no: str, now: datetime) -> Done | None:
        """Count the provisional deadlines of a ticket again; None when nothing changes.

        Raises
        ------
        MissingError
        """

        def work(session: Session) -> Done | None:
            before, outcome = recompute_ticket(session, self.catalogue, no, now)
            return None if outcome is None else self._keep(session, done_ticket(outcome, before), None, now)

        done = self.database.write(work)
        return None if done is None else self._announce(done)

    def act(
        self,
        kind: Kind,
        no: str,
        action: Action,
        now: datetime,
        *,
        receipt: Receipt | None = None,
        origin: Origin | None = None,
    ) -> Done:
        """Carry out one action on a ticket, an order, an appeal or the appraisal of a month.

        An action with an origin is kept under its number there; a second of the same number breaks the store's rule
        and leaves nothing behind.

        Raises
        ------
        MissingError
            When there is no such number.
        NotPossibleError, WrongRoleError, BadFieldError
            Nothing is changed then.
        """

        def work(session: Session) -> Done:
            if (again := _recall(session, kind, receipt)) is not None:
                return again
            check_photos(session, action.fields.get("evidence") or ())
            decide: dict[Kind, Callable[[Session, str, Action, datetime], Done]] = {
                "ticket": self._decide_ticket,
                "order": self._decide_order,
                "provider": self._decide_provider,
                "appeal": self._decide_appeal,
                "appraisal": self._decide_appraisal,
            }
            done = decide[kind](session, no, action, now)
            if origin is not None:
                session.execute(insert(IMPORTS), {**import_values(origin, no), "at": now})
            return self._keep(session, done, receipt, now)

        return self._announce(self.database.write(work))

    def _decide_ticket(self, session: Session, no: str, action: Action, now: datetime) -> Done:
        (before, outcome), *others = act_on_ticket(session, self.catalogue, no, action, now)
        done = done_ticket(outcome, before)
        return replace(done, others=tuple(done_ticket(became, was) for was, became in others))

    def _decide_order(self, session: Session, no: str, action: Action, now: datetime) -> Done:
        before, after, events = act_on_order(session, self.catalogue, no, action, now)
        return Done(kind="order", fact=after, events=events, before=before)

    def _decide_provider(self, session: Session, no: str, action: Action, now: datetime) -> Done:
        before, after, events = act_on_provider(session, self.catalogue, no, action, now)
        return Done(kind="provider", fact=after, events=events, before=before)

    def _decide_appeal(self, session: Session, no: str, action: Action, now: datetime) -> Done:
        before, outcome = act_on_appeal(session, self.catalogue, no, action, now)
        return Done(
            kind="appeal",
            fact=outcome.appeal,
            events=outcome.events,
            entries=outcome.entries,
            before=before,
        )

    def _decide_appraisal(self, session: Session, no: str, action: Action, now: datetime) -> Done:
        before, after, told = act_on_appraisal(session, self.catalogue, no, action, now)
        return Done(kind="appraisal", fact=after, events=(told,), before=before)

    def _keep(self, session: Session, done: Done, receipt: Receipt | None, now: datetime) -> Done:
        for each in (done, *done.others):
            numbers = append(
                session, each.kind, each.fact.no, each.events, each.entries, self.catalogue.version
            )
            queue(session, each.kind, each.fact.no, numbers)
        if receipt is not None:
            keep_receipt(session, receipt, done, now)
        return done

    def _announce(self, done: Done) -> Done:
        if done.replayed is None:
            for each in (done, *done.others):
                self._after(each)
        return done

    def _draw(self, session: Session, kind: str, now: datetime) -> str:
        return draw(session, kind, self.county, self.catalogue.local(now))

    def forget_receipts(self, now: datetime) -> int:
        """Drop receipts older than seven days; returns how many."""
        return self.database.write(lambda session: forget_receipts(session, now))


def _recall(session: Session, kind: Kind, receipt: Receipt | None) -> Done | None:
    kept = answered(session, receipt)
    return None if kept is None else Done(kind=kind, fact=None, replayed=kept)
