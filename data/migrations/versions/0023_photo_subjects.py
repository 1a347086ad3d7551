"""What each photo belongs to, so that who may see that may see the photo."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure; for what was there before the log and the tickets tell it."""
    subjects = op.create_table(
        "photo_subjects",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "kind", "key", name=op.f("pk_photo_subjects")),
    )
    connection = op.get_bind()
    found: set[tuple[str, str, str]] = set()
    told = sa.text("SELECT kind, aggregate, payload FROM events WHERE payload LIKE '%\"evidence\"%'")
    for kind, key, payload in connection.execute(told):
        found |= {(str(name), kind, key) for name in json.loads(payload).get("evidence") or ()}
    for no, photos in connection.execute(sa.text("SELECT no, photos FROM tickets")):
        names = json.loads(photos) if isinstance(photos, str) else photos
        found |= {(str(name), "ticket", no) for name in names or ()}
    rows = [{"sha256": name, "kind": kind, "key": key} for name, kind, key in sorted(found)]
    if rows:
        connection.execute(sa.insert(subjects), rows)
