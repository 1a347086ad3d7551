"""Files in over HTTP, for the administrator of the district: tried first, taken in with a verdict a row, undone whole."""

import re
import shutil
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Annotated, Literal

from fastapi import Query, Request, UploadFile
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import access
from api.answers.intake_file import FileTaken, ImportPage, ImportUndone
from api.errors import language_asked
from api.forms import Form, Short
from api.locale.refusals import refused
from api.roles import AccountDep, WorldDep, whole_only
from api.routing import Router
from api.views.shape import plain
from data.files.fields import Reading
from data.files.headings import named_columns
from data.files.imports import IMPORTS
from data.files.intake import Verdict, notes_of, take_in
from data.files.undo import undo
from data.registers.changes import imports_of
from dispatch.errors import BadFieldError, NotPossibleError

router = Router(prefix="/api/v1/imports", tags=["imports"])
ODD = re.compile(r"[^\w.()（）-]+")
LONGEST_NAME, MOST_TOLD = 100, 200
IN_HAND = Lock()
"""One file at a time: two would judge their rows by registers that the other one changes."""


class ImportAsk(Form):
    """How a file is read; tried only, unless it is to be kept."""

    kind: Short
    dry_run: bool = True
    source: Short = ""
    datum: Literal["wgs84", "gcj02", "bd09"] = "wgs84"
    crs: Short = ""
    layer: Short = ""
    map: Annotated[tuple[Short, ...], Field(max_length=60)] = ()
    encoding: Short = ""
    as_of: date | None = None
    most_bad: Annotated[float, Field(ge=0, le=1)] = 1.0


class UndoForm(Form):
    """What is done with an import."""

    action: Literal["undo"]


@router.get("", response_model=ImportPage, **access("admin", outside="refused"))
def imports(world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the files that were taken in, the latest first."""
    whole_only(world, account)
    with world.database.read() as session:
        runs = imports_of(session)
    names = ("kind", "file", "source", "at", "by", "state", "counts")
    items = [{"no": run.id} | {name: plain(getattr(run, name), world.zone) for name in names} for run in runs]
    return JSONResponse({"items": items})


@router.post("", response_model=FileTaken, **access("admin", outside="refused"))
def take(
    file: UploadFile,
    request: Request,
    ask: Annotated[ImportAsk, Query()],
    world: WorldDep,
    account: AccountDep,
) -> JSONResponse:
    """Try a file, or take it in: every row gets a verdict, good rows go in, and the same file again changes nothing."""
    whole_only(world, account)
    kind, now = IMPORTS.get(ask.kind), world.clock()
    if kind is None:
        raise BadFieldError("kind", ask.kind, "one of " + ", ".join(IMPORTS))
    reading = Reading(
        columns=named_columns(ask.map),
        dry_run=ask.dry_run,
        source=ask.source,
        datum=ask.datum,
        crs=ask.crs,
        layer=ask.layer,
        encoding=ask.encoding,
        as_of=datetime.combine(ask.as_of, time(), world.zone) if ask.as_of else None,
        most_bad=ask.most_bad,
        by=account.user,
    )
    if not IN_HAND.acquire(blocking=False):
        raise NotPossibleError("another file is being taken in; send this one when it is done")
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / _name_of(file.filename or "")
            with path.open("wb") as kept:
                shutil.copyfileobj(file.file, kept)
            found = take_in(path, kind, reading, world.desk, world.home, now, lambda _rows: None)
    finally:
        IN_HAND.release()
    changed = [one for one in found.verdicts if one.outcome != "same"]
    told = {
        "no": found.no or None,
        "held": found.held,
        "rows": len(found.verdicts),
        "verdicts": dict(found.counts),
        "notes": dict(found.notes),
        "told": [_shown(one, request) for one in changed[:MOST_TOLD]],
    }
    return JSONResponse(told)


@router.post("/{no}/actions", response_model=ImportUndone, **access("admin", outside="refused"))
def act(no: int, form: UndoForm, request: Request, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Undo a whole import of the last 30 days; what was changed since stays, and is told."""
    del form
    whole_only(world, account)
    found = undo(world.desk, no, world.clock())
    stays = [{"key": key, "why": _told(why, request)} for key, why in found.stays]
    return JSONResponse({"withdrawn": found.withdrawn, "restored": found.restored, "stays": stays})


def _told(text: str, request: Request) -> str:
    """Tell why a row or record stays out, in the reader's language."""
    return refused(text, language_asked(request), request.app.state.refusal_words.values)


def _shown(verdict: Verdict, request: Request) -> dict[str, object]:
    """Show what became of a row, without the values it holds."""
    return {
        "row": verdict.row,
        "key": verdict.key,
        "outcome": verdict.outcome,
        "note": "; ".join(_told(note, request) for note in notes_of(verdict)),
        "changed": [change.field for change in verdict.changes],
        "left": [one.field for one in verdict.left],
    }


def _name_of(told: str) -> str:
    """Give a name to keep a file under, as near to its own as is safe; the ending says how it is read."""
    name = ODD.sub("_", Path(told.replace("\\", "/")).name).lstrip(".")
    return name[-LONGEST_NAME:] or "file"
