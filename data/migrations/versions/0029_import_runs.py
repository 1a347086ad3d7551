"""Runs of imports, what they changed, sources of fields, and what sources disagree on."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; imports of the time before cannot be undone."""
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "file", "source")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("by", "state")),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
    )
    op.create_table(
        "import_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("key", "target")),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_changes")),
    )
    op.create_table(
        "field_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "key")),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_sources")),
    )
    op.create_table(
        "conflicts",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("kind", "key", "field", "winner", "held", "other", "offered")
        ),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
    )
    for table, columns, unique in (
        ("import_runs", ["at"], False),
        ("import_changes", ["run"], False),
        ("field_sources", ["kind", "key"], True),
        ("conflicts", ["kind", "key"], False),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            name = batch_op.f(f"ix_{table}_{'_'.join(columns)}")
            batch_op.create_index(name, columns, unique=unique)
