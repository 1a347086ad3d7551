"""Which entry a reversal takes back, and the steps of a ticket that an appeal decides on."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BY_APPEAL = """
UPDATE entries SET reverses = (
    SELECT appeals.entry FROM appeals
    WHERE appeals.subject = entries.subject AND appeals.state = 'granted'
    AND entries.evidence LIKE '%: appeal ' || appeals.no || ':%')
WHERE kind = 'reversal'"""
BY_RECOUNT = """
UPDATE entries SET reverses = (
    SELECT max(taken.id) FROM entries AS taken
    WHERE taken.subject = entries.subject AND taken.unit = entries.unit AND taken.kind = 'overdue'
    AND taken.step = entries.step AND taken.points_centi = -entries.points_centi AND taken.id < entries.id
    AND NOT EXISTS (SELECT 1 FROM appeals WHERE appeals.entry = taken.id))
WHERE kind = 'reversal' AND reverses IS NULL AND evidence LIKE 'overdue:%'"""


def upgrade() -> None:
    """Change the structure; reversals that lay there are led to what they took back."""
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reverses", sa.Integer(), nullable=True))
    op.execute(BY_APPEAL)
    op.execute(BY_RECOUNT)
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_entries_reverses"), ["reverses"])
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_steps", sa.JSON(), nullable=False, server_default="[]"))
