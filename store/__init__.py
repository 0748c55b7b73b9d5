"""The store: tables, migrations and repositories; the only package that imports SQLAlchemy."""
