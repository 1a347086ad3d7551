"""Notices: one row for each step, person and channel, told once, and what became of it.

Accepted by a gateway is not read, delivered is not answered: only a key, a tap or a spoken yes is reached. A notice
whose sending was cut off by a crash is sent once more and says so; it is never left out.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.alarms.duty import REACHED_BY, Person
from dispatch.alarms.ladder import Rung
from dispatch.errors import BadFieldError

RESULTS = ("accepted", "refused", "unknown")
"""What a gateway can answer; unknown is no answer, or one that says neither."""
WAITING = frozenset({"due", "sending"})
FAILED = frozenset({"refused", "undelivered", "unknown"})
ENDED = frozenset({"reached", "needless"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one person by one channel for one step of an alarm.

    ``channels`` are those left for the same person when this one fails or stays silent for ``resend_s``. ``repeat``
    says that the receiver may have had it before. ``changed_at`` is when ``state`` became so.
    """

    alarm: str
    rung: str
    person: str
    post: str
    task: str
    channel: str
    due_at: datetime
    until: tuple[str, ...]
    resend_s: int
    channels: tuple[str, ...] = ()
    state: str = "due"
    repeat: bool = False
    tries: int = 0
    changed_at: datetime | None = None
    reached_by: str = ""
    noted_by: str = ""
    followed: bool = False

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What may exist once: alarm, step, person and channel."""
        return self.alarm, self.rung, self.person, self.channel


def first_notice(alarm: str, rung: Rung, person: Person) -> Notice:
    """Begin with the first channel of the step that the person has; with none of them, by any the person has."""
    usable = [c for c in rung.channels if c in person.channels] or list(person.channels)
    return Notice(
        alarm=alarm,
        rung=rung.code,
        person=person.key,
        post=rung.post,
        task=rung.task,
        channel=usable[0],
        channels=tuple(usable[1:]),
        due_at=rung.due_at,
        until=rung.until,
        resend_s=rung.resend_s,
    )


def claimed(notice: Notice, met: Collection[str], now: datetime, *, closed: bool = False) -> Notice:
    """Take a notice for sending; kept before the gateway is called. One that nobody needs any more is never sent.

    Parameters
    ----------
    notice : Notice
    met : collection of str
        What has happened already of what steps wait for.
    now : datetime
        Aware.
    closed : bool
        Whether the alarm was closed.

    Returns
    -------
    Notice
        ``sending``, or ``needless`` when the alarm was closed or what the step waits for holds. Unchanged when it
        does not wait.
    """
    if notice.state != "due":
        return notice
    if closed or set(notice.until) & set(met):
        return replace(notice, state="needless", changed_at=now)
    return replace(notice, state="sending", tries=notice.tries + 1, changed_at=now)


def cut_off(notice: Notice, claim: timedelta, now: datetime) -> Notice:
    """Bring back a notice whose sender vanished before the gateway's answer was kept.

    It is sent once more, marked as a repeat; when that is cut off too, it stays unknown and the next channel follows.
    """
    if notice.state != "sending" or notice.changed_at is None or now - notice.changed_at < claim:
        return notice
    if notice.repeat:
        return replace(notice, state="unknown", changed_at=now)
    return replace(notice, state="due", repeat=True, changed_at=now)


def answered(notice: Notice, result: str, now: datetime) -> Notice:
    """Note what the gateway said.

    Raises
    ------
    BadFieldError
        For a word that is none of `RESULTS`.
    """
    if result not in RESULTS:
        raise BadFieldError("result", result, "results are " + ", ".join(RESULTS))
    return replace(notice, state=result, changed_at=now) if notice.state == "sending" else notice


def reported(notice: Notice, *, delivered: bool, now: datetime) -> Notice:
    """Take a status report, which may come late, twice, or before the gateway's own answer was kept."""
    if notice.state not in ("sending", "accepted", "unknown", "delivered"):
        return notice
    return replace(notice, state="delivered" if delivered else "undelivered", changed_at=now)


def reached(notice: Notice, how: str, now: datetime, noted_by: str = "") -> Notice:
    """Note that the person answered.

    Parameters
    ----------
    notice : Notice
    how : str
        One of `REACHED_BY`.
    now : datetime
        Aware.
    noted_by : str
        Who heard a ``yes``; empty for the others.

    Returns
    -------
    Notice

    Raises
    ------
    BadFieldError
        For anything but a key, a tap, or a yes with who noted it.
    """
    if how not in REACHED_BY:
        raise BadFieldError("reached_by", how, "only " + ", ".join(REACHED_BY) + " count as reached")
    if how == "yes" and not noted_by:
        raise BadFieldError("noted_by", noted_by, "a spoken yes is noted by a person")
    return replace(notice, state="reached", reached_by=how, noted_by=noted_by, changed_at=now)


def follows_at(notice: Notice) -> datetime | None:
    """Return when the next channel is due: at once after a failure, else after the silence; None when nothing follows."""
    if notice.followed or notice.state in WAITING | ENDED or notice.changed_at is None:
        return None
    if notice.state in FAILED:
        return notice.changed_at
    return notice.changed_at + timedelta(seconds=notice.resend_s)


def followed(notice: Notice, now: datetime) -> tuple[Notice, Notice | None]:
    """Go on to the person's next channel when its time has come.

    Returns
    -------
    (Notice, Notice or None)
        The notice, marked so that it is followed once, and the next one. Without a channel left and after a failure
        there is no next: the person is ``unreached`` and the alarm's ladder has to be told. The notice comes back
        unchanged while its time has not come.
    """
    at = follows_at(notice)
    if at is None or at > now:
        return notice, None
    marked = replace(notice, followed=True)
    if not notice.channels:
        return marked, None
    following = replace(
        notice,
        channel=notice.channels[0],
        channels=notice.channels[1:],
        due_at=at,
        state="due",
        repeat=False,
        tries=0,
        changed_at=None,
    )
    return marked, following


def is_unreached(notice: Notice) -> bool:
    """Tell whether the last channel of a person failed, so that the alarm's ladder has to go on without them."""
    return notice.followed and not notice.channels and notice.state in FAILED
