"""Who may use an operation: declared beside its route, enforced from there, and told in the OpenAPI file as ``x-access``.

`access` lets roles in; what of the things themselves a role is shown is decided by area and owner in
`data.queries.scope`, and declared here too, so that the test of the whole matrix knows what to expect.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from fastapi import Depends, params

from api.errors import NotAllowedError, NotSignedInError
from api.roles import MaybeDep
from data.rules.lifecycles import ROLES
from data.store.kinds.people import KEEPERS as KEPT_BY

Answer = Literal["same", "hidden", "left_out", "refused"]
PUBLIC = "public"
SIGNED_IN = tuple(sorted(ROLES - {"clock"}))
EVERYBODY = (PUBLIC, *SIGNED_IN)
KEEPERS = tuple(sorted(KEPT_BY))
SENDERS = ("dispatcher", "admin")
STAFF = (*KEEPERS, "leader")
OVERSEERS = ("department", "dispatcher", "leader", "admin")
SEE_TICKETS = (*OVERSEERS, "worker", "resident", "hotline")
SEE_ORDERS = (*STAFF, "department", "provider", "resident")
PLACE = (PUBLIC, *OVERSEERS, "worker", "resident", "provider")


def access(
    *roles: str,
    outside: Answer = "same",
    others: Answer = "same",
    dependencies: Sequence[params.Depends] = (),
    openapi_extra: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """Declare who may use an operation; unpacked into the route's decorator.

    Parameters
    ----------
    roles : str
        Those let in, ``public`` for whoever has not signed in. Everybody else gets 401 or 403.
    outside : {"same", "hidden", "left_out", "refused"}
        What those who work in an area get of a thing outside it: what they would get inside, the answer to a number
        that nobody has, a list without it, or a refusal.
    others : {"same", "hidden", "left_out", "refused"}
        The same for those who have things of their own: residents, providers, departments, outside lines.

    dependencies, openapi_extra
        What the route has of these besides.

    Returns
    -------
    dict
        ``dependencies`` and ``openapi_extra`` of the route.
    """
    if unknown := set(roles) - set(EVERYBODY):
        raise ValueError(f"roles are {', '.join(EVERYBODY)}, not {', '.join(sorted(unknown))}")
    told = {"roles": sorted(roles), "outside": outside, "others": others}
    gate = [] if set(roles) == set(EVERYBODY) else [Depends(_admit(frozenset(roles)))]
    return {
        "dependencies": [*gate, *dependencies],
        "openapi_extra": {**openapi_extra, "x-access": told},
    }


def _admit(roles: frozenset[str]) -> Callable[[MaybeDep], Awaitable[None]]:
    async def check(account: MaybeDep) -> None:
        if not account.user:
            if PUBLIC not in roles:
                raise NotSignedInError("sign in first: POST /api/v1/session, or /login in a browser")
        elif account.role not in roles:
            named = ", ".join(sorted(roles - {PUBLIC}))
            raise NotAllowedError(f"this is for {named}, not for {account.role}")

    return check
