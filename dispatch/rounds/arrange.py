"""A day as a plan wants it: stops in their rounds at their times, windows promised, one stop moved, two plans compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.rounds.day import LEFT_OUT, PLANNED, DayRounds, Errand, Member, RoundRules, clock
from dispatch.rounds.facts import DAY_S, Round, Visit, Worker
from dispatch.rounds.question import OPEN, Question
from dispatch.rounds.times import Travel, timed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a new plan of a day changes: errands by what became of them, and seconds.

    ``moved`` have another worker, ``later`` another promised window, ``placed`` were left out before, ``dropped`` are
    now.
    """

    moved: tuple[str, ...]
    later: tuple[str, ...]
    placed: tuple[str, ...]
    dropped: tuple[str, ...]
    travel_s: int


def unpromised(day: DayRounds, errands: Sequence[str]) -> DayRounds:
    """Return the day with the promises to some errands taken back, so that they can come at another hour."""
    return replace(
        day,
        errands=tuple(
            replace(e, told_from_s=None, told_until_s=None) if e.id in errands else e for e in day.errands
        ),
    )


def arranged(
    day: DayRounds, rounds: Sequence[Round], left_out: Mapping[str, str], rules: RoundRules
) -> DayRounds:
    """Return the day with some rounds as they are given; what was done stays in front of each.

    Parameters
    ----------
    day : DayRounds
    rounds : sequence of Round
        Of some workers; those of the others stay.
    left_out : Mapping of str to str
        Errands that nobody goes to, and why.
    rules : RoundRules

    Returns
    -------
    DayRounds
    """
    stops = {
        stop.visit: (each.worker, turn, stop) for each in rounds for turn, stop in enumerate(each.stops, 1)
    }
    done = {m.user: sum(e.state not in OPEN for e in day.round_of(m.user)) for m in day.members}
    errands = []
    for errand in day.errands:
        if errand.id in stops:
            worker, turn, stop = stops[errand.id]
            placed = replace(
                errand,
                state=PLANNED,
                worker=worker,
                turn=done[worker] + turn,
                why="",
                arrive_s=stop.arrive_s,
                begin_s=stop.begin_s,
                leave_s=stop.leave_s,
            )
            errands.append(placed if day.published_at is None else _told(placed, rules))
        elif errand.id in left_out:
            errands.append(_dropped(errand, left_out[errand.id]))
        else:
            errands.append(errand)
    by_user, busy = {each.worker: each for each in rounds}, {e.worker for e in errands if e.state == PLANNED}
    members = tuple(
        _timed(m, by_user.get(m.user), is_out=_is_out(day, m))
        if m.user in by_user or m.user not in busy
        else m
        for m in day.members
    )
    return replace(day, errands=_in_turn(errands, day), members=members)


def _in_turn(errands: Sequence[Errand], day: DayRounds) -> tuple[Errand, ...]:
    """Let what was done stand in front of each round, in the order in which it was planned."""
    turns: dict[str, int] = {}
    for member in day.members:
        done = [e for e in day.round_of(member.user) if e.state not in OPEN]
        turns |= {e.id: number for number, e in enumerate(done, 1)}
    return tuple(replace(e, turn=turns[e.id]) if e.id in turns else e for e in errands)


def _is_out(day: DayRounds, member: Member) -> bool:
    """Tell whether a worker has set out: then the time at which they did is kept."""
    return any(e.arrived_at is not None for e in day.round_of(member.user))


def _timed(member: Member, made: Round | None, *, is_out: bool) -> Member:
    if made is None or not made.stops:
        leave_s = member.leave_s if is_out else None
        return replace(member, leave_s=leave_s, back_s=None, pause_at_s=None, travel_s=0)
    leave_s = member.leave_s if is_out else made.leave_s
    pause_at_s = made.pause_s if made.pause_s is not None else member.pause_at_s if is_out else None
    return replace(member, leave_s=leave_s, back_s=made.back_s, pause_at_s=pause_at_s, travel_s=made.travel_s)


def _dropped(errand: Errand, why: str) -> Errand:
    return replace(
        errand, state=LEFT_OUT, worker="", turn=0, why=why, arrive_s=None, begin_s=None, leave_s=None
    )


def told(day: DayRounds, rules: RoundRules) -> DayRounds:
    """Return the day with a window promised for each errand that is planned."""
    return replace(day, errands=tuple(_told(e, rules) if e.state == PLANNED else e for e in day.errands))


