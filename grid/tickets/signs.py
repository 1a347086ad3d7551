"""Signs that a ticket was closed only on paper; people look at each, nothing is decided by a sign alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.errors import NotPossibleError
from geo.place import LonLat, distance_m
from grid.plain import pack, unpack
from grid.reasons import Reason
from grid.rulebook import ClosureSettings
from grid.tickets.case import Case
from grid.tickets.fact import Doubt, Ticket
from grid.tickets.stages import reopen

ENDED = frozenset({"done", "checked", "closed"})
HASH_BITS = 64
MOST_LIKE_BITS = (
    7  # what an index over four parts of a hash finds without fail, each part searched one bit around
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A photo given as proof, with what its camera told; None where it told nothing."""

    sha256: str
    taken_at: datetime | None = None
    place: LonLat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """An earlier photo that looks like one given as proof: in which ticket it was used, how many bits differ."""

    sha256: str
    other: str
    ticket: str
    bits: int


def signs_of_photos(
    ticket: Ticket, proofs: Iterable[Proof], alike: Iterable[Likeness], limits: ClosureSettings
) -> tuple[Doubt, ...]:
    """Look for signs of false closure in the photos given as proof.

    A photo without position or time in its EXIF gives no sign by that: many phones and chats leave it out.

    Parameters
    ----------
    ticket : Ticket
    proofs : iterable of Proof
        The photos, with place and time where they tell them.
    alike : iterable of Likeness
        Photos of other tickets that look like one of them.
    limits : ClosureSettings

    Returns
    -------
    tuple of Doubt
        Empty when there are none.
    """
    found: list[Doubt] = []
    for proof in proofs:
        if proof.place is not None:
            away_m = distance_m(proof.place, ticket.place)
            if away_m > limits.photo_far_m + ticket.accuracy_m:
                found.append(Doubt(kind="photo_far", photo=proof.sha256, detail=f"{away_m:.0f} m"))
        if proof.taken_at is not None and proof.taken_at < ticket.reported_at - limits.photo_early:
            taken = proof.taken_at.isoformat(timespec="minutes")
            found.append(Doubt(kind="photo_early", photo=proof.sha256, detail=taken))
    for like in alike:
        kind = "photo_same" if like.ticket == ticket.no else "photo_reused"
        detail = like.ticket if like.bits == 0 else f"{like.ticket}, {like.bits} of {HASH_BITS} bits differ"
        found.append(Doubt(kind=kind, photo=like.sha256, detail=detail))
    return tuple(dict.fromkeys(found))


def sign_of_rating(rating: int, limits: ClosureSettings, *, solved: bool | None = None) -> tuple[Doubt, ...]:
    """Tell whether a rating disagrees with the closing: few stars, or the matter is said not to be solved."""
    if rating > limits.low_rating and solved is not False:
        return ()
    return (Doubt(kind="call_back", detail=f"{rating} of 5" + (", not solved" if solved is False else "")),)


def sign_of_contest(reason: str) -> tuple[Doubt, ...]:
    """Tell that the reporter says it is not solved."""
    return (Doubt(kind="call_back", detail=reason[:200]),)


def doubt(case: Case) -> Case:
    """Put the ticket into the queue of checks with the signs that were found."""
    new = tuple(unpack(Doubt, one) for one in case.given("doubts"))
    doubts = tuple(dict.fromkeys((*case.ticket.doubts, *new)))
    return case.to(doubts=doubts, doubtful=True)


def clear(case: Case) -> Case:
    """Take the ticket out of the queue: somebody looked, and the closing was honest."""
    _in_doubt(case)
    return case.to(doubts=(), doubtful=False).tell(cleared=[pack(one) for one in case.ticket.doubts])


def confirm(case: Case) -> Case:
    """Find the closing false: it costs points, and a finished ticket is taken up again with its first deadline."""
    _in_doubt(case)
    looked_at = case.tell(confirmed=[pack(one) for one in case.ticket.doubts])
    found = looked_at.to(doubts=(), doubtful=False, faked=case.ticket.faked + 1)
    charged = found.charge(
        "faked_evidence",
        found.ticket.faked,
        case.now,
        Reason("false_closure", {"reason": case.given("reason")}),
    )
    if case.was.state not in ENDED:
        return charged
    again = reopen(charged)
    fresh = replace(
        again.ticket,
        reworks=case.ticket.reworks + 1,
        state="handling",
        done_at=None,
        checked_at=None,
        closed_at=None,
    )
    return replace(again, ticket=fresh)


def _in_doubt(case: Case) -> None:
    if not case.ticket.doubtful:
        raise NotPossibleError(f"{case.ticket.no} is not in doubt; nothing waits to be looked at")
