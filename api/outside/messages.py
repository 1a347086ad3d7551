"""The one form in which rows pass between systems, in both directions and at every level; its published schemas.

The schemas are those of the types that read messages, and these are made of the columns of the registers' files: what a
file may hold, a message may tell.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError, create_model

from api.forms import Form
from api.outside.webhooks import sign
from api.views.shape import plain
from api.world import World
from data.errors import MissingError
from data.files.feeding import ToldMessage, ToldRow
from data.files.runs import shown
from data.files.values import plain as cell
from data.outside.changes import Changed, Changes
from data.rules.file_columns import FileColumn, FileForm
from dispatch.errors import BadFieldError
from grid.feed import Feed

VERSION = "jinlin.message.1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOST_ROWS = 200
LARGEST_REVISION = 2**53 - 1
TOLERANCE_S = 300
NAME = r"^[A-Za-z0-9._:@/-]{1,80}$"
LONGEST_TEXT = 4000
MOST_WORDS = 100
LONGEST_REASON = 200
Name = Annotated[str, Field(pattern=NAME)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
TYPES: Mapping[str, Any] = {
    "text": Text,
    "code": Text,
    "number": float,
    "degree": Annotated[float, Field(ge=-180, le=180)],
    "whole": int,
    "day": date,
    "time": AwareDatetime,
    "words": Annotated[list[Text], Field(max_length=MOST_WORDS)],
}


class Sender(Form):
    """Who tells: a name, and the area it is about; the length of its code says of which level."""

    name: Annotated[str, Field(max_length=80)]
    area: Annotated[str, Field(pattern=r"^\d{0,15}$")] = ""


class MessageRow(Form):
    """One row: the sender's own id of it, its revision, of when it is, and what it tells (see the subject's schema).

    A revision tells one thing for ever; what changed comes with a higher one.
    """

    id: Name
    revision: Annotated[int, Field(ge=0, le=LARGEST_REVISION)]
    at: AwareDatetime
    data: dict[str, JsonValue]


class ExchangeMessage(Form):
    """A message: rows of one subject, at most 200, in the order they are to be taken; none says that nothing is new.

    ``id`` is the sender's name of it, ``cursor`` the sender's mark behind it: whoever goes on asks from there.
    """

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, allow_inf_nan=False, serialize_by_alias=True
    )

    version: Annotated[Literal["jinlin.message.1"], Field(alias="schema")]
    id: Name
    subject: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    sender: Sender
    sent_at: AwareDatetime
    cursor: Annotated[str, Field(max_length=200)] = ""
    rows: Annotated[list[MessageRow], Field(max_length=MOST_ROWS)]


@cache
def row_type(subject: str, form: FileForm) -> type[BaseModel]:
    """Give the type of what a row of a subject tells."""
    fields: Any = {column.name: _field(column) for column in form if column.name != "wkt"}
    made: type[BaseModel] = create_model(
        f"{subject}_row",
        __base__=Form,
        __doc__=f"What a row of {subject} tells. A member left out changes nothing; null empties its field.",
        **fields,
    )
    return made


def _field(column: FileColumn) -> tuple[Any, Any]:
    """Give type and default of a column: what names a row is needed, all else may be left out or null."""
    kind: Any = Literal[column.allowed] if column.allowed and column.type != "words" else TYPES[column.type]
    examples = [column.example] if column.example and column.type in ("text", "code") else None
    told = "; ".join(
        filter(None, (column.name_en, column.told_en, "needed for a new record" * (column.need == "new")))
    )
    if column.need == "key":
        return kind, Field(description=told, examples=examples)
    return kind | None, Field(default=None, description=told, examples=examples)


def schemas(world: World) -> dict[str, dict[str, Any]]:
    """Give the schemas by their names: the message, and what a row of each subject tells."""
    made = {VERSION: _schema(ExchangeMessage, VERSION)}
    for subject, form in world.catalogue.files.forms.items():
        if subject not in ("areas", "cells"):
            name = f"jinlin.{subject}.1"
            made[name] = _schema(row_type(subject, form), name)
    return made


def _schema(form: type[BaseModel], name: str) -> dict[str, Any]:
    return {"$schema": DIALECT, "$id": f"/api/v1/schemas/{name}", **form.model_json_schema(by_alias=True)}


def read_message(world: World, feed: Feed, body: bytes) -> ToldMessage:
    """Read the body of a message; rows that cannot be read stay in it, with their faults.

    Raises
    ------
    BadFieldError
        When it is no message, or of another subject; tells nothing of what it held.
    """
    try:
        told = ExchangeMessage.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise BadFieldError(where, "", f"{first['msg']}; see /api/v1/schemas/{VERSION}") from None
    if told.subject != feed.subject:
        raise BadFieldError("subject", told.subject, f"this feed carries {feed.subject}")
    rows = tuple(read_row(world, feed.subject, row.id, row.revision, row.at, row.data) for row in told.rows)
    return ToldMessage(key=told.id, body_hash=sha256(body).hexdigest(), cursor=told.cursor, rows=rows)


def read_row(
    world: World, subject: str, name: str, revision: int, at: datetime, data: Mapping[str, Any]
) -> ToldRow:
    """Read one row by the schema of its subject."""
    fault, values = "", dict[str, str]()
    try:
        form = world.catalogue.files.forms[subject]
        given = row_type(subject, form).model_validate_json(json.dumps(data)).model_dump(exclude_unset=True)
        values = {key: _text(value) for key, value in given.items()}
    except ValidationError as error:
        fault = "; ".join(_fault(one) for one in error.errors(include_url=False, include_input=False)[:3])
    return ToldRow(id=name, revision=revision, at=at, values=values, fault=fault, data=data)


def _fault(error: Any) -> str:  # noqa: ANN401 - as Pydantic tells it
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}".replace("\0", "?")[:LONGEST_REASON]


def _text(value: Any) -> str:  # noqa: ANN401 - any value of a column
    """Write a value as a file would hold it."""
    return shown(value) if isinstance(value, list) else cell(value)


def check_signature(world: World, feed: Feed | None, headers: Mapping[str, str], told: bytes) -> bool:
    """Tell whether a request was signed with the key of a feed, in the last five minutes.

    Parameters
    ----------
    headers : Mapping
        ``webhook-id``, ``webhook-timestamp`` in seconds, ``webhook-signature``: one or several, spaces between.
    told : bytes
        What is signed beside these: the body, or of a request without one the path with its query.
    """
    stamp = headers.get("webhook-timestamp", "")
    if feed is None or not stamp.isascii() or not stamp.isdigit() or len(stamp) > len(str(2**53)):
        return False
    if abs(world.clock().timestamp() - int(stamp)) > TOLERANCE_S:
        return False
    wanted = sign(feed.key, headers.get("webhook-id", ""), int(stamp), told).encode()
    given = headers.get("webhook-signature", "").encode("utf-8", "replace").split()
    return any(hmac.compare_digest(wanted, one) for one in given)


def message_of(world: World, feed: Feed, changes: Changes, now: datetime) -> dict[str, Any]:
    """Write what changed as a message, with the fields that the feed's purpose has."""
    fields = world.catalogue.files.gives[feed.purpose, feed.subject]
    district = world.city.district
    told: dict[str, Any] = {
        "schema": VERSION,
        "id": f"{feed.no}.{changes.cursor}",
        "subject": feed.subject,
        "sender": {"name": district.name, "area": district.code},
        "sent_at": now,
        "cursor": str(changes.cursor),
        "rows": [_row(fields, changed) for changed in changes.rows],
    }
    shown_at: dict[str, Any] = plain(told, world.zone)
    return shown_at


def _row(fields: tuple[str, ...], changed: Changed) -> dict[str, Any]:
    fact = changed.fact
    named = str(fact.no)
    values = {name: _value(fact, name) for name in fields}
    return {"id": named, "revision": changed.revision, "at": changed.at, "data": values | {"no": named}}


def _value(fact: Any, name: str) -> Any:  # noqa: ANN401 - any field
    """Give a column of a register's file from its fact."""
    if name in ("lon", "lat"):
        return getattr(fact.place, name)
    value = getattr(fact, name)
    return list(value) if isinstance(value, tuple) else None if value == "" else value


def check_subject(world: World, name: str) -> dict[str, Any]:
    """Give a schema by its name.

    Raises
    ------
    MissingError
    """
    found = schemas(world).get(name)
    if found is None:
        raise MissingError(f"there is no schema {name!r}; /api/v1/schemas lists them")
    return found
