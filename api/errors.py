"""Errors as answers: one table from error class to HTTP status, one shape (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, StatementError
from starlette.exceptions import HTTPException

from data import errors as data_errors
from data.store.sqlite import is_full
from dispatch import errors as dispatch_errors
from geo import errors as geo_errors
from grid import errors as grid_errors
from maps import errors as map_errors

LOG = structlog.get_logger()
RETRY_AFTER_S = "5"


class NotSignedInError(Exception):
    """A request without a valid sign-in."""


class NotAllowedError(Exception):
    """A request that the role or a missing form token forbids."""


class TooManyError(Exception):
    """More requests than one address may make in a while."""


class TooBigError(Exception):
    """A body larger than accepted."""


STATUS: dict[type[Exception], int] = {
    geo_errors.GeoError: 422,
    geo_errors.BadPlaceError: 422,
    geo_errors.BadShapeError: 422,
    geo_errors.BadExtractError: 422,
    geo_errors.BadNetworkError: 500,
    geo_errors.BadAccessTableError: 500,
    geo_errors.UnknownMemberError: 404,
    geo_errors.NoStreetError: 422,
    dispatch_errors.DispatchError: 422,
    dispatch_errors.BadLifecycleError: 500,
    dispatch_errors.BadWorkTimeError: 422,
    dispatch_errors.BadFieldError: 422,
    dispatch_errors.NotPossibleError: 409,
    dispatch_errors.ShortOfMoneyError: 409,
    dispatch_errors.WrongRoleError: 403,
    dispatch_errors.UnknownItemError: 422,
    dispatch_errors.UnknownProviderError: 404,
    grid_errors.GridError: 422,
    grid_errors.BadCodeError: 422,
    grid_errors.BadRuleError: 500,
    grid_errors.OutsideDistrictError: 422,
    grid_errors.UnknownCategoryError: 422,
    grid_errors.NoRuleError: 500,
    data_errors.DataError: 422,
    data_errors.BadCatalogueError: 500,
    data_errors.BadFileError: 422,
    data_errors.BadPhotoError: 422,
    data_errors.BadBackupError: 500,
    data_errors.NoRoomError: 507,
    data_errors.StaleError: 409,
    data_errors.KeyReusedError: 409,
    data_errors.QuotaError: 429,
    data_errors.NotSetUpError: 503,
    data_errors.BusyError: 503,
    data_errors.TransactionLostError: 503,
    data_errors.MissingError: 404,
    data_errors.CodeNeededError: 401,
    map_errors.MapError: 500,
    map_errors.BadLayerError: 500,
    map_errors.BadBaseMapError: 500,
    NotSignedInError: 401,
    NotAllowedError: 403,
    TooManyError: 429,
    TooBigError: 413,
}


def problem(status: int, detail: str, **more: Any) -> JSONResponse:  # noqa: ANN401 - what JSON can hold
    """Write an error answer; ``more`` adds members such as ``field`` and ``allowed``."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    } | more
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def answer_errors(app: FastAPI) -> None:
    """Teach an application to answer every error in the one shape."""
    for kind in STATUS:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OperationalError, _store)
    for kind in (StatementError, OverflowError, UnicodeError):
        app.add_exception_handler(kind, _beyond)


async def _known(request: Request, error: Exception) -> JSONResponse:
    del request
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("request failed", error=str(error), kind=type(error).__name__)
    more = {}
    if isinstance(error, dispatch_errors.BadFieldError):
        more = {"field": error.field, "allowed": error.allowed}
    elif isinstance(error, grid_errors.UnknownCategoryError):
        more = {"field": "category", "allowed": "a code of the issue catalogue"}
    elif isinstance(error, dispatch_errors.UnknownItemError):
        more = {"field": "item", "allowed": "a code of the item catalogue"}
    elif isinstance(error, data_errors.BadPhotoError | data_errors.NoRoomError):
        more = {"reason": f"photo_{error.reason}"}
    told = problem(status, str(error.args[0]) if error.args else str(error), **more)
    if isinstance(error, data_errors.BusyError | data_errors.TransactionLostError):
        told.headers["Retry-After"] = RETRY_AFTER_S
    return told


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    del request
    if not isinstance(error, RequestValidationError):
        return problem(500, "unexpected error")
    faults = [
        {"field": ".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][0]), "allowed": e["msg"]}
        for e in error.errors()[:20]
    ]
    first = faults[0]
    return problem(422, f"{first['field']}: {first['allowed']}", errors=faults, **first)


async def _http(request: Request, error: Exception) -> JSONResponse:
    del request
    if not isinstance(error, HTTPException):
        return problem(500, "unexpected error")
    return problem(error.status_code, str(error.detail))


async def _beyond(request: Request, error: Exception) -> JSONResponse:
    """Answer what no column and no calendar can hold: numbers of 2^70, the year 9999 in another zone, half a letter."""
    if isinstance(error, DBAPIError) and not isinstance(error, DataError):
        raise error  # a fault of ours, not a value of theirs
    LOG.warning("a value beyond what can be kept", path=request.url.path, kind=type(error).__name__)
    return problem(422, "a number, time or text lies beyond what can be kept; check lengths, years and signs")


async def _store(request: Request, error: Exception) -> JSONResponse:
    LOG.error("store failed", path=request.url.path, error=str(error))
    why = (
        "the disk of the server is full" if is_full(error.__cause__) else "the store is busy or not reachable"
    )
    told = problem(503, f"{why}; nothing was changed, try again")
    told.headers["Retry-After"] = RETRY_AFTER_S
    return told
