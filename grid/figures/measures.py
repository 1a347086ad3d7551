"""The indicators of an area and period: each counted by its own function, made comparable by its base."""

from collections.abc import Mapping

from grid.figures.counted import Count, Counted
from grid.figures.facts import Facts
from grid.figures.indicators import Indicator, Measure, normalise
from grid.figures.of_reach import OF_REACH
from grid.figures.of_registers import OF_REGISTERS
from grid.figures.of_services import OF_SERVICES
from grid.figures.of_tickets import OF_TICKETS
from grid.reasons import Reason

MEASURES: Mapping[str, Count] = {**OF_REGISTERS, **OF_TICKETS, **OF_SERVICES, **OF_REACH}


def behind(indicator: Indicator, facts: Facts) -> Counted | None:
    """Return an indicator with the very cases it was counted from, None where the records cannot tell it."""
    return MEASURES[indicator.id](facts) if not indicator.missing else None


def measure(indicator: Indicator, facts: Facts, parent: float | None = None) -> Measure:
    """Count one indicator.

    Parameters
    ----------
    indicator : Indicator
    facts : Facts
        Of the area alone; see `Facts.of_area`.
    parent : float, optional
        The figure of the area above, for shares of it.

    Returns
    -------
    Measure
        Without value, and with the reason, where the records cannot tell or nothing was counted.
    """
    return measured(indicator, facts, behind(indicator, facts), parent)


def measured(
    indicator: Indicator, facts: Facts, counted: Counted | None, parent: float | None = None
) -> Measure:
    """Return the measure of an indicator that was counted before.

    Parameters
    ----------
    indicator : Indicator
    facts : Facts
        Of the area alone.
    counted : Counted or None
        What `behind` gave of them.
    parent : float, optional
        The figure of the area above.

    Returns
    -------
    Measure
        See `measure`.
    """
    if counted is None:
        return Measure(id=indicator.id, value=None, why="not_kept")
    zero = indicator.empty == "zero" and not counted.why
    value = 0.0 if counted.value is None and zero else counted.value
    return Measure(
        id=indicator.id,
        value=value,
        rows=counted.rows,
        filter=Reason(indicator.id, counted.given).write(),
        left_out=counted.left_out,
        left_out_why=counted.left_out_why,
        asked=counted.asked,
        why="" if value is not None else counted.why or "nothing_counted",
        normalised=normalise(indicator, value, {**facts.bases, "parent": parent}),
    )
