"""quality.toml says what holds; this says that it can be believed."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RULES = tomllib.loads((ROOT / "connectors" / "microsoft" / "quality.toml").read_text("utf-8"))
TIERS = ("bronze", "silver", "gold")
ENTRIES = {name: entry for tier in TIERS for name, entry in RULES[tier].items()}


@pytest.mark.parametrize("name", ENTRIES)
def test_a_rule_is_done_or_says_why_not(name: str) -> None:
    assert ENTRIES[name]["status"] in {"done", "todo", "exempt"}
    assert ENTRIES[name]["note"]


@pytest.mark.parametrize("tier", ["bronze", "silver"])
def test_the_lower_tiers_are_done(tier: str) -> None:
    assert {entry["status"] for entry in RULES[tier].values()} == {"done"}


def test_every_test_and_file_a_note_names_exists() -> None:
    notes = " ".join(entry["note"] for entry in ENTRIES.values())
    written = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    places = (ROOT, ROOT / "connectors" / "microsoft", ROOT / "tests" / "connectors" / "microsoft")
    tests = re.findall(r"\btest_\w+\b(?!\.py)", notes)
    named = set(re.findall(r"[\w/]+\.py\b", notes))

    assert tests
    assert [name for name in tests if f"def {name}" not in written] == []
    assert [name for name in named if not any((place / name).is_file() for place in places)] == []
