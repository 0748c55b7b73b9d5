"""How big things may be, where a broad catch may stand, and who may read the environment and the clock."""

import ast
from collections.abc import Iterator
from statistics import median

import pytest

from tests.house.source_tree import APPLICATION, PACKAGES, Module, full_name, modules, names_of, parsed, told

MODULE_LINES = 300
FUNCTION_LINES = 60
FUNCTION_LINES_USUALLY = 9

# Where anything may fail in a way nobody foresaw, and somebody waits for an answer all the same.
BOUNDARIES = {
    ("bench/noninterference/playing.py", "_tell"): "a copied process: it says why it failed, and ends",
    ("bot/jobs.py", "Job.run"): "a regular job: it runs again the next time",
    ("handlers/ingress.py", "Ingress.receive"): "an envelope: Slack delivers it again, or the person is told",
    ("handlers/ingress.py", "Ingress._let_through"): "a stored envelope: it is tried again, or the person is told",
    ("handlers/listeners.py", "_Bolt.dispatch"): "a payload Bolt fails on: refused, and the person is told",
    ("handlers/keeping.py", "Keeper._grant"): "one transaction for many: each is told of its failure",
    ("handlers/sockets.py", "Socket.handle"): "an envelope not even Bolt can read: it is not acknowledged",
    ("handlers/web.py", "_dispatched"): "bytes from anybody: the sender is answered 400",
    ("handlers/workers.py", "Workers._try"): "a stored envelope: it is tried again",
    ("handlers/workers.py", "Workers._work_off"): "the store is away: the envelope is taken up again from there",
    ("handlers/alerts.py", "hear"): "a deal alert: its sender is told to come again",
    ("sandbox/salesforce/store.py", "Store.transaction"): "rolls back and raises the same again",
}
READS_ENVIRONMENT = {"bot/settings.py"}
READS_CLOCK = {"bot/clock.py", "sandbox/clock.py"}

ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"}
CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    found = [
        f"{module.path}:1: {lines} lines; split it, {MODULE_LINES} is the most"
        for module in modules(*PACKAGES)
        if (lines := module.source.count("\n")) > MODULE_LINES
    ]

    assert not found, told(found)


def test_no_function_is_longer_than_sixty_lines() -> None:
    found = [
        module.at(function, f"{name} has {_lines(function)} lines; {FUNCTION_LINES} is the most")
        for module in modules(*PACKAGES)
        for name, function in module.functions()
        if _lines(function) > FUNCTION_LINES
    ]

    assert not found, told(found)


def test_the_usual_function_is_short() -> None:
    of_functions = [_lines(function) for module in modules(*APPLICATION) for _, function in module.functions()]

    assert median(of_functions) <= FUNCTION_LINES_USUALLY


def test_only_the_named_boundaries_catch_everything() -> None:
    found = [
        module.at(handler, f"{name} catches everything; catch the narrowest, or name it a boundary here")
        for module in modules(*PACKAGES)
        for name, handler in _broad_handlers(module)
        if (module.path, name) not in BOUNDARIES
    ]

    assert not found, told(found)


def test_every_named_boundary_is_still_one() -> None:
    standing = {(module.path, name) for module in modules(*PACKAGES) for name, _ in _broad_handlers(module)}

    assert set(BOUNDARIES) - standing == set()


def test_only_the_settings_read_the_environment() -> None:
    found = [
        module.at(node, f"{name}: bot/settings.py is the only reader of the environment")
        for module in modules(*PACKAGES)
        if module.path not in READS_ENVIRONMENT
        for node, name in names_of(module)
        if name in ENVIRONMENT
    ]

    assert not found, told(found)


def test_only_the_clocks_read_the_wall_clock() -> None:
    found = [
        module.at(node, f"{name}: take a Clock")
        for module in modules(*APPLICATION, "sandbox")
        if module.path not in READS_CLOCK
        for node, name in names_of(module)
        if name in CLOCK
    ]

    assert not found, told(found)


@pytest.mark.parametrize(
    "source",
    [
        "import os\nkey = os.environ['KEY']",
        "import os as system\nkey = system.getenv('KEY')",
        "from os import environ",
    ],
)
def test_reading_the_environment_is_noticed_however_it_is_spelt(source: str) -> None:
    assert {name for _, name in names_of(parsed(source))} & ENVIRONMENT


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nnow = datetime.now()",
        "import datetime as dt\nnow = dt.datetime.utcnow()",
        "from datetime import date as day\nnow = day.today()",
        "from time import time",
    ],
)
def test_reading_the_wall_clock_is_noticed_however_it_is_spelt(source: str) -> None:
    assert {name for _, name in names_of(parsed(source))} & CLOCK


def test_a_clock_passed_in_is_no_wall_clock() -> None:
    source = "from datetime import datetime\ndef age(clock, born: datetime):\n    return clock.now() - born"

    assert not {name for _, name in names_of(parsed(source))} & CLOCK


@pytest.mark.parametrize("caught", ["", " Exception", " (KeyError, BaseException)", " builtins.Exception as error"])
def test_a_broad_catch_is_noticed_and_placed(caught: str) -> None:
    source = (
        f"class Door:\n    def open(self):\n        try:\n            pass\n        except{caught}:\n            pass"
    )

    assert [name for name, _ in _broad_handlers(parsed(source))] == ["Door.open"]


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def _broad_handlers(module: Module) -> Iterator[tuple[str, ast.ExceptHandler]]:
    """Every broad handler with the outermost named function it stands in."""
    spans = [(name, function) for name, function in module.functions()]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type):
            around = [name for name, f in spans if f.lineno <= node.lineno <= (f.end_lineno or 0)]
            yield min(around, key=len, default="the module"), node


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(each) for each in caught.elts)
    return caught is None or full_name(caught).removeprefix("builtins.") in {"Exception", "BaseException"}
