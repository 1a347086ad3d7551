"""Errors as answers: one table from error class to HTTP status, one shape (RFC 9457)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, StatementError
from starlette.exceptions import HTTPException

from api.locale.refusals import form_fault, refused
from api.locale.words import LANGUAGE_COOKIE, LANGUAGES, spoken
from data import errors as data_errors
from data.log import LOG
from data.store.sqlite import is_full
from dispatch import errors as dispatch_errors
from geo import errors as geo_errors
from grid import errors as grid_errors
from maps import errors as map_errors

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


TITLES = {
    400: "请求读不懂",
    401: "没有登录",
    403: "没有权限",
    404: "没有找到",
    405: "这里不能这样做",
    409: "现在办不了",
    413: "太大",
    415: "格式不对",
    422: "填写有误",
    429: "太频繁",
    500: "系统出错",
    503: "暂时办不了",
    507: "存不下",
}
"""Status -> what it is called in Chinese; English has the standard's phrase."""


@dataclass(frozen=True, slots=True)
class Words:
    """What values and fields of refusals are called in Chinese: kinds and roles by their code, fields by their name."""

    values: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


def language_asked(request: Request) -> str:
    """Give the language of a refusal: a page's own, one that was chosen, what the browser speaks; else English."""
    chosen = getattr(request.state, "lang", "") or request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else spoken(request.headers.get("accept-language", ""))


def problem(
    status: int,
    detail: str,
    lang: str = "en",
    words: Words | None = None,
    **more: Any,  # noqa: ANN401 - what JSON can hold
) -> JSONResponse:
    """Write an error answer in a language; ``more`` adds members such as ``field`` and ``allowed``."""
    words = words or Words()
    title = HTTPStatus(status).phrase if lang == "en" else TITLES.get(status, HTTPStatus(status).phrase)
    told = refused(detail, lang, words.values)
    named = str(more.get("field", ""))
    if lang != "en" and named in words.fields:
        told = told.replace(f"{named}：", f"{words.fields[named]}：", 1)
    if isinstance(more.get("allowed"), str):
        more["allowed"] = refused(more["allowed"], lang, words.values)
    body = {"type": "about:blank", "title": title, "status": status, "detail": told} | more
    headers = {"Content-Language": "en" if lang == "en" else "zh-CN", "Vary": "Accept-Language, Cookie"}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


Answering: TypeAlias = Callable[[Request, Exception], Response]


def answer_errors(app: FastAPI, words: Words, shown: Callable[[Answering], Answering]) -> None:
    """Teach an application to answer every error in the one shape, in the language that is asked for.

    Parameters
    ----------
    app : FastAPI
        Application that is made.
    words : Words
        What roles and fields are called.
    shown : callable
        Makes of an answer for programs one that people see as a page.
    """
    app.state.refusal_words = words
    known = shown(_known)
    for kind in STATUS:
        app.add_exception_handler(kind, known)
    app.add_exception_handler(RequestValidationError, shown(_invalid))
    app.add_exception_handler(HTTPException, shown(_http))
    app.add_exception_handler(OperationalError, _store)
    beyond = shown(_beyond)
    for kind in (StatementError, OverflowError, UnicodeError):
        app.add_exception_handler(kind, beyond)


def _problem(request: Request, status: int, detail: str, **more: Any) -> JSONResponse:  # noqa: ANN401 - what JSON can hold
    return problem(status, detail, language_asked(request), request.app.state.refusal_words, **more)


def _known(request: Request, error: Exception) -> JSONResponse:
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
    told = _problem(request, status, str(error.args[0]) if error.args else str(error), **more)
    if isinstance(error, data_errors.BusyError | data_errors.TransactionLostError):
        told.headers["Retry-After"] = RETRY_AFTER_S
    return told


def _invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        return _problem(request, 500, "unexpected error")
    lang = language_asked(request)
    faults = [
        {
            "field": ".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][0]),
            "allowed": form_fault(e, lang),
        }
        for e in error.errors()[:20]
    ]
    first = faults[0]
    colon = ": " if lang == "en" else "："
    return _problem(request, 422, f"{first['field']}{colon}{first['allowed']}", errors=faults, **first)


def _http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        return _problem(request, 500, "unexpected error")
    return _problem(request, error.status_code, str(error.detail))


def _beyond(request: Request, error: Exception) -> JSONResponse:
    """Answer what no column and no calendar can hold: numbers of 2^70, the year 9999 in another zone, half a letter."""
    if isinstance(error, DBAPIError) and not isinstance(error, DataError):
        raise error  # a fault of ours, not a value of theirs
    LOG.warning("a value beyond what can be kept", path=request.url.path, kind=type(error).__name__)
    told = "a number, time or text lies beyond what can be kept; check lengths, years and signs"
    return _problem(request, 422, told)


def _store(request: Request, error: Exception) -> JSONResponse:
    LOG.error("store failed", path=request.url.path, error=str(error.__cause__ or error))
    why = (
        "the disk of the server is full" if is_full(error.__cause__) else "the store is busy or not reachable"
    )
    told = _problem(request, 503, f"{why}; nothing was changed, try again")
    told.headers["Retry-After"] = RETRY_AFTER_S
    return told
