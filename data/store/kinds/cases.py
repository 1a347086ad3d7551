"""Kinds of governance: tickets, appeals, appraisals and frozen months."""

from data.models import AppealRow, AppraisalRow, FrozenFiguresRow, TicketRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS, overseen
from data.store.scope import All, Always, HasPart, OneOf, Same, Scope, Set, Within
from grid.figures.frozen import FrozenMonth
from grid.scores.appeal import Appeal
from grid.scores.appraisal import Appraisal
from grid.tickets.ticket import Ticket

REPORTED = Same("reporter", "user")

CONCERNED = OneOf(
    (
        Same("department", "department"),
        Same("answers", "department"),
        All((Set("joint"), HasPart("parts", "department", "department"))),
    )
)
"""A department leads, answers until another has signed, or has a part of a joint case."""

TICKET = Kind(
    name="ticket",
    fact=Ticket,
    row=TicketRow,
    letter="T",
    lifecycle="ticket_lifecycle",
    scope=overseen(
        by={
            "worker": OneOf((Within(), REPORTED, Same("worker", "user"))),
            "department": All((Within(), CONCERNED)),
            "resident": REPORTED,
            "hotline": REPORTED,
        }
    ),
    derived=frozenset({"tick_at", "next_due_at"}),
    live=("state", "cell", "urgent"),
    told=True,
    public=("state", "promised_at", "department", "category", "waiting"),
)

APPEAL = Kind(
    name="appeal",
    fact=Appeal,
    row=AppealRow,
    letter="Q",
    lifecycle="appeal_lifecycle",
    scope=Scope(dict.fromkeys(OVERSEERS, Always()) | {"department": Same("unit", "department")}),
)

APPRAISAL = Kind(
    name="appraisal",
    fact=Appraisal,
    row=AppraisalRow,
    key="month",
    lifecycle="appraisal",
    scope=Scope(dict.fromkeys((*OVERSEERS, "department"), Always())),
)

FIGURES = Kind(
    name="figures",
    fact=FrozenMonth,
    row=FrozenFiguresRow,
    key="month",
    scope=Scope(dict.fromkeys((*OVERSEERS, "department"), Always())),
    own_rows=True,
)
