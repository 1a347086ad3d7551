"""Tasks of those who go to an alarm, at the door: offered with the step that tells them, answered on the phone."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import func, select

from data.desk.work import Work
from data.models import TaskRow, fact_of, table_of
from data.store.done import Done
from data.store.kinds.alarms import TASK
from dispatch.alarms import task as tasks
from dispatch.alarms.duty import OUTSIDE
from dispatch.alarms.fact import Alarm
from dispatch.alarms.notice import Notice
from dispatch.alarms.task import Task
from dispatch.lifecycle import Action, Actor, Event

TABLE = table_of(TaskRow)
CLOCK = Actor(user="clock", role="clock")
GOING_TASKS = frozenset({"go", "open_door"})


def offered(work: Work, alarm: Alarm, notices: Iterable[Notice]) -> tuple[Done[Task], ...]:
    """Offer a task to each who is told to go and has none of this alarm that is open."""
    wanted = [
        n for n in notices if n.task in GOING_TASKS and n.post not in OUTSIDE and n.person != alarm.agent
    ]
    if not wanted:
        return ()
    return tuple(_offers(work, alarm.no, [(n.person, n.post, n.task) for n in wanted]))


def _offers(work: Work, alarm: str, people: Iterable[tuple[str, str, str]]) -> Iterable[Done[Task]]:
    number = int(work.session.scalar(select(func.count()).where(TABLE.c.alarm == alarm)) or 0)
    open_now = TABLE.c.ended_at.is_(None)
    busy = set(work.session.scalars(select(TABLE.c.person).where(TABLE.c.alarm == alarm, open_now)))
    accept = work.catalogue.alarms.times.accept
    for who in people:
        if who[0] in busy:
            continue
        busy.add(who[0])
        number += 1
        made = tasks.offer(f"{alarm}-{number}", alarm, who, accept, work.now)
        told = {"alarm": alarm, "person": made.person, "post": made.post, "task": made.task}
        event = Event(name="offered", at=work.now, by=CLOCK.user, role=CLOCK.role, payload=told)
        yield Done(kind=TASK, after=made, events=(event,))


def withdrawn(work: Work, alarm: str) -> tuple[Done[Task], ...]:
    """Withdraw what was offered for an alarm that is closed, and end what others still do for it."""
    query = select(TABLE).where(TABLE.c.alarm == alarm, TABLE.c.ended_at.is_(None)).order_by(TABLE.c.id)
    open_tasks = [fact_of(Task, row) for row in work.session.execute(query.with_for_update())]
    return tuple(decided(work, each, Action(name="withdraw", by=CLOCK)) for each in open_tasks)


def add_task(work: Work, alarm: Alarm, person: str, by: Actor) -> tuple[Done[Task], ...]:
    """Ask one more person to go, chosen by an agent.

    Parameters
    ----------
    work : Work
    alarm : Alarm
    person : str
        Who is asked.
    by : Actor
        The agent.

    Returns
    -------
    tuple of Done
        The new task.
    """
    made = tuple(_offers(work, alarm.no, [(person, "responder", "go")]))
    return tuple(
        replace(done, events=tuple(replace(e, by=by.user, role=by.role) for e in done.events))
        for done in made
    )


def decided(work: Work, before: Task, action: Action) -> Done[Task]:
    """Decide one action on a task."""
    after, events = tasks.act(before, action, work.catalogue.alarms.task_lifecycle, work.now)
    return Done(kind=TASK, before=before, after=after, events=events)
