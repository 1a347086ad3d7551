"""Who is asking: sign-in by cookie or bearer token, form tokens, rate limits, areas.

Dependencies that ask nobody are ``async`` only to be spared the way through the thread pool.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import ColumnElement

from api.errors import NotAllowedError, NotSignedInError, TooManyError
from api.world import World
from data.queries.scope import seen
from data.registers.accounts import OF_AN_AREA
from data.registers.sign_ins import recall
from data.store.kinds.cases import TICKET
from data.store.kinds.orders import ORDER
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor
from grid.account import Account

COOKIE = "jinlin"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ROLE_HOMES = {
    "resident": "/",
    "worker": "/field",
    "dispatcher": "/desk",
    "department": "/work",
    "provider": "/shop",
    "leader": "/board",
    "admin": "/board",
    "hotline": "/",
    "device": "/kiosk",
    "officer": "/me",
    "nurse": "/health",
}
PUBLIC = Account(user="", name="", role="resident")
DOORS: Mapping[str, frozenset[str]] = {
    "resident": frozenset({"web", "wechat"}),
    "worker": frozenset({"worker"}),
    "dispatcher": frozenset({"phone", "counter", "button"}),
    "admin": frozenset({"phone", "counter", "button"}),
    "department": frozenset({"web"}),
    "leader": frozenset({"web"}),
    "provider": frozenset({"web"}),
    "hotline": frozenset({"hotline"}),
    "device": frozenset({"kiosk"}),
}
"""By which channels each role comes in, so that a figure by channel counts what came that way."""
_LIMITER = MovingWindowRateLimiter(MemoryStorage())


async def world_of(request: Request) -> World:
    """Give the wiring of the running application."""
    found: World = request.app.state.world
    return found


WorldDep = Annotated[World, Depends(world_of)]


def account_or_public(request: Request, world: WorldDep) -> Account:
    """Give who is signed in, or the public when nobody claims to be.

    A sign-in that is over never becomes the public: what was meant in somebody's name waits for that name.

    Raises
    ------
    NotSignedInError
        When a cookie or token is shown that is unknown or over, a page's form token comes without a sign-in, or the
        request was written by another account (header ``X-Account``).
    NotAllowedError
        When a page changes something without its form token, or the account works in an area and has none.
    """
    header = request.headers.get("authorization", "")
    bearer = header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else ""
    token = bearer or request.cookies.get(COOKIE, "")
    meant = request.headers.get("x-account", "")
    if not token:
        if meant or request.headers.get("x-csrf-token"):
            raise NotSignedInError("this page was signed in and is no more; sign in again")
        return PUBLIC
    with world.database.read() as session:
        found = recall(session, token, world.clock())
    if found is None:
        raise NotSignedInError("the sign-in is unknown or over; sign in again at /api/v1/session or /login")
    account, csrf = found
    if meant and meant != account.user:
        raise NotSignedInError(f"this was written by {meant}; sign in as {meant} to send it")
    if account.role in OF_AN_AREA and not account.area:
        raise NotAllowedError(f"the account {account.user} has no area yet; ask the administrator for one")
    if not bearer and request.method not in SAFE_METHODS and request.headers.get("x-csrf-token") != csrf:
        raise NotAllowedError("the page's token is missing or old; reload the page and try again")
    request.state.csrf = csrf
    return account


MaybeDep = Annotated[Account, Depends(account_or_public)]


async def signed_in(account: MaybeDep) -> Account:
    """Give who is signed in.

    Raises
    ------
    NotSignedInError
    """
    if not account.user:
        raise NotSignedInError("sign in first: POST /api/v1/session, or /login in a browser")
    return account


AccountDep = Annotated[Account, Depends(signed_in)]


def check_channel(account: Account, channel: str) -> None:
    """Refuse a channel that is not the door through which an account comes in.

    Raises
    ------
    BadFieldError
    """
    doors = DOORS[account.role]
    if channel not in doors:
        raise BadFieldError("channel", channel, f"a {account.role} comes by {', '.join(sorted(doors))}")


def is_whole(world: World, account: Account) -> bool:
    """Tell whether an account has the whole district, and not a part of it."""
    return bool(account.area) and world.scheme.contains(account.area, world.city.district.code)


def part_of(world: World, account: Account) -> str:
    """Give what codes of an account's part of the district begin with; empty for the whole."""
    return "" if is_whole(world, account) else world.scheme.prefix(account.area)


