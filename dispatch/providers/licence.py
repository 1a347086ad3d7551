"""Licences of providers: what a service needs, and whether a provider has it on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from dispatch.errors import BadFieldError
from dispatch.providers.reviews import TrialRules

Why = Literal["missing", "unchecked", "suspended", "expired"]
CHECKERS = 2
"""So many different people have to find a document right before it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceKind:
    """A kind of licence as the catalogue lists it, and who usually grants it."""

    code: str
    name_zh: str
    name_en: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence that a provider has shown.

    ``until`` is its last day, None where it names none; ``checked_by`` are the accounts that found it right;
    ``suspended`` tells that its authority has taken it for a time; ``photo`` is the SHA-256 of its picture.
    """

    kind: str
    number: str
    authority: str
    until: date | None = None
    checked_by: tuple[str, ...] = ()
    suspended: bool = False
    photo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A licence that is needed and does not count, and why."""

    kind: str
    why: Why
    until: date | None = None

    @property
    def detail(self) -> str:
        """Return it in words, for a refusal."""
        if self.why == "expired":
            return f"licence {self.kind} ended on {self.until}"
        return {
            "missing": f"has shown no licence {self.kind}",
            "unchecked": f"licence {self.kind} was not checked by {CHECKERS} people yet",
            "suspended": f"licence {self.kind} is suspended",
        }[self.why]


def lacking(held: Iterable[Licence], needed: Iterable[str], today: date) -> Lack | None:
    """Find the first needed licence that does not count on a day.

    Parameters
    ----------
    held : iterable of Licence
        Several of one kind may be shown, an old and a new one; one that counts is enough.
    needed : iterable of str
        Kinds; empty needs none.
    today : date
        In the district's zone; a licence counts on its last day.

    Returns
    -------
    Lack or None
        None when all that is needed counts.
    """
    shown = tuple(held)
    for kind in needed:
        found = [_why(licence, today) for licence in shown if licence.kind == kind]
        if not found:
            return Lack(kind=kind, why="missing")
        if all(found):
            last = max((x.until for x in shown if x.kind == kind and x.until), default=None)
            return Lack(kind=kind, why=next(why for why in found if why), until=last)
    return None


def with_check(held: Iterable[Licence], found: Licence, by: str, kinds: Iterable[str]) -> tuple[Licence, ...]:
    """Return licences with one that somebody found right; the second person who finds the same makes it count.

    Parameters
    ----------
    held : iterable of Licence
    found : Licence
        As it was read on the paper; another number or last day is another licence, such as a renewed one.
    by : str
        Account that found it right.
    kinds : iterable of str
        Those that the catalogue lists.

    Returns
    -------
    tuple of Licence

    Raises
    ------
    BadFieldError
        For a kind that the catalogue does not list, or a second check by the same person.
    """
    known = set(kinds)
    if found.kind not in known:
        raise BadFieldError("kind", found.kind, f"kinds of licences are {', '.join(sorted(known))}")
    kept = tuple(held)
    paper = (found.kind, found.number, found.authority, found.until)
    for at, licence in enumerate(kept):
        if (licence.kind, licence.number, licence.authority, licence.until) == paper:
            if by in licence.checked_by:
                raise BadFieldError(
                    "number", found.number, "a second check by somebody else; you checked this one"
                )
            checked = replace(licence, checked_by=(*licence.checked_by, by))
            return (*kept[:at], checked, *kept[at + 1 :])
    return (*kept, replace(found, checked_by=(by,), suspended=False))


def with_suspension(
    held: Iterable[Licence], kind: str, number: str, *, suspended: bool
) -> tuple[Licence, ...]:
    """Return licences of which one is suspended by its authority, or counts again.

    Parameters
    ----------
    held : iterable of Licence
    kind, number : str
        Of the one that is meant.
    suspended : bool
        False gives it back.

    Returns
    -------
    tuple of Licence

    Raises
    ------
    BadFieldError
        When none of this kind and number was shown.
    """
    kept = tuple(held)
    if not any((one.kind, one.number) == (kind, number) for one in kept):
        raise BadFieldError("number", number, f"the number of a licence {kind} that was shown")
    return tuple(
        replace(one, suspended=suspended) if (one.kind, one.number) == (kind, number) else one for one in kept
    )


def _why(licence: Licence, today: date) -> Why | None:
    if len(set(licence.checked_by)) < CHECKERS:
        return "unchecked"
    if licence.suspended:
        return "suspended"
    return "expired" if licence.until is not None and licence.until < today else None


def check_documents(documents: Iterable[Licence], kinds: Iterable[str], today: date) -> tuple[Licence, ...]:
    """Return documents as they are shown anew: checked by nobody.

    Raises
    ------
    BadFieldError
        For a kind that the catalogue does not list, one shown twice, or one that has ended.
    """
    known, seen = set(kinds), set[str]()
    shown: list[Licence] = []
    for given in documents:
        if given.kind not in known:
            raise BadFieldError("kind", given.kind, f"kinds of licences are {', '.join(sorted(known))}")
        if given.kind in seen:
            raise BadFieldError("kind", given.kind, "show each kind once, the one that ends last")
        if given.until is not None and given.until < today:
            raise BadFieldError("until", given.until.isoformat(), "it has ended; show one that holds today")
        seen.add(given.kind)
        shown.append(
            Licence(
                kind=given.kind,
                number=given.number,
                authority=given.authority,
                until=given.until,
                photo=given.photo,
            )
        )
    return tuple(shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRules:
    """What providers are admitted and kept by.

    ``trial`` tells how the first orders of a new one are judged; ``remind_days`` before a licence ends its provider is
    reminded.
    """

    kinds: dict[str, LicenceKind] = field(default_factory=dict)
    trial: TrialRules = field(default_factory=TrialRules)
    remind_days: tuple[int, ...] = (30, 7)

    def __post_init__(self) -> None:
        if not self.remind_days or min(self.remind_days) < 0:
            raise BadFieldError("remind_days", self.remind_days, "one or more numbers of days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A licence that ends soon: its kind, number and last day, and the reminder that is due, in days before it."""

    kind: str
    number: str
    until: date
    days: int


def ending(held: Iterable[Licence], today: date, remind_days: Iterable[int]) -> tuple[Ending, ...]:
    """Find the licences that end soon and that no longer one of their kind stands beside.

    Parameters
    ----------
    held : iterable of Licence
        Those that do not count today are passed over.
    today : date
        In the district's zone.
    remind_days : iterable of int
        So many days before the end somebody is reminded.

    Returns
    -------
    tuple of Ending
        By kind; ``days`` is the last of the reminders whose day has come.
    """
    last: dict[str, Licence] = {}
    for one in held:
        if _why(one, today) is None:
            known = last.get(one.kind)
            if known is None or (known.until is not None and (one.until is None or one.until > known.until)):
                last[one.kind] = one
    found = []
    for kind, one in sorted(last.items()):
        if one.until is None:
            continue
        left = (one.until - today).days
        if due := [days for days in remind_days if left <= days]:
            found.append(Ending(kind=kind, number=one.number, until=one.until, days=min(due)))
    return tuple(found)
