"""What is written: docstrings, the glossary, and nothing of the machine it was written on."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.house.source_tree import APPLICATION, PACKAGES, ROOT, Module, files, modules, told

# The words of the glossary; each has one meaning and no synonym.
WORDS = (
    "opportunity / deal",
    "motion",
    "trigger",
    "match",
    "match rule",
    "signal",
    "brief",
    "referral",
    "proposal",
    "approval",
    "effect",
    "alliance manager",
    "handoff",
    "exception",
    "play",
    "grant",
    "label",
    "released",
    "audience",
    "loop",
    "three clocks",
)
# Split, so that this file does not hold what it looks for.
_MACHINE = re.compile(
    "|".join(
        (
            r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|tm" + r"p)/[\w.]",
            r"(?<![\w.])/(?:ho" + r"me|Us" + r"ers)/\w+",
            r"[A-Z]:\\\\?Us" + r"ers",
            r"(?:py" + r"pi|npm" + r"js|python" + r"hosted|crates)\.(?:org|com|io)",
            r"(?:arti" + r"factory|nex" + r"us)[./]",
        )
    )
)
_LOCKED = {"uv.lock"}  # names the index it was resolved against
_TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".js", ".css", ".html", ".csv", ".lark", ".svg", ".lock", ""}


def test_every_module_says_what_it_is_responsible_for() -> None:
    found = [
        f"{module.path}:1: no docstring; say what it is responsible for and what it refuses to know"
        for module in modules(*PACKAGES, "tests")
        if not ast.get_docstring(module.tree)
    ]

    assert not found, told(found)


def test_every_public_function_and_class_says_what_it_gives() -> None:
    found = [
        module.at(node, f"{node.name} has no docstring")
        for module in modules(*APPLICATION)
        for node in _public(module)
        if not ast.get_docstring(node)
    ]

    assert not found, told(found)


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{number}: {match.group()}"
        for path in files()
        if path.suffix in _TEXT and path.name not in _LOCKED
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for match in _MACHINE.finditer(line)
    ]

    assert not found, told(found)


@pytest.mark.parametrize("place", ["/wo" + "rk/main", "/ro" + "ot/.cache", "/ho" + "me/ann", "py" + "pi.org"])
def test_a_machine_or_registry_is_noticed(place: str) -> None:
    assert _MACHINE.search(f"see {place} for more")


@pytest.mark.parametrize("words", ["a framework/library", "network/tools", "https://slack.com/api/", "docs/tmp.md"])
def test_other_words_are_not_taken_for_a_machine(words: str) -> None:
    assert not _MACHINE.search(words)


def test_the_glossary_has_each_word_once() -> None:
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    defined = Counter(line.split("|")[1].strip() for line in lines if line.startswith("| ") and "---" not in line)
    del defined["word"]

    assert dict(defined) == dict.fromkeys(WORDS, 1)


def test_every_connector_keeps_its_score() -> None:
    folders = sorted(path.parent for path in (ROOT / "connectors").glob("*/__init__.py"))
    found = [
        f"{(folder / name).relative_to(ROOT).as_posix()}:1: missing"
        for folder in folders
        for name in ("client.py", "mapping.py", "quality.toml")
        if not (folder / name).is_file()
    ]

    assert folders
    assert not found, told(found)


def _public(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
