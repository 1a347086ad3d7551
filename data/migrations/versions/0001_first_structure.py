"""First structure."""

import sqlalchemy as sa
from alembic import op

from data.models.base import Time
from data.models.geometry import Shape

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the structure."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("provider", sa.Integer(), nullable=True),
        sa.Column("resident", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("user", name=op.f("uq_accounts_user")),
    )
    op.create_table(
        "areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("shape", Shape(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint("code", name=op.f("uq_areas_code")),
    )

    op.create_table(
        "cells",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("shape", Shape(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cells")),
        sa.UniqueConstraint("code", name=op.f("uq_cells_code")),
    )
    with op.batch_alter_table("cells", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cells_community"), ["community"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_phone"), ["phone"], unique=False)
        batch_op.create_index(batch_op.f("ix_contacts_subject"), ["subject"], unique=True)

    op.create_table(
        "counters",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_counters")),
    )
    op.create_table(
        "districts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("extract", sa.String(), nullable=False),
        sa.Column("extract_hash", sa.String(), nullable=False),
        sa.Column("built_at", Time(), nullable=False),
        sa.Column("west", sa.Double(), nullable=False),
        sa.Column("south", sa.Double(), nullable=False),
        sa.Column("east", sa.Double(), nullable=False),
        sa.Column("north", sa.Double(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_districts")),
        sa.UniqueConstraint("code", name=op.f("uq_districts_code")),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("points_centi", sa.Integer(), nullable=False),
        sa.Column("at", Time(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entries_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_entries_subject"), ["subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_entries_unit_at"), ["unit", "at"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("aggregate", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", Time(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("kind", "aggregate", "seq", name=op.f("uq_events_kind_aggregate_seq")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_at"), ["at"], unique=False)

    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("row_hash", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_imports_kind_key")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("created_at", Time(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("place_quality", sa.String(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("resident", sa.String(), nullable=False),
        sa.Column("provider", sa.Integer(), nullable=True),
        sa.Column("declined_by", sa.JSON(), nullable=False),
        sa.Column("wanted_at", Time(), nullable=True),
        sa.Column("ack_due_at", Time(), nullable=True),
        sa.Column("arrive_due_at", Time(), nullable=True),
        sa.Column("complete_due_at", Time(), nullable=True),
        sa.Column("contacted_at", Time(), nullable=True),
        sa.Column("accepted_at", Time(), nullable=True),
        sa.Column("arrived_at", Time(), nullable=True),
        sa.Column("done_at", Time(), nullable=True),
        sa.Column("ended_at", Time(), nullable=True),
        sa.Column("travel_s", sa.Double(), nullable=True),
        sa.Column("price_fen", sa.Integer(), nullable=True),
        sa.Column("max_price_fen", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("no", name=op.f("uq_orders_no")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_cell"), ["cell"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_item"), ["item"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_provider_state"), ["provider", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_resident"), ["resident"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "photos",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_photos")),
    )
    op.create_table(
        "providers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("service_areas", sa.JSON(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("load", sa.Integer(), nullable=False),
        sa.Column("recent_orders", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Double(), nullable=False),
        sa.Column("rating_count", sa.Integer(), nullable=False),
        sa.Column("prices_fen", sa.JSON(), nullable=False),
        sa.Column("licences", sa.JSON(), nullable=False),
        sa.Column("max_travel_min", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_providers")),
        sa.UniqueConstraint("no", name=op.f("uq_providers_no")),
    )
    with op.batch_alter_table("providers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_providers_area"), ["area"], unique=False)
        batch_op.create_index(batch_op.f("ix_providers_name"), ["name"], unique=False)

    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("user", "key", name=op.f("uq_receipts_user_key")),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipts_at"), ["at"], unique=False)

    op.create_table(
        "residents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("initials", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("blocked_providers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residents")),
        sa.UniqueConstraint("no", name=op.f("uq_residents_no")),
    )
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_residents_cell"), ["cell"], unique=False)
        batch_op.create_index(batch_op.f("ix_residents_household"), ["household"], unique=False)
        batch_op.create_index(batch_op.f("ix_residents_initials"), ["initials"], unique=False)
        batch_op.create_index(batch_op.f("ix_residents_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_residents_phone"), ["phone"], unique=False)

    op.create_table(
        "reveals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveals")),
    )
    with op.batch_alter_table("reveals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reveals_subject"), ["subject"], unique=False)
        batch_op.create_index(batch_op.f("ix_reveals_user"), ["user"], unique=False)

    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("expires_at", Time(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_ins")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_user"), ["user"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reported_at", Time(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("border_cells", sa.JSON(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("limit", sa.String(), nullable=False),
        sa.Column("promised_at", Time(), nullable=False),
        sa.Column("due_at", Time(), nullable=False),
        sa.Column("yellow_at", Time(), nullable=False),
        sa.Column("orange_at", Time(), nullable=False),
        sa.Column("response_due_at", Time(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("lamp", sa.String(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("handler", sa.String(), nullable=False),
        sa.Column("accepted_at", Time(), nullable=True),
        sa.Column("received_at", Time(), nullable=True),
        sa.Column("done_at", Time(), nullable=True),
        sa.Column("checked_at", Time(), nullable=True),
        sa.Column("closed_at", Time(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("ruled", sa.Boolean(), nullable=False),
        sa.Column("extension_asked", sa.String(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("reworks", sa.Integer(), nullable=False),
        sa.Column("response_missed", sa.Boolean(), nullable=False),
        sa.Column("overdue_steps", sa.Integer(), nullable=False),
        sa.Column("next_charge_at", Time(), nullable=True),
        sa.Column("shelved_left_s", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tick_at", Time(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("no", name=op.f("uq_tickets_no")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tickets_category_reported_at"), ["category", "reported_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_tickets_cell_state"), ["cell", "state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tickets_department_state_due_at"), ["department", "state", "due_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_tickets_parent"), ["parent"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_reported_at"), ["reported_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_reporter"), ["reporter"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_tick_at"), ["tick_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_worker"), ["worker"], unique=False)
