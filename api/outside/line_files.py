"""Cases and answers by file, for outside lines without an interface: the same forms and the same rules as over HTTP."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api.outside.lines import (
    AnswerForm,
    CaseForm,
    answers_to,
    case_view,
    handed_view,
    hear,
    line_of,
    reveal_contact,
    take_case,
)
from api.views.shape import plain
from api.world import World
from data.errors import BadFileError
from data.files.intake import write_rejects
from data.files.tables import TableRow, read_rows
from data.files.takeout import as_given, write_table
from data.outside.cases import MOST, Case, changed_cases, handed_tickets
from dispatch.lifecycle import Actor

Row = Mapping[str, Any]
CASE = ("number", "category", "content", "address", "lon", "lat", "datum", "area", "nature")
CONTACT = ("name", "phone")
HANDED = (*CASE, *CONTACT, "task", "handed_at", "due_at", "answer_by", "state", "own")
ANSWER = ("number", "own", "state", "text", "photos", "at", "step", "role")
ANSWERED = (*ANSWER, "due_at", "closed_at")
FORMATS = (".csv", ".xlsx")
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a file: how many rows were ``new``, the ``same`` as before or ``refused``; and the refused ones."""

    counts: Mapping[str, int]
    rejects: Path | None


def cases_in(world: World, user: str, path: Path, columns: Mapping[str, str]) -> Taken:
    """Take the cases of a line in; ``columns`` lead from our field names to the file's.

    Raises
    ------
    BadFileError, BadFieldError
        When the file cannot be read at all, or there is no such line.
    """
    by = _actor(world, user)

    def take(given: dict[str, str]) -> bool:
        contact = {name: given.pop(name) for name in CONTACT if name in given}
        form = CaseForm.model_validate(given | ({"contact": contact} if contact else {}))
        return take_case(world, by, form, world.clock())[1]

    return _each_row(world, path, columns, (*CASE, *CONTACT), take)


def answers_in(world: World, user: str, path: Path, columns: Mapping[str, str]) -> Taken:
    """Take in what a line answers to what it was handed, row by row in the order of the file; see `cases_in`."""
    by = _actor(world, user)

    def take(given: dict[str, str]) -> bool:
        photos = [name.strip() for name in given.pop("photos", "").split(";") if name.strip()]
        return hear(world, by, AnswerForm.model_validate(given | {"photos": photos}), world.clock())[1]

    return _each_row(world, path, columns, (*ANSWER, "id"), take)


def _actor(world: World, user: str) -> Actor:
    line_of(world, user)
    return Actor(user=user, role="hotline")


def _each_row(
    world: World,
    path: Path,
    columns: Mapping[str, str],
    names: tuple[str, ...],
    take: Callable[[dict[str, str]], bool],
) -> Taken:
    """Judge every row by itself: what is wrong with one holds up no other."""
    counts: Counter[str] = Counter()
    rejected: list[tuple[TableRow, str]] = []
    for row in read_rows(path):
        texts = {name: as_given(row.values.get(columns.get(name, name), "")) for name in names}
        try:
            counts["new" if take({name: text for name, text in texts.items() if text}) else "same"] += 1
        except (ValueError, LookupError) as error:
            counts["refused"] += 1
            rejected.append((row, _why(error)))
    return Taken(counts=counts, rejects=write_rejects(world.home, path, rejected))


def _why(error: ValueError | LookupError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error.args[0] if error.args else error)


def cases_out(world: World, user: str, path: Path, since: datetime | None) -> int:
    """Write what a line holds, or what of its tickets changed since a time; gives how many.

    Whom to call is written for a line that is told so, of the tickets it holds; that it was, is kept.

    Raises
    ------
    BadFileError, BadFieldError
    """
    line_of(world, user)
    with world.database.read() as session:
        found = [ticket for ticket, _ in handed_tickets(session, user, since)]
    rows = []
    for ticket in found:
        shown = handed_view(world, user, ticket)
        contact = reveal_contact(world, user, ticket.no, world.clock()) if ticket.holder == user else None
        rows.append(shown | shown["case"] | (contact or {}))
    return _write(world, path, HANDED, rows)


def answers_out(world: World, user: str, path: Path, since: datetime | None) -> int:
    """Write every answer to the cases of a line that changed since a time, and how each case stands; gives the rows.

    Raises
    ------
    BadFileError, BadFieldError
    """
    return _write(world, path, ANSWERED, _answers(world, user, since or EARLIEST))


def _write(world: World, path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> int:
    if path.suffix.lower() not in FORMATS:
        raise BadFileError(f"{path.name}: formats for lines are {', '.join(FORMATS)}")
    return write_table(path, columns, rows, world.zone)


def _answers(world: World, user: str, since: datetime) -> Iterator[Row]:
    line, zone = line_of(world, user), world.zone
    for case in _all_changed(world, user, since):
        shown = case_view(world, line, case)
        with world.database.read() as session:
            answers = answers_to(world, session, line, case)
        times = {"due_at": shown["due_at"], "closed_at": shown["closed_at"]}
        for answer in answers:
            yield answer | times | {"photos": ";".join(answer["photos"])}
        if not answers or answers[-1]["state"] != shown["state_name"]:
            stands = {"number": case.number, "own": case.ticket.no, "state": shown["state_name"]}
            yield stands | times | {"at": plain(case.changed_at, zone)}


def _all_changed(world: World, user: str, since: datetime) -> Iterator[Case]:
    """Give the cases that changed since a time, page by page, each once."""
    seen: set[str] = set()
    while True:
        with world.database.read() as session:
            found = changed_cases(session, user, since)
        fresh = [case for case in found if case.number not in seen]
        yield from fresh
        seen |= {case.number for case in fresh}
        if len(found) < MOST or not fresh:
            return
        since = found[-1].changed_at
