"""The cell of a ticket chosen anew, where near a border the wrong one was taken; who chose is told."""

from dispatch.errors import BadFieldError
from grid.responsibility import Answer, responsible
from grid.tickets.case import Case


def move(case: Case) -> tuple[Case, Answer]:
    """Move a ticket to another cell, and find who answers for it there.

    Raises
    ------
    BadFieldError
        When it lies there already, or the code is none.
    NoRuleError, BadCodeError
    """
    cell, rulebook, ticket = str(case.given("cell")), case.rulebook, case.ticket
    if cell == ticket.cell:
        raise BadFieldError("cell", cell, "the ticket is in this cell; name another one")
    rulebook.scheme.check_cell(cell)
    today = rulebook.worktime.local(case.now).date()
    answer = responsible(rulebook.responsibility, cell, ticket.category, today, rulebook.scheme)
    others = tuple(code for code in (ticket.cell, *ticket.border_cells) if code != cell)
    moved = case.to(cell=cell, border_cells=others)
    told = moved.tell(
        cell_before=ticket.cell, cell_chosen_by=case.action.by.user, rule=answer.rule, why=answer.why
    )
    return told, answer
