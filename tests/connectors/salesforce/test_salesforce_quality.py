"""The connector's quality scale is complete, and what it points at exists."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RULES = {
    name: rule
    for tier, rules in tomllib.loads((ROOT / "connectors/salesforce/quality.toml").read_text("utf-8")).items()
    if tier != "meta"
    for name, rule in rules.items()
}
TESTS = "\n".join(
    path.read_text("utf-8")
    for folder in ("tests/connectors", "tests/contracts")
    for path in sorted((ROOT / folder).rglob("test_*.py"))
)


def test_there_are_enough_rules_to_mean_something() -> None:
    assert len(RULES) >= 15


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_verdict_and_a_reason(name: str) -> None:
    rule = RULES[name]

    assert rule["status"] in {"done", "todo", "exempt"}
    assert len(rule["note"]) > 10


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule["status"] == "done"])
def test_what_a_done_rule_points_at_exists(name: str) -> None:
    note = RULES[name]["note"]

    for test in re.findall(r"\b(test_\w+)(?!\.py|\w)", note):
        assert f"def {test}(" in TESTS
    for file in re.findall(r"\b(\w+\.py)\b", note):
        assert list(ROOT.glob(f"connectors/salesforce/{file}")) + list(ROOT.glob(f"tests/**/{file}"))
