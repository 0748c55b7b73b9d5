"""What the tests themselves may not do: mock our own code, sleep, or be skipped without saying why."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source_tree import Module, calls_of, full_name, modules, names_of, parsed, told

MOCKS_A_TEST = 0.05

_BARE_MARKS = {"pytest.mark.skip", "pytest.mark.xfail"}
_MARKS = _BARE_MARKS | {"pytest.mark.skipif"}
_CALLS = {"pytest.skip", "pytest.xfail"}
_SLEEPS = {"time.sleep", "asyncio.sleep"}


def test_there_are_at_most_five_mocks_in_a_hundred_tests() -> None:
    tests = sum(name.startswith("test_") for module in modules("tests") for name, _ in module.functions())
    mocks = [module.at(node, "a mock") for module in modules("tests") for node in _mocks(module)]

    assert len(mocks) <= MOCKS_A_TEST * tests, told(mocks)


def test_no_test_sleeps() -> None:
    found = [
        module.at(node, "sleeps; poll for what is awaited, against a deadline")
        for module in modules("tests")
        for node in _sleeps(module)
    ]

    assert not found, told(found)


def test_what_is_not_run_says_why() -> None:
    found = [
        module.at(node, f"{name} without a reason")
        for module in modules("tests")
        for node, name in _unexplained(module)
    ]

    assert not found, told(found)


@pytest.mark.parametrize(
    "source",
    [
        "from unittest.mock import Mock\nMock()",
        "from unittest import mock\nmock.patch('os.open')",
        "def test(mocker): mocker.patch('os.open')",
        "def test(monkeypatch): monkeypatch.setattr('os.open', None)",
    ],
)
def test_a_mock_is_noticed(source: str) -> None:
    assert len(list(_mocks(parsed(source)))) == 1


def test_a_sleep_is_noticed_and_polling_is_not_one() -> None:
    asleep = parsed("from time import sleep\nsleep(1)")
    polling = parsed("import time\nwhile not ready():\n    assert early()\n    time.sleep(0.01)")

    assert list(_sleeps(asleep))
    assert not list(_sleeps(polling))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pytest\n@pytest.mark.skip\ndef test(): ...", 1),
        ("import pytest\n@pytest.mark.skipif(True)\ndef test(): ...", 1),
        ("import pytest\ndef test(): pytest.skip()", 1),
        ("import pytest\n@pytest.mark.xfail(reason='known')\ndef test(): ...", 0),
        ("import pytest\ndef test(): pytest.skip('needs a browser')", 0),
    ],
)
def test_a_test_left_out_in_silence_is_noticed(source: str, found: int) -> None:
    assert len(list(_unexplained(parsed(source)))) == found


def _mocks(module: Module) -> Iterator[ast.AST]:
    for node, name in calls_of(module):
        if name.startswith(("unittest.mock.", "mocker.")) or name in {"monkeypatch.setattr", "monkeypatch.setitem"}:
            yield node


def _sleeps(module: Module) -> Iterator[ast.AST]:
    """Every sleep outside a loop that looks for something."""
    loops = [node for node in ast.walk(module.tree) if isinstance(node, ast.While)]
    polling = {id(inner) for loop in loops for inner in ast.walk(loop)}
    for node, name in names_of(module):
        if name in _SLEEPS and id(node) not in polling:
            yield node


def _unexplained(module: Module) -> Iterator[tuple[ast.AST, str]]:
    for name, function in module.functions():
        yield from ((mark, name) for mark in function.decorator_list if full_name(mark) in _BARE_MARKS)
    for call, name in calls_of(module):
        has_reason = any(keyword.arg == "reason" for keyword in call.keywords) or (name in _CALLS and call.args)
        if name in _MARKS | _CALLS and not has_reason:
            yield call, name
