"""The structure that migrations make is the one the rows describe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from data.models import Base
from data.session import Database
from data.upgrade import settings
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


def test_upgrading_twice_changes_nothing(empty: Database) -> None:
    empty.create()
    empty.create()
    with empty.engine.connect() as connection:
        newest = ScriptDirectory.from_config(settings()).get_current_head()
        assert MigrationContext.configure(connection).get_current_revision() == newest
