"""The condition of a query and the test of one fact come from one source; here they are held against each other."""

from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import insert, select

from data.desk.door import Desk
from data.models import columns_of
from data.store.kinds.cases import TICKET
from data.store.kinds.orders import ORDER
from dispatch.lifecycle import Actor
from dispatch.orders.order import Order
from geo.place import LonLat
from grid.tickets.fact import Part
from grid.tickets.ticket import Report, Ticket, next_due_at, report, tick_at
from tests.conftest import NOW

HERE, THERE = "330102001001001", "330102001002001"
ROLES = (
    "dispatcher", "leader", "admin", "worker", "department", "provider", "resident", "hotline", "device", "clock",
)  # fmt: skip
ACTORS = [
    Actor(user=user, role=role, area=area, department=department, provider=provider, resident=resident)
    for role in ROLES
    for user, area, department, provider, resident in product(
        ("", "w1"), ("", "330102001001"), ("", "DP30"), ("", "7"), ("", "R1")
    )
]


def tickets(desk: Desk) -> list[Ticket]:
    new = Report(no="T0", category="E0102", place=LonLat(120.005, 30.005), cell=HERE, channel="worker")
    first = report(new, Actor(user="w2", role="worker"), desk.catalogue.rulebook, NOW).ticket
    part = Part(department="DP30", kind="joint", task="look", asked_by="DP1", asked_at=NOW)
    made = []
    for cell, reporter, worker, department, answers, joint, parts in product(
        (HERE, THERE),
        ("w1", "w2"),
        ("", "w1"),
        ("DP30", "DP1"),
        ("DP1", "DP30"),
        (False, True),
        ((), (part,)),
    ):
        made.append(
            replace(
                first,
                no=f"T{len(made)}",
                cell=cell,
                reporter=reporter,
                worker=worker,
                department=department,
                answers=answers,
                joint=joint,
                parts=parts,
            )
        )
    return made


def orders() -> list[Order]:
    first = Order(
        no="S0", item="X", state="placed", channel="web", created_at=NOW, place=LonLat(120, 30), cell=HERE
    )
    return [
        replace(first, no=f"S{i}", cell=cell, provider=provider, resident=resident)
        for i, (cell, provider, resident) in enumerate(product((HERE, THERE), (None, 7, 8), ("", "R1", "R2")))
    ]


@pytest.mark.parametrize("kind", [TICKET, ORDER], ids=lambda kind: kind.name)
def test_queries_and_predicates_agree(desk: Desk, kind: object) -> None:
    scheme = desk.catalogue.rulebook.scheme
    facts = tickets(desk) if kind is TICKET else orders()
    rows = [columns_of(fact) for fact in facts]
    if kind is TICKET:
        rows = [
            row | {"tick_at": tick_at(fact), "next_due_at": next_due_at(fact)}
            for row, fact in zip(rows, facts, strict=True)
        ]
    desk.database.write(lambda session: session.execute(insert(kind.table), rows))
    seen = 0
    with desk.database.read() as session:
        for actor in ACTORS:
            listed = set(
                session.scalars(select(kind.table.c.no).where(kind.scope.where(kind.row, actor, scheme)))
            )
            held = {fact.no for fact in facts if kind.scope.holds(fact, actor, scheme)}
            assert listed == held, actor
            seen += len(held)
    assert seen > 0


@pytest.mark.parametrize("kind", [TICKET, ORDER], ids=lambda kind: kind.name)
def test_a_role_that_is_not_listed_sees_nothing(kind: object) -> None:
    nobody = Actor(user="x", role="device")
    assert not kind.scope.holds(object(), nobody, None)
