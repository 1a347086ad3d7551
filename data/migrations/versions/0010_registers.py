"""Registers that indicators need: days of joining, verification, assessments, visits, devices."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
VERIFIED = ("cells", "providers", "residents")


def upgrade() -> None:
    """Change the structure; nothing that lay there was ever verified, and nobody knows when providers joined."""
    for table in VERIFIED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("verified_at", Time(), nullable=True))
    with op.batch_alter_table("providers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("joined_on", sa.Date(), nullable=True))
    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident", sa.String(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("resident", "assessed_on", name=op.f("uq_assessments_resident_assessed_on")),
    )
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessments_assessed_on"), ["assessed_on"], unique=False)
    op.create_table(
        "home_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("visited_at", Time(), nullable=False),
        sa.Column("told_at", Time(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("resident", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("distance_m", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_visits")),
        sa.UniqueConstraint("no", name=op.f("uq_home_visits_no")),
    )
    with op.batch_alter_table("home_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_home_visits_visited_at"), ["visited_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_home_visits_cell"), ["cell"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_home_visits_resident_visited_at"), ["resident", "visited_at"], unique=False
        )
    op.create_table(
        "devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("resident", sa.String(), nullable=False),
        sa.Column("since", Time(), nullable=False),
        sa.Column("heard_at", Time(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("no", name=op.f("uq_devices_no")),
    )
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_devices_resident"), ["resident"], unique=False)
    op.create_table(
        "silences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("since", Time(), nullable=False),
        sa.Column("until", Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
    )
    with op.batch_alter_table("silences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_silences_device_until"), ["device", "until"], unique=False)
