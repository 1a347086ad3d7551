"""${message}."""

import sqlalchemy as sa
from alembic import op

from data.geometry import Shape
from data.models.base import Time

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure."""
    ${upgrades if upgrades else "pass"}
