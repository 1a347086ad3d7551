"""The structure that migrations make is the one the rows describe."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, insert, inspect, select, text

from data.errors import BadBackupError, NotSetUpError
from data.models import Base, EntryRow, PhotoSubjectRow, ProviderRow, ResidentRow, TicketRow, fact_of
from data.registers.checks import register_faults
from data.rules.catalogue import read_catalogue
from data.store.session import Database
from data.store.upgrade import FOLDER, newest, revisions, upgrade
from dispatch.providers.provider import Provider
from dispatch.resident import Resident
from grid.tickets.ticket import Ticket
from tests.conftest import Postgres


@pytest.fixture(params=["sqlite", "postgis"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield database
        database.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    database = Database(server.make("structure"))
    yield database
    database.close()
    server.drop("structure")


def test_a_fresh_database_has_the_structure_of_the_rows(empty: Database) -> None:
    empty.create()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        own = set(Base.metadata.tables)
        told = [d for d in compare_metadata(context, Base.metadata) if isinstance(d, tuple)]
        odd = [
            d
            for d in told
            if getattr(d[1], "name", "") not in ("spatial_ref_sys", "idx_areas_shape", "idx_cells_shape")
        ]
        assert odd == []
        assert own <= set(inspect(connection).get_table_names())


def test_a_ticket_of_an_earlier_version_is_read_and_goes_on(empty: Database, tmp_path: Path) -> None:
    """A ticket filed before there were stages, parts, doubts: it has none, and its deadline presses next."""
    due = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    with empty.engine.begin() as connection:
        if not empty.is_sqlite:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        upgrade(connection, "0002")
    old = Table("tickets", MetaData(), autoload_with=empty.engine)
    with empty.engine.begin() as connection:
        connection.execute(insert(old), _old_row(old, due.replace(tzinfo=None) if empty.is_sqlite else due))
    empty.create(tmp_path)
    with empty.read() as session:
        row = session.scalars(select(TicketRow)).one()
        ticket = fact_of(Ticket, row)
        assert row.next_due_at == due
    assert (ticket.stages, ticket.parts, ticket.doubts, ticket.answers) == ((), (), (), "")
    marks = (ticket.joint, ticket.waiting, ticket.doubtful, ticket.supervised, ticket.visit_missed)
    assert not any(marks)
    assert (ticket.urges, ticket.faked, ticket.found) == (0, 0, "")


def test_reversals_of_an_earlier_version_are_led_to_what_they_took_back(
    empty: Database, tmp_path: Path
) -> None:
    """Won by appeal, and given back by a recount: of equal entries the one not appealed against."""
    at = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
    with empty.engine.begin() as connection:
        if not empty.is_sqlite:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        upgrade(connection, "0008")
    old = MetaData()
    old.reflect(empty.engine, only=["entries", "appeals"])
    entries, appeals = old.tables["entries"], old.tables["appeals"]
    when = at.replace(tzinfo=None) if empty.is_sqlite else at
    told = [
        ("overdue", -50, "due"),
        ("overdue", -50, "due"),
        ("kick", -50, "return refused"),
        ("reversal", 50, "overdue: the calendar of the year was published"),
        ("reversal", 50, "overdue: appeal Q1: granted"),
        ("reversal", 50, "kick: appeal Q2: granted"),
    ]
    with empty.engine.begin() as connection:
        for number, (kind, points, evidence) in enumerate(told, 1):
            row = _old_row(entries, when) | {"id": number, "kind": kind, "points_centi": points}
            connection.execute(insert(entries), row | {"evidence": evidence})
        for no, entry in (("Q1", 2), ("Q2", 3)):
            row = _old_row(appeals, when) | {"no": no, "entry": entry, "state": "granted"}
            connection.execute(insert(appeals), row)
    empty.create(tmp_path)
    with empty.read() as session:
        led = dict(session.execute(select(EntryRow.id, EntryRow.reverses)).all())
    assert led == {1: None, 2: None, 3: None, 4: 1, 5: 2, 6: 3}


def test_people_and_providers_of_an_earlier_version_were_never_verified(
    empty: Database, tmp_path: Path
) -> None:
    """Nobody knows when those joined who were there before anybody asked."""
    with empty.engine.begin() as connection:
        if not empty.is_sqlite:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        upgrade(connection, "0009")
    at = datetime(2026, 11, 20, 8, 30)  # noqa: DTZ001 - as SQLite keeps it
    for name in ("providers", "residents"):
        old = Table(name, MetaData(), autoload_with=empty.engine)
        with empty.engine.begin() as connection:
            row = _old_row(old, at) | {name: {} for name in ("prices_fen",) if name in old.columns}
            connection.execute(insert(old), row)
    empty.create(tmp_path)
    with empty.read() as session:
        provider = fact_of(Provider, session.scalars(select(ProviderRow)).one())
        resident = fact_of(Resident, session.scalars(select(ResidentRow)).one())
        assert register_faults(session, read_catalogue().rulebook) == []
    assert (provider.joined_on, provider.verified_at, resident.verified_at) == (None, None, None)


def test_photos_of_an_earlier_version_belong_to_what_told_of_them(empty: Database, tmp_path: Path) -> None:
    with empty.engine.begin() as connection:
        if not empty.is_sqlite:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        upgrade(connection, "0022")
    at = datetime(2026, 11, 20, 8, 30, tzinfo=None if empty.is_sqlite else UTC)
    old = MetaData()
    old.reflect(empty.engine, only=["tickets", "events"])
    told = {"kind": "order", "aggregate": "O1", "payload": '{"evidence": ["b", "c"]}'}
    with empty.engine.begin() as connection:
        connection.execute(
            insert(old.tables["tickets"]),
            _old_row(old.tables["tickets"], at) | {"no": "T1", "photos": ["a", "b"]},
        )
        connection.execute(insert(old.tables["events"]), _old_row(old.tables["events"], at) | told)
    empty.create(tmp_path)
    with empty.read() as session:
        rows = session.scalars(select(PhotoSubjectRow).order_by(PhotoSubjectRow.sha256, PhotoSubjectRow.kind))
        led = [(row.sha256, row.kind, row.key) for row in rows]
    assert led == [("a", "ticket", "T1"), ("b", "order", "O1"), ("b", "ticket", "T1"), ("c", "order", "O1")]


def _old_row(table: Table, at: datetime) -> dict[str, object]:
    """Give something that fits each column: JSON lists, times, numbers, texts."""
    fitting = {"JSON": [], "TIME": at, "BOOL": False, "FLOAT": 30.0, "DOUBLE": 30.0, "INT": 1}
    row: dict[str, object] = {}
    for column in table.columns:
        if column.name != "id" and not column.nullable:
            kind = str(column.type).upper()
            row[column.name] = next((value for word, value in fitting.items() if word in kind), "x")
    return row


def test_upgrading_twice_changes_nothing(empty: Database) -> None:
    empty.create()
    empty.create()
    with empty.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory(str(FOLDER))
    assert found == scripts.get_current_head() == newest() == revisions()[-1]
    assert {script.revision for script in scripts.walk_revisions()} == set(revisions())


def test_a_database_of_another_version_is_refused_with_what_to_do(empty: Database, tmp_path: Path) -> None:
    with pytest.raises(NotSetUpError, match="empty; run 'jinlin demo'"):
        empty.expect_current()
    with empty.engine.begin() as connection:
        if not empty.is_sqlite:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        upgrade(connection, "0003")
    with pytest.raises(NotSetUpError, match=r"earlier version \(0003\); 'jinlin init' brings it"):
        empty.expect_current()
    empty.create(tmp_path)
    empty.expect_current()
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NotSetUpError, match=r"later version \(9999\)"):
        empty.expect_current()


def earlier(empty: Database, revision: str) -> None:
    with empty.engine.begin() as connection:
        if not empty.is_sqlite:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        upgrade(connection, revision)


def tables_of(empty: Database) -> set[str]:
    with empty.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


@pytest.mark.parametrize("start", ["", "0003"])
def test_of_many_that_start_at_once_one_makes_the_tables(empty: Database, tmp_path: Path, start: str) -> None:
    if start:
        earlier(empty, start)
    url = empty.engine.url.render_as_string(hide_password=False)

    def begin(_: int) -> None:
        with closing(Database(url)) as database:
            database.create(tmp_path)
            database.expect_current()

    with ThreadPoolExecutor(6) as pool:
        assert len(list(pool.map(begin, range(6)))) == 6
    assert [p.name for p in tmp_path.glob("*.part")] == []


def test_a_database_is_copied_before_it_is_upgraded(empty: Database, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    empty.create(copies)
    assert not copies.exists()  # an empty one has nothing to lose
    with empty.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(text(f"DROP TABLE IF EXISTS {table.name}"))
        connection.execute(text("DROP TABLE alembic_version"))
    earlier(empty, "0003")
    if not empty.is_sqlite:
        with pytest.raises(NotSetUpError, match=r"earlier version \(0003\); 'jinlin init' copies it"):
            empty.create()
        assert "registers" not in tables_of(empty)
    empty.create(copies)
    (copy,) = copies.iterdir()
    assert copy.name.endswith(".0003")
    if empty.is_sqlite:
        old = Database(f"sqlite:///{copy}")
        with pytest.raises(NotSetUpError, match=r"earlier version \(0003\)"):
            old.expect_current()
        old.close()
    else:
        assert copy.read_bytes().startswith(b"PGDMP")


def test_a_copy_without_room_changes_nothing(empty: Database, tmp_path: Path) -> None:
    earlier(empty, "0003")
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    before = tables_of(empty)
    with pytest.raises(BadBackupError, match="cannot be copied"):
        empty.create(blocked)
    assert tables_of(empty) == before


def test_a_later_database_is_refused_by_whoever_would_upgrade_it(empty: Database) -> None:
    empty.create()
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NotSetUpError, match=r"later version \(9999\) than this one .*; use the newer Jinlin"):
        empty.create()


def test_the_tables_of_something_else_are_left_alone(empty: Database) -> None:
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
    for open_it in (empty.create, empty.expect_current):
        with pytest.raises(NotSetUpError, match=r"holds tables of something else \(invoices\)"):
            open_it()
    assert tables_of(empty) == {"invoices"}


def test_what_is_no_database_is_told_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "letter.sqlite"
    file.write_text("Dear Sir or Madam, " * 100)
    for url in (
        f"sqlite:///{file}",
        f"sqlite:///{tmp_path / 'no' / 'where.sqlite'}",
        "postgresql://x@127.0.0.1:1/x",
    ):
        with closing(Database(url)) as database, pytest.raises(NotSetUpError, match="cannot be opened: "):
            database.create()
