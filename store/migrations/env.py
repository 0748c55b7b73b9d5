"""What Alembic runs for each command: migrates the connection it was handed and leaves the commit to its owner."""

from alembic import context

from store import upkeep_tables
from store.tables import metadata

assert upkeep_tables.metadata is metadata  # it adds its tables by being imported

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
)
with context.begin_transaction():
    context.run_migrations()
