"""When somebody last signed in to an account, kept beyond the sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

# Keys of machines are no sign-ins of people.
KNOWN = """
UPDATE accounts SET signed_in_at = known.at FROM (
    SELECT who, max(at) AS at FROM (
        SELECT "by" AS who, max(at) AS at FROM events GROUP BY "by"
        UNION ALL
        SELECT "user" AS who, max(opened_at) AS at FROM sign_ins WHERE kind <> 'key' GROUP BY "user"
    ) AS each_of GROUP BY who
) AS known WHERE known.who = accounts."user"
"""


def upgrade() -> None:
    """Change the structure; of before, what is known is the last change by somebody, or a sign-in that is still kept."""
    with op.batch_alter_table("accounts") as table:
        table.add_column(sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(KNOWN)
