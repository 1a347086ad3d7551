"""Alembic's entry: structure only, over a connection that the caller opened."""

from alembic import context

from data.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_object=lambda _thing, name, kind, *_: not (kind == "table" and name == "spatial_ref_sys"),
)
with context.begin_transaction():
    context.run_migrations()