def whole_only(world: World, account: Account) -> None:
    """Refuse those who have a part of the district what concerns all of it.

    Raises
    ------
    NotAllowedError
    """
    if not is_whole(world, account):
        raise NotAllowedError(f"this is for the whole district; your area is {account.area}")


def token_of(request: Request) -> str:
    """Give the secret of the sign-in that a request shows, empty for none."""
    header = request.headers.get("authorization", "")
    bearer = header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else ""
    return bearer or request.cookies.get(COOKIE, "")


def address_of(request: Request) -> str:
    """Give the address a request comes from; behind proxies that are trusted, that of the caller."""
    return request.client.host if request.client else "unknown"


FAILURES = {"account and address": "10/10 minutes", "account": "100/hour"}


def may_try(request: Request, user: str, per_minute: int) -> None:
    """Let a sign-in be tried unless too many failed: of this account from here, of this account, from this address.

    Only failures count, so that many behind one address do not lock each other out.

    Raises
    ------
    TooManyError
    """
    for limit, who in _failing(request, user, per_minute):
        if not _LIMITER.test(parse(limit), *who):
            raise TooManyError("too many sign-ins failed; wait some minutes and try again")


def failed(request: Request, user: str, per_minute: int) -> None:
    """Count a sign-in that failed."""
    for limit, who in _failing(request, user, per_minute):
        _LIMITER.hit(parse(limit), *who)


def _failing(request: Request, user: str, per_minute: int) -> list[tuple[str, tuple[str, ...]]]:
    address = address_of(request)
    return [
        (FAILURES["account and address"], ("sign in", user, address)),
        (FAILURES["account"], ("sign in", user)),
        (f"{per_minute}/minute", ("sign in from", address)),
    ]


def slow_down(request: Request, name: str, per_minute: int) -> None:
    """Count a request of an address.

    Raises
    ------
    TooManyError
        When there were more in the last minute than allowed.
    """
    address = address_of(request)
    if not _LIMITER.hit(parse(f"{per_minute}/minute"), name, address):
        raise TooManyError(f"more than {per_minute} requests in a minute; wait a little")


def may_try_key(no: str, per_hour: int) -> None:
    """Let a key be tried on a number unless too many were wrong, from wherever: four digits are soon guessed otherwise.

    Raises
    ------
    TooManyError
    """
    if not _LIMITER.test(parse(f"{per_hour}/hour"), "wrong key", no):
        raise TooManyError("too many wrong keys for this number; try again in an hour, or ring the desk")


def wrong_key(no: str, per_hour: int) -> None:
    """Count a key that did not open a number."""
    _LIMITER.hit(parse(f"{per_hour}/hour"), "wrong key", no)


def ticket_scope(world: World, account: Account) -> ColumnElement[bool]:
    """Give the condition on tickets that the account may see."""
    return seen(TICKET, account.actor(), world.scheme)


def order_scope(world: World, account: Account) -> ColumnElement[bool]:
    """Give the condition on orders that the account may see."""
    return seen(ORDER, account.actor(), world.scheme)


def area_prefix(world: World, area: str) -> str:
    """Give what codes inside an area begin with; empty for the empty area.

    Raises
    ------
    BadFieldError
        When there is no such area.
    """
    if not area:
        return ""
    if area not in world.city.areas and area not in world.city.cells:
        raise BadFieldError("area", area, "give a code of /api/v1/areas or /api/v1/cells")
    return world.scheme.prefix(area)


def actor_of(account: Account) -> Actor:
    """Give the account as one who acts; the public acts as a resident without a name."""
    actor = account.actor()
    return actor if actor.user else replace(actor, user="public")
