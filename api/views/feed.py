"""Feeds as they are answered: never with their key."""

from collections.abc import Sequence
from typing import Any

from api.views.shape import plain
from api.world import World
from data.queries.feeds import FeedCase, FeedMessage
from grid.feed import Feed

FORMAT = "jinlin.message.1"
STATUSES = ("accepted", "refused", "quarantined")


def case_view(world: World, case: FeedCase) -> dict[str, Any]:
    """Show a feed with how it stands."""
    feed, seen, stands = case.feed, case.seen, case.standing
    shown = plain(feed, world.zone)
    del shown["key"]
    told = {
        "owner_name": department_name(world, feed.owner),
        "format": FORMAT,
        "light": stands.light,
        "finding": stands.finding,
        "due_at": stands.due_at,
        "lag_s": stands.lag_s,
        "last_at": seen.last_at,
        "last_ok_at": seen.last_ok_at,
        "last_error": seen.last_error,
        "cursor": case.cursor,
        "messages": case.messages,
        "accepted": case.accepted,
        "refused": case.refused,
        "quarantined": case.quarantined,
        "waiting": seen.waiting,
        "typed_twice": case.typed_twice,
    }
    return {**shown, **plain(told, world.zone)}


def department_name(world: World, code: str) -> str:
    """Name a department, by its code where it is not in the catalogue any more."""
    found = world.catalogue.rulebook.departments.get(code)
    return found.name_zh if found else code


def receipt_view(world: World, feed: Feed, message: FeedMessage) -> dict[str, Any]:
    """Show what became of a message."""
    counts = {status: sum(one["status"] == status for one in message.told) for status in STATUSES}
    told = {
        "id": message.key,
        "feed": feed.no,
        "state": message.state,
        "received_at": message.at,
        "cursor": message.cursor,
        **counts,
        "rows": message.told,
    }
    shown: dict[str, Any] = plain(told, world.zone)
    return shown


def resources(world: World, feeds: Sequence[Feed]) -> list[dict[str, Any]]:
    """List the registers that some feeds carry, by name: fields, who tells them and who is told of them."""
    found = []
    for subject in sorted({feed.subject for feed in feeds if feed.state != "retired"}):
        fields = [column.name for column in world.catalogue.files.forms[subject] if column.name != "wkt"]
        mine = [feed for feed in feeds if feed.subject == subject and feed.state != "retired"]
        found.append(
            {
                "subject": subject,
                "fields": fields,
                "sources": [_party(world, f, fields) for f in mine if f.direction == "in"],
                "consumers": [
                    _party(world, f, list(world.catalogue.files.gives[f.purpose, subject]))
                    for f in mine
                    if f.direction == "out"
                ],
            }
        )
    return found


def _party(world: World, feed: Feed, fields: list[str]) -> dict[str, Any]:
    return {
        "feed": feed.no,
        "department": feed.owner,
        "department_name": department_name(world, feed.owner),
        "every_s": feed.every_s,
        "purpose": feed.purpose,
        "fields": fields,
    }
