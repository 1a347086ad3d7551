"""Feeds at the door: registered, changed, held, resumed, retired, given a new key; and what people decided of rows."""

from dataclasses import dataclass, replace
from typing import Any

from data.desk.work import Deeds, Start, Work
from data.rules.file_columns import GIVEN, REGISTERS
from data.store.done import Done
from data.store.kinds.upkeep import FEED
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Actor, Event
from grid.feed import Feed, check_feed, moved

TAKEN = tuple(name for name in REGISTERS if name not in ("areas", "cells"))
"""Registers that a feed may tell of; borders come from files."""
CHANGED = ("name", "owner", "source", "purpose", "area", "every_s", "grace_s", "most_bad", "datum")
SETTLED = ("release", "refuse")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed(Start[Feed]):
    """A feed to be registered; its ``no`` and ``since`` are set by the door."""

    feed: Feed


def register(work: Work, new: NewFeed, by: Actor) -> Done[Feed]:
    """Register a feed.

    Raises
    ------
    BadFieldError
    """
    feed = _checked(work, replace(new.feed, no=work.draw(FEED), since=work.now))
    event = Event(name="registered", at=work.now, by=by.user, role=by.role, payload=_told(feed))
    return Done(kind=FEED, after=feed, events=(event,), row=_nothing_yet())


def _nothing_yet() -> dict[str, Any]:
    counts = dict.fromkeys(("messages", "accepted", "refused", "quarantined"), 0)
    return {"cursor": "", "last_error": "", "fields": [], **counts}


def _told(feed: Feed) -> dict[str, Any]:
    """Tell of a feed what the log may know: everything but its key."""
    return {name: getattr(feed, name) for name in ("direction", "subject", *CHANGED)}


def _checked(work: Work, feed: Feed) -> Feed:
    """Give a feed back that names what there is.

    Raises
    ------
    BadFieldError
    """
    check_feed(feed)
    departments, files = work.catalogue.rulebook.departments, work.catalogue.files
    if feed.owner not in departments:
        raise BadFieldError("owner", feed.owner, "a code of departments.csv")
    subjects = TAKEN if feed.direction == "in" else GIVEN
    if feed.subject not in subjects:
        raise BadFieldError("subject", feed.subject, f"one of {', '.join(subjects)}")
    if feed.direction == "out" and (feed.purpose, feed.subject) not in files.gives:
        known = sorted(purpose for purpose, subject in files.gives if subject == feed.subject)
        raise BadFieldError("purpose", feed.purpose, f"one of {', '.join(known)} for {feed.subject}")
    return feed


def act_on_feed(work: Work, no: str, action: Action) -> Done[Feed]:
    """Change, hold, resume or retire a feed, give it a new key, or keep what was decided of its rows.

    Raises
    ------
    MissingError, BadFieldError, NotPossibleError
    """
    before, by = work.locked(FEED, no), action.by
    payload: dict[str, Any] = {}
    if action.name == "change":
        given = {name: value for name, value in action.fields.items() if name in CHANGED}
        after = _checked(work, replace(before, **given))
        payload = {"fields": sorted(name for name in given if given[name] != getattr(before, name))}
    elif action.name == "new_key":
        after = replace(before, key=str(action.fields["key"]))
    elif action.name in ("hold", "resume", "retire"):
        after = moved(before, action.name, work.now)
    elif action.name in SETTLED:
        after, payload = before, {"rows": action.fields["rows"], "reason": action.fields["reason"]}
    else:
        raise NotPossibleError(f"nobody can {action.name!r} a feed")
    if after == before and action.name not in SETTLED:
        return Done(kind=FEED, before=before, after=before)
    event = Event(name=action.name, at=work.now, by=by.user, role=by.role, payload=payload)
    return Done(kind=FEED, before=before, after=after, events=(event,))


FEEDS = Deeds(kind=FEED, starts={NewFeed: register}, act=act_on_feed)
