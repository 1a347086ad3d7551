"""Questions with their answers, and callers' words that the catalogue lacks."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; nobody has asked anything yet."""
    texts = (
        "no",
        "state",
        "channel",
        "text",
        "area",
        "asked_by",
        "resident",
        "answer",
        "answered_by",
        "salt",
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        *(sa.Column(n, sa.DateTime(timezone=True), nullable=False) for n in ("asked_at", "due_at")),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("no", name=op.f("uq_questions_no")),
    )
    for name in ("area", "asked_at", "asked_by", "resident"):
        op.create_index(op.f(f"ix_questions_{name}"), "questions", [name])
    op.create_index(op.f("ix_questions_state_due_at"), "questions", ["state", "due_at"])
    op.create_table(
        "heard_words",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(n, sa.String(), nullable=False) for n in ("no", "text", "wanted", "item", "category")),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heard_words")),
        sa.UniqueConstraint("no", name=op.f("uq_heard_words_no")),
        sa.UniqueConstraint("text", name=op.f("uq_heard_words_text")),
    )
    op.create_index(op.f("ix_heard_words_known"), "heard_words", ["known"])
