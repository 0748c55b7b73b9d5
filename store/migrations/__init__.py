"""Alembic's environment and versions; run through store.migrate."""
