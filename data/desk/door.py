"""The desk: the one door for every change of every kind of thing.

Open a transaction, lock the row, let the pure function decide, keep row, events and ledger entries, commit; then tell
whoever follows. What a kind decides stands in its own file here, what it is in `data.store.kinds`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from data.city.city import City
from data.desk.accounts import ACCOUNTS
from data.desk.alarm_tasks import TASKS
from data.desk.alarms import ALARMS
from data.desk.appeals import APPEALS
from data.desk.applications import APPLICATIONS
from data.desk.appraisals import APPRAISALS
from data.desk.bills import BILLS
from data.desk.budgets import BUDGETS
from data.desk.calls import CALLS
from data.desk.care import CARE_PLANS, KINS
from data.desk.cells import AREAS, CELLS
from data.desk.chronic import CHRONIC_CASES
from data.desk.closures import CLOSURES
from data.desk.corrections import CORRECTIONS
from data.desk.counter import COUNTER_SESSIONS
from data.desk.devices import DEVICES
from data.desk.districts import DISTRICTS
from data.desk.feeds import FEEDS
from data.desk.figures import FROZEN
from data.desk.halls import ENTITIES, PARTIES, STATIONS
from data.desk.health import HEALTH_RESULTS
from data.desk.holds import HOLDS
from data.desk.matters import MATTERS
from data.desk.messages import MESSAGES
from data.desk.modules import MODULE_SWITCHES, check_module
from data.desk.months import CLOSED_MONTHS
from data.desk.needs import NEEDS
from data.desk.numbers import NUMBER_SERIES
from data.desk.orders import ORDERS
from data.desk.particulars import PARTICULARS_KEPT
from data.desk.positions import POSITION_CONSENTS
from data.desk.providers import PROVIDERS
from data.desk.questions import QUESTIONS
from data.desk.residents import RESIDENTS
from data.desk.rounds import ROUNDS
from data.desk.rule_tables import RULE_TABLES
from data.desk.sayings import SAYINGS
from data.desk.shifts import HAND_OVERS, LAYERS, SWAPS
from data.desk.tags import TAGS
from data.desk.tickets import TICKETS
from data.desk.visits import VISITS
from data.desk.webhooks import WEBHOOKS
from data.desk.work import Deeds, Start, Work
from data.models import ImportRow, table_of
from data.outside.webhooks import queue
from data.rules.catalogue import Catalogue
from data.rules.in_force import InForce, rules_of
from data.store.chain import Told, append
from data.store.done import Done
from data.store.kind import Kind, by_name
from data.store.numbers import Numbers
from data.store.origins import Origin, import_values
from data.store.photos import check_photos, note_subject
from data.store.receipts import Receipt, answered, forget_receipts, keep_receipt
from data.store.rows import drop_row, keep_row, with_earlier_seal
from data.store.session import Database
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor

F = TypeVar("F")
IMPORTS = table_of(ImportRow)
DEEDS: tuple[Deeds[Any], ...] = (
    TICKETS, ORDERS, PROVIDERS, APPLICATIONS, APPEALS, APPRAISALS, VISITS, RESIDENTS, DEVICES, CELLS, AREAS, FROZEN,
    DISTRICTS, NUMBER_SERIES, WEBHOOKS, HOLDS, ACCOUNTS, ALARMS, TASKS, MESSAGES, CARE_PLANS, KINS, PARTICULARS_KEPT, TAGS,
    LAYERS, SWAPS, HAND_OVERS, CLOSURES, ROUNDS, BUDGETS, BILLS, CLOSED_MONTHS,
    QUESTIONS, SAYINGS, CALLS, STATIONS, PARTIES, ENTITIES, FEEDS, NEEDS,
    POSITION_CONSENTS, COUNTER_SESSIONS, CORRECTIONS, RULE_TABLES, HEALTH_RESULTS,
    CHRONIC_CASES, MODULE_SWITCHES, MATTERS,
)  # fmt: skip


class Desk:
    """The one door.

    Parameters
    ----------
    database : Database
    catalogue : Catalogue or InForce
        Of a catalogue alone, what is in force for the district is read once, now.
    county : str
        Digits that numbers begin with.
    after : callable, optional
        Called with each `Done` after its commit, in the thread that made it.
    deeds : iterable of Deeds
        What each kind does.
    city : City, optional
        Tells cells and ways where a decision needs them.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue | InForce,
        county: str,
        after: Callable[[Done[Any]], None] | None = None,
        deeds: Iterable[Deeds[Any]] = DEEDS,
        city: City | None = None,
    ) -> None:
        self.database = database
        self.rules = catalogue if isinstance(catalogue, InForce) else rules_of(database, catalogue)
        self.county = county
        self.city = city
        self._after = after or (lambda _done: None)
        self._deeds = {each.kind.name: each for each in deeds}
        self._numbers = Numbers(database)
        self.kinds = by_name(each.kind for each in self._deeds.values())
        self._by_letter = {kind.letter: kind for kind in self.kinds.values() if kind.letter}
        self._starts = {start: each for each in self._deeds.values() for start in each.starts}

    @property
    def catalogue(self) -> Catalogue:
        """The rules in force."""
        return self.rules.catalogue

    def start(
        self,
        new: Start[F],
        by: Actor,
        now: datetime,
        *,
        receipt: Receipt | None = None,
        origin: Origin | None = None,
    ) -> Done[F]:
        """Begin a fact: take a report, an order, a visit, an appeal.

        Parameters
        ----------
        new : Start
            What begins; its type says of which kind.
        by : Actor
        now : datetime
            Aware.
        receipt : Receipt, optional
            Makes the same request, sent again, get the first answer.
        origin : Origin, optional
            The system and number it comes from; a second of the same number is refused.

        Returns
        -------
        Done
            The fact as it is kept, with its events.

        Raises
        ------
        ValueError, LookupError
            As the kind says, such as `BadFieldError`; nothing is kept then.
        KeyReusedError
            When the receipt's key was used for another request.
        """
        deeds: Deeds[F] = self._starts[type(new)]
        decide = deeds.starts[type(new)]

        def begun(work: Work) -> Done[F]:
            done = decide(work, new, by)
            check_module(work, done)
            return done

        return self._carry_out(deeds.kind, begun, now, receipt, origin)

    def act(
        self,
        kind: Kind[F],
        no: str,
        action: Action,
        now: datetime,
        *,
        receipt: Receipt | None = None,
        origin: Origin | None = None,
    ) -> Done[F]:
        """Carry out one action on a fact that its key names.

        Parameters
        ----------
        kind : Kind
        no : str
            Number, or what else the kind's key is.
        action : Action
        now : datetime
            Aware.
        receipt : Receipt, optional
            Makes the same request, sent again, get the first answer.
        origin : Origin, optional
            The system and number it comes from; a second of the same number is refused.

        Returns
        -------
        Done
            The fact before and after, with its events and entries.

        Raises
        ------
        MissingError
            When there is none.
        NotPossibleError, WrongRoleError, BadFieldError
            Nothing is changed then.
        KeyReusedError
            When the receipt's key was used for another request.
        """
        act = self._deeds[kind.name].act
        if act is None:
            raise NotPossibleError(f"nothing can be done to a {kind.name}")

        def decide(work: Work) -> Done[F]:
            check_photos(work.session, action.fields.get("evidence") or (), now)
            return act(work, no, action)

        return self._carry_out(kind, decide, now, receipt, origin)

    def forget_receipts(self, now: datetime) -> int:
        """Drop receipts older than seven days; returns how many."""
        return self.database.write(lambda session: forget_receipts(session, now))

    def _carry_out(
        self,
        kind: Kind[F],
        decide: Callable[[Work], Done[F]],
        now: datetime,
        receipt: Receipt | None,
        origin: Origin | None,
    ) -> Done[F]:
        rules = self.catalogue

        def carry_out(session: Session) -> Done[F]:
            with self.rules.held(rules):  # perhaps in the thread of another that writes
                return carry_out_by_them(session)

        def carry_out_by_them(session: Session) -> Done[F]:
            if (kept := answered(session, receipt)) is not None:
                return Done(kind=kind, replayed=kept)
            with self._numbers.drawing():
                work = self._work(session, now)
                done = self._keep(session, decide(work))
            done = replace(done, others=(*done.others, *self._follow(work, done)))
            if origin is not None:
                values = import_values(origin, kind.key_of(done.fact))
                session.execute(insert(IMPORTS), {**values, "at": now})
            if receipt is not None:
                keep_receipt(session, receipt, done, now)
            return done

        return self._announce(self.database.write(carry_out))

    def _follow(self, work: Work, done: Done[Any]) -> Iterator[Done[Any]]:
        """Keep what follows from what was done, now that its rows are kept."""
        for each in whole(done):
            follow = self._deeds[each.kind.name].follow
            if follow is not None and each.changed:
                yield from follow(work, each)

    def _work(self, session: Session, now: datetime) -> Work:
        return Work(
            session=session,
            catalogue=self.catalogue,
            county=self.county,
            now=now,
            numbers=self._numbers,
            kinds_by_letter=self._by_letter,
            city=self.city,
        )

    def _keep(self, session: Session, done: Done[F]) -> Done[F]:
        """Keep row, events, entries and transfers of what was done, of the fact itself and of others."""
        if not done.changed:
            return done
        kind = done.kind
        seal = ""
        if done.gone:
            drop_row(session, done)
        elif not kind.own_rows:
            done = with_earlier_seal(session, done)
            done, seal = keep_row(session, done)
        told = Told(
            events=done.events,
            entries=done.entries,
            transfers=done.transfers,
            seal=seal,
            rules=self.catalogue.version,
        )
        numbers = append(session, kind.name, kind.key_of(done.fact), told)
        note_subject(session, kind.name, kind.key_of(done.fact), _photos(done))
        if kind.told and not (kind.quiet and getattr(done.fact, kind.quiet)):
            queue(session, kind.name, kind.key_of(done.fact), numbers)
        others = tuple(self._keep(session, other) for other in done.others)
        return replace(done, numbers=numbers, others=others)

    def _announce(self, done: Done[F]) -> Done[F]:
        if done.replayed is None and done.changed:
            self.database.once_committed(lambda: self._tell(done))
        return done

    def _tell(self, done: Done[Any]) -> None:
        for each in whole(done):
            self._after(each)


def _photos(done: Done[Any]) -> set[str]:
    """Return the names of the photos that a change brought with it."""
    told = {name for event in done.events for name in event.payload.get("evidence", ())}
    return told if done.before is not None else told | set(getattr(done.fact, "photos", ()))


def whole(done: Done[Any]) -> Iterator[Done[Any]]:
    """Go through what was done, and all that it did to others."""
    yield done
    for other in done.others:
        yield from whole(other)
