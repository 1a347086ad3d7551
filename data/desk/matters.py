"""Matters at the door: begun on the version in force, carried on and ended on the version they began with."""

from dataclasses import dataclass, replace
from secrets import token_hex

from data.desk.follow_keys import keep_key
from data.desk.work import Deeds, Start, Work
from data.rules.matters import read_definition
from data.store.done import Done
from data.store.kinds.matters import MATTER
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor
from grid.matters import acts
from grid.matters.definition import MatterKind
from grid.matters.fact import Matter

SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMatter(Start[Matter]):
    """An application: the kind, who applies (resident or legal person, with area), the form, and a key to follow it by."""

    kind: str
    applicant: str
    area: str
    answers: dict[str, object]
    papers: tuple[str, ...] = ()
    key: str = ""


def begin_matter(work: Work, new: NewMatter, by: Actor) -> Done[Matter]:
    """Begin a matter on the version that is in force today.

    Raises
    ------
    BadFieldError, WrongRoleError
        Nothing is kept then.
    """
    tables = work.catalogue.matters.in_force(work.catalogue.local(work.now).date())
    table = tables.get(new.kind)
    if table is None:
        raise BadFieldError("kind", new.kind, f"kinds of matters in force are {', '.join(tables)}")
    made = Matter(
        no="",
        kind=table.kind.code,
        version=table.kind.version,
        definition=table.text,
        applicant=new.applicant,
        area=new.area,
        begun_by=by.user,
        begun_at=work.now,
        answers=new.answers,
        papers=new.papers,
        state="",
        stage="",
        due_at=work.now,
        parts=(),
    )
    begun, event = acts.begin(_desk(work, table.kind), made, by)
    begun = replace(begun, no=work.draw(MATTER))
    if new.key:
        keep_key(work.session, begun.no, new.key)
    return Done(kind=MATTER, after=begun, events=(event,), row={"salt": token_hex(SALT_BYTES)})


def act_on_matter(work: Work, no: str, action: Action) -> Done[Matter]:
    """Carry out one action on a matter, by the version it began with.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = work.locked(MATTER, no)
    after, event = acts.act(_desk(work, read_definition(before.definition)), before, action)
    return Done(kind=MATTER, before=before, after=after, events=(event,))


def _desk(work: Work, kind: MatterKind) -> acts.Desk:
    return acts.Desk(kind=kind, worktime=work.catalogue.rulebook.worktime, now=work.now)


MATTERS = Deeds(kind=MATTER, starts={NewMatter: begin_matter}, act=act_on_matter)
