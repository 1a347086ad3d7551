"""When tickets had to be answered and how much of their time they used, each by its own clock."""

from datetime import datetime

from grid.rulebook import Rulebook
from grid.tickets.history import History
from grid.timetable import Timetable

DAY_AND_NIGHT = frozenset({"urgent_hour", "natural_day"})


class Promises:
    """Reads the clocks of many tickets, each once; not shared between threads.

    Parameters
    ----------
    rulebook : Rulebook
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._timetable = Timetable(rulebook.worktime)
        self._response: dict[str, datetime] = {}
        self._used: dict[str, float | None] = {}

    def response_due_at(self, ticket: History) -> datetime:
        """Return until when a dispatched ticket had to be received: as told then, for older ones by the rules of today."""
        if ticket.response_due_at is not None:
            return ticket.response_due_at
        found = self._response.get(ticket.no)
        if found is None:
            limit = self._rulebook.category(ticket.category).response
            found = self._response[ticket.no] = self._timetable.due_at(ticket.dispatches[-1].at, limit)
        return found

    def time_used(self, ticket: History) -> float | None:
        """Tell which share of the time from filing to deadline passed until the closing; None where it has none."""
        if ticket.no not in self._used:
            self._used[ticket.no] = self._share(ticket)
        return self._used[ticket.no]

    def _share(self, ticket: History) -> float | None:
        if ticket.filed_at is None or ticket.closed_at is None:
            return None
        if self._rulebook.category(ticket.category).limit.clock in DAY_AND_NIGHT:
            used = (ticket.closed_at - ticket.filed_at).total_seconds()
            given = (ticket.due_at - ticket.filed_at).total_seconds()
        else:
            used = self._timetable.work_seconds(ticket.filed_at, ticket.closed_at)
            given = self._timetable.work_seconds(ticket.filed_at, ticket.due_at)
        return used / given if given > 0 else None
