"""What is known of residents besides: particulars, marks with source and days, further keys, what was said; endings."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

SORTED = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Change the structure; nothing more is known of anybody, and no record has ended."""
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("ended_why", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("kin", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
    texts = ("building", "unit", "room", "dialect", "access_need", "care_mode")
    sealed = ("identity", "identity_hash", "identity_sealed", "salt")
    op.create_table(
        "particulars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident", sa.String(), nullable=False),
        *(sa.Column(n, sa.JSON(), nullable=False) for n in ("other_names", "phones", "preferred_providers")),
        *(sa.Column(n, sa.Date(), nullable=True) for n in ("born_on", "arrived_on", "leaves_on")),
        *(sa.Column(n, sa.String(), nullable=False) for n in (*texts, *sealed)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_particulars")),
        sa.UniqueConstraint("resident", name=op.f("uq_particulars_resident")),
    )
    op.create_index(op.f("ix_particulars_identity_hash"), "particulars", ["identity_hash"])
    op.create_table(
        "resident_tags",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(n, sa.String(), nullable=False) for n in ("no", "resident", "tag", "source")),
        sa.Column("since", sa.Date(), nullable=False),
        *(sa.Column(n, sa.Date(), nullable=True) for n in ("until", "ended_on")),
        sa.Column("salt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_tags")),
        sa.UniqueConstraint("no", name=op.f("uq_resident_tags_no")),
    )
    op.create_index(op.f("ix_resident_tags_resident"), "resident_tags", ["resident"])
    op.create_index(op.f("ix_resident_tags_until"), "resident_tags", ["until"])
    op.create_table(
        "resident_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident", sa.String(), nullable=False),
        sa.Column("key", SORTED, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_keys")),
    )
    op.create_index(op.f("ix_resident_keys_resident"), "resident_keys", ["resident"])
    op.create_index(op.f("ix_resident_keys_key_resident"), "resident_keys", ["key", "resident"])
    op.create_table(
        "statements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        *(sa.Column(n, sa.String(), nullable=False) for n in ("source", "by")),
        sa.Column("at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    op.create_index(op.f("ix_statements_resident_at"), "statements", ["resident", "at"])
