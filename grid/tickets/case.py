"""A decision in the making: what the effects of a move pass from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from grid.reasons import Reason
from grid.rulebook import Rulebook
from grid.scores.scoring import Entry
from grid.tickets.fact import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A decision in the making: the ticket so far, as it was, and what will be told and charged."""

    ticket: Ticket
    was: Ticket
    action: Action
    rulebook: Rulebook
    now: datetime
    told: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()

    def given(self, name: str) -> Any:  # noqa: ANN401 - the fields of an action are what JSON can hold
        """Return a field of the action, None when absent."""
        return self.action.fields.get(name)

    def to(self, **changes: object) -> "Case":
        """Change the ticket."""
        return replace(self, ticket=replace(self.ticket, **changes))  # type: ignore[arg-type]  # checked by replace

    def tell(self, **facts: object) -> "Case":
        """Add facts to the event."""
        return replace(self, told={**self.told, **facts})

    def known_department(self) -> str:
        """Return the department of the action.

        Raises
        ------
        BadFieldError
            When it is neither in the catalogue nor the office of the place.
        """
        code, scheme = str(self.given("department")), self.rulebook.scheme
        offices = {scheme.street_of(self.ticket.cell), scheme.district_of(self.ticket.cell)}
        if code not in self.rulebook.departments and code not in offices:
            allowed = "give a department of the catalogue or the office of the place"
            raise BadFieldError("department", code, allowed)
        return code

    def charge(self, kind: str, step: int, at: datetime, why: Reason, unit: str = "") -> "Case":
        """Take points for a fault, as the scoring table says.

        Parameters
        ----------
        kind : str
            Of the deduction; one that is not in the table costs nothing.
        step : int
            Which time it is, from 1; caps and rising points depend on it.
        at : datetime
            Aware; when the fault came about.
        why : Reason
            Code and parameters.
        unit : str
            Whose points; the department's when empty.

        Returns
        -------
        Case
            The same one when nothing is taken.
        """
        deduction = self.rulebook.deductions.get(kind)
        if deduction is None:
            return self
        points = deduction.step_centi(step, urgent=self.ticket.urgent)
        if points == 0:
            return self
        entry = Entry(
            unit=unit or self.was.department,
            subject=self.ticket.no,
            kind=kind,
            step=step,
            points_centi=-points,
            at=at,
            rules=self.rulebook.version,
            evidence=why.write(),
        )
        return replace(self, entries=(*self.entries, entry))
