"""What Alembic runs for each command: migrates the connection it was handed and leaves the commit to its owner."""

from alembic import context

import store.attention
import store.grant_tables
import store.invitation_tables
import store.offer_tables
import store.schemas
import store.sheet_tables
import store.space_tables
import store.upkeep_tables  # noqa: F401 - adds its tables by being imported
from store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
)
with context.begin_transaction():
    context.run_migrations()
