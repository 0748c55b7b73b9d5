"""Whatever changes a row is logged with it: only the doors that do both may write."""

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.house.source_tree import APPLICATION, Module, modules, parsed, told

DOMAIN = [folder for folder in APPLICATION if folder != "store"]

# Which calls on the store change what the log must tell, and the one module that makes them and logs them.
DOORS: Mapping[str, Mapping[str, str]] = {
    "motions": dict.fromkeys(("add", "move", "note"), "motions/moving.py"),
    "decisions": dict.fromkeys(("add", "claim", "claim_by_standing", "endorse", "revoke"), "motions/journal.py"),
    "standings": dict.fromkeys(("add", "give", "revoke"), "motions/journal.py"),
    "grants": dict.fromkeys(("add", "confirm", "revoke"), "motions/journal.py"),
    "switches": {"set_stop": "motions/journal.py"},
    "exceptions": dict.fromkeys(("open", "resolve"), "motions/journal.py"),
    "log": {"append": "motions/journal.py"},
    "spaces": dict.fromkeys(("keep", "add_line", "save_line"), "motions/space_journal.py"),
    "offers": dict.fromkeys(("add", "change"), "motions/offer_journal.py"),
    "revisions": {"add": "motions/configuring.py"},
    "effects": dict.fromkeys(("intend", "settle"), "motions/performing.py"),
}


def test_rows_are_written_through_the_doors_that_log_them() -> None:
    found = [
        module.at(call, f"{repository}.{name}(): {DOORS[repository][name]} does it, and logs it")
        for module in modules(*DOMAIN)
        for call, repository, name in _writes(module)
        if DOORS[repository][name] != module.path
    ]

    assert not found, told(found)


def test_every_door_is_used_by_its_keeper() -> None:
    written = {
        (module.path, repository, name) for module in modules("motions") for _, repository, name in _writes(module)
    }

    assert {(path, repository, name) for repository, doors in DOORS.items() for name, path in doors.items()} == written


@pytest.mark.parametrize("source", ["uow.motions.note(m, {})", "self.uow.motions.note(m, {})", "motions.note(m, {})"])
def test_a_write_is_noticed_however_the_store_is_reached(source: str) -> None:
    assert [(repository, name) for _, repository, name in _writes(parsed(source))] == [("motions", "note")]


def test_reading_is_no_write() -> None:
    assert not list(_writes(parsed("uow.motions.get(m)\nrows.append(m)\nnote(uow, m, {})")))


def _writes(module: Module) -> Iterator[tuple[ast.Call, str, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            repository = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if node.func.attr in DOORS.get(repository, {}):
                yield node, repository, node.func.attr
