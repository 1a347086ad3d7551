"""Sessions at counters."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

TEXTS = (
    *("no", "state", "station", "area", "clerk", "resident", "relation", "agent"),
    *("consent_how", "settled_why", "salt"),
)


def upgrade() -> None:
    """Change the structure; no session was held yet."""
    op.create_table(
        "counter_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("consents", "items", "papers", "held")),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_sessions")),
        sa.UniqueConstraint("no", name=op.f("uq_counter_sessions_no")),
    )
    for name in ("area", "clerk", "opened_at", "resident"):
        op.create_index(op.f(f"ix_counter_sessions_{name}"), "counter_sessions", [name])
    op.create_index(op.f("ix_counter_sessions_state_opened_at"), "counter_sessions", ["state", "opened_at"])