def _told(errand: Errand, rules: RoundRules) -> Errand:
    """Promise a window; one that still holds stays."""
    begin = errand.begin_s
    if begin is None:
        return errand
    low, high = errand.told_from_s, errand.told_until_s
    if low is not None and high is not None and low <= begin <= high:
        return errand
    low = begin - begin % rules.told_step_s
    return replace(errand, told_from_s=low, told_until_s=low + rules.told_s)


def moved(
    day: DayRounds, move: tuple[str, str, int], travel: Travel, question: Question, rules: RoundRules
) -> DayRounds:
    """Return the day with one errand in another place, and both rounds at the times that follow.

    Parameters
    ----------
    day : DayRounds
    move : (str, str, int)
        Errand; worker, empty to leave it out; and which of those still to come it is, from 1, 0 for the last.
    travel : ndarray of int64, shape (ways, places, places)
        Of `places_of`, in seconds.
    question : Question
        As `ask` gives it for this day.
    rules : RoundRules

    Returns
    -------
    DayRounds

    Raises
    ------
    BadFieldError
        For an errand or worker that is not there.
    NotPossibleError
        When it was done, or when a window, a skill, the shift or the way forbids it; the message says which.
    """
    errand_id, user, turn = move
    errand = day.errand(errand_id)
    if errand.state not in OPEN:
        raise NotPossibleError(f"stop {errand_id} is {errand.state}; only stops to come can be moved")
    orders = {name: [each for each in stops if each != errand_id] for name, stops in question.kept.items()}
    if user:
        day.member(user)
        if user not in orders:
            raise NotPossibleError(f"{user} is not on shift any more; choose another worker")
        at = len(orders[user]) if turn <= 0 else min(turn - 1, len(orders[user]))
        orders[user].insert(at, errand_id)
    visits = {visit.no: visit for visit in question.visits}
    rounds = []
    for worker in (w for w in question.workers if w.user in (user, errand.worker)):
        stops = [visits[no] for no in orders[worker.user]]
        if worker.user == user and (lacking := sorted(visits[errand_id].skills - worker.skills)):
            raise NotPossibleError(f"stop {errand_id} needs {', '.join(lacking)}, which {user} has not")
        made = timed(worker, stops, travel)
        if made is None:
            raise NotPossibleError(why_not(worker, stops, travel))
        rounds.append(made)
    return arranged(day, rounds, {} if user else {errand_id: "taken_out"}, rules)


def why_not(worker: Worker, stops: Sequence[Visit], travel: Travel) -> str:
    """Say at which stop a round breaks: the first one with which it is not possible.

    Raises
    ------
    BadFieldError
        When it breaks nowhere.
    """
    for count in range(1, len(stops) + 1):
        if timed(worker, stops[:count], travel) is not None:
            continue
        stop = stops[count - 1]
        free = replace(worker, until_s=worker.until_s + DAY_S)
        if timed(free, stops[:count], travel) is not None:
            return f"{worker.user} would not be back by {clock(worker.until_s)} with stop {stop.no}"
        if timed(free, [*stops[: count - 1], replace(stop, windows=())], travel) is None:
            return f"no way leads to stop {stop.no} from the stop before it"
        spans = ", ".join(f"{clock(low)}-{clock(high)}" for low, high in stop.windows)
        return f"{worker.user} would come to stop {stop.no} too late: it may begin at {spans}"
    raise BadFieldError("worker", worker.user, "a round that is possible")


def change_of(before: DayRounds, after: DayRounds) -> Change:
    """Compare two plans of a day."""
    old = {e.id: e for e in before.errands}
    pairs = [(old.get(e.id), e) for e in after.errands]
    kept = [(a, b) for a, b in pairs if a is not None and a.state == b.state == PLANNED]
    return Change(
        moved=tuple(b.id for a, b in kept if a.worker != b.worker),
        later=tuple(b.id for a, b in kept if a.told_from_s is not None and a.told_from_s != b.told_from_s),
        placed=tuple(b.id for a, b in pairs if b.state == PLANNED and (a is None or a.state == LEFT_OUT)),
        dropped=tuple(b.id for a, b in pairs if b.state == LEFT_OUT and (a is None or a.state == PLANNED)),
        travel_s=sum(m.travel_s for m in after.members) - sum(m.travel_s for m in before.members),
    )
