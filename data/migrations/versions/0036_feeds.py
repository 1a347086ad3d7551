"""Feeds of other systems: their register, messages and rows."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

OF_FEED = (
    "no", "name", "owner", "direction", "subject", "source", "purpose", "area", "datum", "key", "state", "cursor", "last_error",
)  # fmt: skip
OF_ITEM = (
    "feed", "source_id", "row_hash", "message", "state", "outcome", "reason", "settled_by", "settled_why",
)  # fmt: skip


def upgrade() -> None:
    """Change the structure; no feed was registered yet."""
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in OF_FEED),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("every_s", "grace_s", "messages", "accepted", "refused", "quarantined")
        ),
        sa.Column("most_bad", sa.Float(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("last_at", "last_ok_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("no", name=op.f("uq_feeds_no")),
    )
    op.create_index(op.f("ix_feeds_owner"), "feeds", ["owner"])
    op.create_table(
        "feed_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("feed", "key", "body_hash", "state", "cursor")
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_messages")),
        sa.UniqueConstraint("feed", "key", name=op.f("uq_feed_messages_feed_key")),
    )
    op.create_index(op.f("ix_feed_messages_at"), "feed_messages", ["at"])
    op.create_table(
        "feed_items",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in OF_ITEM),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("at", "told_at")),
        sa.Column("data", sa.JSON(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_items")),
        sa.UniqueConstraint(
            "feed", "source_id", "revision", name=op.f("uq_feed_items_feed_source_id_revision")
        ),
    )
    op.create_index(op.f("ix_feed_items_feed_state_id"), "feed_items", ["feed", "state", "id"])
