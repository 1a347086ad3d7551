"""The ticket as it stands now."""

from dataclasses import dataclass
from datetime import date, datetime

from geo.place import LonLat

CHANNELS = ("worker", "phone", "web", "wechat", "counter", "kiosk", "hotline", "device", "open311", "import")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageClock:
    """One promise within a ticket, such as guarding the place before repairing it.

    ``late`` once its time passed unmet, for good; ``left_s`` is what was left of it while the ticket is shelved;
    ``runs`` is what ran from ``start_at`` when that was not the limit, after a pause.
    """

    name: str
    limit: str
    start_at: datetime
    due_at: datetime
    provisional: bool = False
    done_at: datetime | None = None
    late: bool = False
    left_s: int | None = None
    runs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What another department than the lead has to do: ``joint`` handling, or to come after a ``whistle``.

    ``due_at`` binds whistles alone; ``done_at`` is its report or its arrival; ``late`` once found late, for good.
    """

    department: str
    kind: str
    task: str
    asked_by: str
    asked_at: datetime
    due_at: datetime | None = None
    done_at: datetime | None = None
    late: bool = False
    released: bool = False
    note: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One handing over to a department; ``anew`` when another one had it before."""

    at: datetime
    department: str
    anew: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One return by a department; ``granted`` is None until it is ruled on."""

    at: datetime
    department: str
    granted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A ticket with an outside line; ``department`` is the one that answers for it all the time.

    ``state`` is handed, taken, done, refused or recalled, ``word`` what the line calls it, ``number`` the line's own.
    ``silent_at`` ends its limit of silence, counted from ``heard_at`` (None for a line without one); ``silent`` once
    it passed, until the line speaks. ``task`` is empty where the line stands for the department.
    """

    line: str
    task: str
    by: str
    at: datetime
    department: str
    state: str
    heard_at: datetime
    silent_at: datetime | None = None
    silent: bool = False
    number: str = ""
    word: str = ""
    note: str = ""
    evidence: tuple[str, ...] = ()
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A sign of false closure: what kind, what is odd, and in which photo."""

    kind: str
    detail: str
    photo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One ticket.

    ``promised_at`` is what the reporter was told and never moves; ``due_at`` binds the department and moves only by
    approved extension, shelving or a granted return. Of ``stages`` the last ends with ``due_at``; most tickets have
    none. ``answers`` is who received it first, as long as the department it was then handed to has not; empty
    when the department answers itself. ``joint`` once other departments have ``parts``; ``waiting`` while it is
    shelved for the reporter's answer; ``doubtful`` while somebody has to look at its ``doubts``, ``faked`` how often
    they were right. ``holder`` is the outside line that has it, the last of ``handovers`` then; ``line_fault`` is
    ``silent`` or ``refused`` while somebody has to look at what a line did. ``settled_steps`` are the steps of being
    overdue that an appeal decides on, never charged anew after a recount. ``dispatches`` and ``sent_back`` are every
    handing over to a department and every return, oldest first; ``told_at`` is the time of the newest event, the
    clock's own left out, and None for a ticket filed before these three were kept, which the log alone tells whole.
    ``nature`` is what the report is to its reporter, such as a complaint, empty where that was not said; ``solved``
    what whoever rated said of the matter, None for nothing.
    Personal data of the reporter is kept elsewhere, by number.
    """

    no: str
    category: str
    state: str
    channel: str
    reported_at: datetime
    reporter: str
    place: LonLat
    accuracy_m: float
    address: str
    description: str
    cell: str
    border_cells: tuple[str, ...]
    department: str
    basis: str
    urgent: bool
    photos: tuple[str, ...]
    limit: str
    promised_at: datetime
    due_at: datetime
    yellow_at: datetime
    orange_at: datetime
    response_due_at: datetime
    provisional: bool
    rules: str
    lamp: str = "green"
    worker: str = ""
    handler: str = ""
    accepted_at: datetime | None = None
    received_at: datetime | None = None
    done_at: datetime | None = None
    checked_at: datetime | None = None
    closed_at: datetime | None = None
    evidence: tuple[str, ...] = ()
    returns: int = 0
    ruled: bool = False
    extension_asked: str = ""
    extensions: int = 0
    reworks: int = 0
    response_missed: bool = False
    overdue_steps: int = 0
    settled_steps: tuple[int, ...] = ()
    next_charge_at: datetime | None = None
    shelved_left_s: int | None = None
    review_on: date | None = None
    parent: str = ""
    rating: int | None = None
    level: str = "community"
    stages: tuple[StageClock, ...] = ()
    answers: str = ""
    parts: tuple[Part, ...] = ()
    joint: bool = False
    visit_due_at: datetime | None = None
    visit_missed: bool = False
    found: str = ""
    urges: int = 0
    supervised: bool = False
    waiting: bool = False
    doubts: tuple[Doubt, ...] = ()
    doubtful: bool = False
    faked: int = 0
    dispatches: tuple[Dispatch, ...] = ()
    sent_back: tuple[Return, ...] = ()
    told_at: datetime | None = None
    nature: str = ""
    solved: bool | None = None
    rated_at: datetime | None = None
    handovers: tuple[Handover, ...] = ()
    holder: str = ""
    line_fault: str = ""
    version: int = 1
