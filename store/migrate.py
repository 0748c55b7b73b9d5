"""Bringing a database to the newest tables, as often as anybody likes; knows no version by name."""

import logging

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from store.engine import usable

log = logging.getLogger(__name__)

# Any number, the same in every process: who holds it migrates, the others wait and find nothing to do.
_LOCK = 7_263_541


def upgrade(engine: Engine) -> None:
    """Apply every migration the database lacks, in one transaction; raises StoreUnusable when it cannot."""
    config = _config()
    with usable(), engine.begin() as connection:
        _wait_for_others(connection)
        if newer := _unknown_here(connection):
            # A newer version has migrated already. Migrations only add, so this one works on.
            log.info("store.newer revision=%s", newer)
            return
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def known_revisions() -> frozenset[str]:
    """Every schema this version knows, its own and those before it."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    return config


def _unknown_here(connection: Connection) -> str:
    present = MigrationContext.configure(connection).get_current_heads()
    return " ".join(sorted(set(present) - known_revisions()))


def _wait_for_others(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
