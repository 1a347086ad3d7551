"""A kind that nobody knew before is found everywhere by its one record and its one file of deeds."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Mapped, mapped_column

from api.live import Live
from data.desk.door import DEEDS, Desk
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import Base
from data.queries.scope import find, find_public
from data.store.done import Done
from data.store.kind import Kind, by_name, of_number
from data.store.kinds import KINDS
from data.store.scope import Same, Scope, Within
from data.store.session import Database
from data.store.verify import verify
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor, Event
from grid.account import Account
from tests.conftest import NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Toy:
    no: str
    cell: str
    owner: str
    state: str = "new"


class ToyRow(Base):
    __tablename__ = "toys"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    cell: Mapped[str]
    owner: Mapped[str]
    state: Mapped[str]


Base.metadata.remove(ToyRow.__table__)  # other tests compare the metadata with the migrations
TOY = Kind(
    name="toy",
    fact=Toy,
    row=ToyRow,
    letter="X",
    scope=Scope({"worker": Within(), "resident": Same("owner", "user")}),
    live=("state", "cell"),
    told=True,
    public=("state",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToy(Start[Toy]):
    cell: str


def make(work: Work, new: NewToy, by: Actor) -> Done[Toy]:
    toy = Toy(no=work.draw(TOY), cell=new.cell, owner=by.user)
    return Done(kind=TOY, after=toy, events=(Event(name="made", at=work.now, by=by.user, role=by.role),))


def play(work: Work, no: str, action: Action) -> Done[Toy]:
    before = work.locked(TOY, no)
    if before.state == "broken":
        raise NotPossibleError("a broken toy stays broken")
    event = Event(name=action.name, at=work.now, by=action.by.user, role=action.by.role)
    return Done(kind=TOY, before=before, after=replace(before, state="broken"), events=(event,))


TOYS = Deeds(kind=TOY, starts={NewToy: make}, act=play)
OWNER = Actor(user="r1", role="resident")
WORKER = Actor(user="w1", role="worker", area="330102001001")


@pytest.fixture
def toys(small: Database, desk: Desk) -> Desk:
    ToyRow.__table__.create(small.engine)
    return Desk(small, desk.catalogue, desk.county, deeds=(*DEEDS, TOYS))


def test_it_begins_acts_and_has_numbers_of_its_own(toys: Desk) -> None:
    made = toys.start(NewToy(cell="330102001001001"), OWNER, NOW).fact
    assert made.no.startswith("X330102-")
    assert toys.act(TOY, made.no, Action(name="throw", by=OWNER), NOW).fact.state == "broken"
    with pytest.raises(NotPossibleError):
        toys.act(TOY, made.no, Action(name="throw", by=OWNER), NOW)
    with pytest.raises(MissingError):
        toys.act(TOY, "Y0", Action(name="throw", by=OWNER), NOW)


def test_it_is_found_by_number_and_by_who_may_see_it(toys: Desk) -> None:
    no = toys.start(NewToy(cell="330102001001001"), OWNER, NOW).fact.no
    assert of_number(toys.kinds.values(), no) is TOY
    scheme = toys.catalogue.rulebook.scheme
    with toys.database.read() as session:
        assert find(session, TOY, no, OWNER, scheme).no == find(session, TOY, no, WORKER, scheme).no == no
        with pytest.raises(MissingError):
            find(session, TOY, no, replace(WORKER, area="330102001002"), scheme)
        public = find_public(session, TOY, no)
    assert public is not None
    assert public.state == "new"


def test_verify_reads_its_seal(toys: Desk) -> None:
    no = toys.start(NewToy(cell="330102001001001"), OWNER, NOW).fact.no
    with toys.database.read() as session:
        assert verify(session, (*KINDS, TOY)) == []
    by_hand = update(TOY.table).values(owner="somebody else")
    toys.database.write(lambda session: session.execute(by_hand))
    with toys.database.read() as session:
        assert [(f.kind, f.aggregate) for f in verify(session, (*KINDS, TOY))] == [("toy", no)]


def test_pages_that_may_see_it_are_told(toys: Desk) -> None:
    live = Live(toys.catalogue.rulebook.scheme)
    seen: dict[str, Any] = {}

    async def listen(name: str, account: Account) -> None:
        stream = live.listen(account)
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        live.publish(toys.start(NewToy(cell="330102001001001"), OWNER, NOW))
        try:
            seen[name] = await asyncio.wait_for(waiting, 1)
        except TimeoutError:
            seen[name] = None

    with ThreadPoolExecutor(1) as pool:  # a thread without a loop: the browser's may run in this one
        for name, user in (("owner", "r1"), ("other", "r2")):
            pool.submit(asyncio.run, listen(name, Account(user=user, name="", role="resident"))).result()
    assert (seen["owner"]["kind"], seen["owner"]["state"], seen["owner"]["name"]) == ("toy", "new", "made")
    assert seen["other"] is None


def test_two_kinds_cannot_share_a_name_or_a_letter() -> None:
    with pytest.raises(ValueError, match="two kinds are called"):
        by_name((*KINDS, replace(TOY, name="ticket")))
    with pytest.raises(ValueError, match="begin with 'T'"):
        by_name((*KINDS, replace(TOY, letter="T")))
