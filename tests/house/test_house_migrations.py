"""Migrations only add: while processes are replaced one by one, the old version works on the new schema."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source_tree import Module, calls_of, full_name, modules, parsed, told

FIRST = "store/migrations/versions/v0001_tables.py"
# An index less is slower, not wrong.
ALLOWED = {"create_table", "create_index", "add_column", "drop_index", "execute"}


def test_every_migration_after_the_first_only_adds() -> None:
    found = [finding for module in _later() for finding in _findings(module)]

    assert not found, told(found)


def test_every_migration_follows_the_one_before_it() -> None:
    chain = [(_constant(module, "revision"), _constant(module, "down_revision")) for module in (_first(), *_later())]

    assert chain == [(f"{n:04}", f"{n - 1:04}" if n > 1 else None) for n in range(1, len(chain) + 1)]


@pytest.mark.parametrize(
    "planted",
    [
        "op.drop_column('motions', 'brief')",
        "op.alter_column('motions', 'brief', nullable=True)",
        "op.drop_table('motions')",
        "op.add_column('motions', sa.Column('x', sa.Text(), nullable=False))",
        "op.create_index('uq', 'motions', ['brief'], unique=True)",
        "op.execute('UPDATE motions SET brief = 1')",
        "op.execute(statement)",
        "op.execute(\"INSERT INTO motions (id) VALUES ('x')\")",
        "op.batch_alter_table('motions')",
        "op.rename_table('motions', 'moves')",
    ],
)
def test_what_the_old_version_would_trip_over_is_found(planted: str) -> None:
    module = parsed(f"import sqlalchemy as sa\nfrom alembic import op\n\ndef upgrade():\n    {planted}\n")

    assert len(list(_findings(module))) == 1


@pytest.mark.parametrize(
    "planted",
    [
        "op.add_column('motions', sa.Column('x', sa.Text()))",
        "op.add_column('motions', sa.Column('x', sa.Text(), nullable=False, server_default=''))",
        "op.create_index('ix', 'motions', ['brief'])",
        "op.add_column('motions', sa.Column('x', sa.Text()))\n    op.create_index('uq', 'motions', ['x'], unique=True)",
        "op.create_table('new', sa.Column('id', sa.Text()))\n    op.execute(\"INSERT INTO new (id) VALUES ('x')\")",
        "op.create_table('new', sa.Column('id', sa.Text(), nullable=False), sa.UniqueConstraint('id'))",
    ],
)
def test_what_it_never_sees_is_not(planted: str) -> None:
    module = parsed(f"import sqlalchemy as sa\nfrom alembic import op\n\ndef upgrade():\n    {planted}\n")

    assert list(_findings(module)) == []


def _first() -> Module:
    return next(module for module in modules("store") if module.path == FIRST)


def _later() -> list[Module]:
    return [m for m in modules("store") if "/versions/v" in m.path and m.path != FIRST]


def _findings(module: Module) -> Iterator[str]:
    created = {_text(call.args[0]) for call, name in _operations(module) if name == "create_table"}
    added = {_text(call.args[1].args[0]) for call, name in _operations(module) if name == "add_column"}  # type: ignore[attr-defined]  # checked by _is_required
    for call, name in _operations(module):
        if name not in ALLOWED:
            yield module.at(call, f"op.{name} takes something away or changes it; the old version needs it")
        elif name == "add_column" and _is_required(call.args[1]):
            yield module.at(call, "a new column that may not be null needs a server default")
        elif name == "create_index" and _keyword(call, "unique") and not _is_new(call, created, added):
            yield module.at(call, "a unique index on what is there refuses what the old version writes")
        elif name == "execute" and not any(_text(call.args[0]).startswith(f"INSERT INTO {t} ") for t in created):
            yield module.at(call, "only tables made here may be filled")


def _operations(module: Module) -> Iterator[tuple[ast.Call, str]]:
    for call, name in calls_of(module):
        if name.startswith("alembic.op."):
            yield call, name.removeprefix("alembic.op.")


def _is_required(column: ast.expr) -> bool:
    assert isinstance(column, ast.Call), "a column is made where it is added"
    assert full_name(column.func).endswith("Column")
    return _keyword(column, "nullable") is False and "server_default" not in {each.arg for each in column.keywords}


def _is_new(index: ast.Call, tables: set[str], columns: set[str]) -> bool:
    """Whether the old version never writes into it: a table it does not know, or a column it leaves null."""
    indexed = index.args[2].elts if isinstance(index.args[2], ast.List) else []
    return _text(index.args[1]) in tables or any(_text(each) in columns for each in indexed)


def _keyword(call: ast.Call, name: str) -> object:
    found = next((each.value for each in call.keywords if each.arg == name), None)
    return found.value if isinstance(found, ast.Constant) else None


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _constant(module: Module, name: str) -> object:
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and full_name(node.targets[0]) == name and isinstance(node.value, ast.Constant):
            return node.value.value
    raise AssertionError(f"{module.path} names no {name}")
