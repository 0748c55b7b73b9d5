"""The pages say what the code does: names, examples and links in docs/ are compared with it and run."""

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter
from starlette.testclient import TestClient

from bot.configuration import load_configuration
from bot.settings import Settings, load_settings
from motions.coverage import Away, Coverage, CoverageRow
from motions.grant_terms import DealRule, GrantBlock
from motions.labels import CatalogueRow
from motions.model import Band, MotionState
from motions.policy import ActionKind, Condition, MatchRule, Op, Partner, Policy, ReferralDefaults, Rulebook, RuleField
from motions.rates import Rate
from motions.referrals import Field
from motions.segments import SEGMENTS
from sandbox.world import build_world
from tests.house.source_tree import ROOT, files, modules, told

DOCS = ROOT / "docs"
PAGES = sorted(path for path in files() if path.suffix == ".md" and path.parent in {ROOT, DOCS, DOCS / "adr"})
ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    "partners.yml": TypeAdapter(tuple[Partner, ...]),
    "coverage.yml": TypeAdapter(Coverage),
    "rules.yml": TypeAdapter(Rulebook),
    "referrals.yml": TypeAdapter(tuple[ReferralDefaults, ...]),
    "fields.yml": TypeAdapter(tuple[CatalogueRow, ...]),
    "rates.yml": TypeAdapter(tuple[Rate, ...]),
}

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FUTURE = re.compile(r"\b(?:will|shall|going to|planned|roadmap)\b", re.IGNORECASE)
_BOAST = re.compile(
    r"\b(?:seamless|powerful|robust|blazing|effortless|cutting-edge|world-class|leverage)\w*", re.IGNORECASE
)


def test_the_example_environment_names_every_setting_and_no_other() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    named = [line.partition("=")[0] for line in lines if "=" in line and not line.startswith("#")]

    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_environment_changes_nothing_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text("utf-8"), "utf-8")

    assert load_settings(tmp_path, {}) == load_settings(tmp_path / "nowhere", {})


def test_the_settings_page_documents_every_setting_with_its_default() -> None:
    rows = {row[0].strip("`"): row for row in _rows("settings.md")}

    assert set(rows) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = rows[name.upper()][2].strip("`")
        shown = {"none": None, "empty": "", "bot/defaults": None}.get(default, default)
        assert shown == (None if field.default is None else str(field.default)), name


@pytest.mark.parametrize(
    "model",
    [
        Policy,
        Partner,
        GrantBlock,
        DealRule,
        CatalogueRow,
        Coverage,
        CoverageRow,
        Away,
        MatchRule,
        Condition,
        ReferralDefaults,
        Rate,
    ],
)
def test_the_policy_page_explains_every_key(model: type[BaseModel]) -> None:
    page, rows = _page("policy.md"), {row[0].strip("`") for row in _rows("policy.md")}
    in_prose = {"field", "op", "value"} if model is Condition else set()
    if model is DealRule:
        in_prose = {name for name in DealRule.model_fields if f"`{name}`" in page} | {"everything"}  # `deals: all`
    names = {each.alias or name for name, each in model.model_fields.items()}

    assert names - rows - in_prose == set()


@pytest.mark.parametrize("names", [ActionKind, RuleField, Op])
def test_the_policy_page_explains_every_choice(names: type[ActionKind | RuleField | Op]) -> None:
    explained = {row[0].strip("`") for row in _rows("policy.md")}

    assert {each.value for each in names} - explained == set()


def test_the_policy_page_shows_the_shipped_numbers() -> None:
    shipped = yaml.safe_load((ROOT / "bot/defaults/policy.yml").read_text("utf-8"))
    shown = {row[0].strip("`"): row[2].strip("`") for row in _rows("policy.md") if len(row) == 4}

    for key, value in shipped.items():
        said = str(value).lower() if isinstance(value, bool) else str(value)
        assert shown[key] == ("see file" if isinstance(value, dict) else said)


def test_the_policy_page_lists_every_canonical_name() -> None:
    page = _page("policy.md")

    assert [field.value for field in Field if f"`{field.value}`" not in page] == []


def test_the_yaml_examples_are_valid() -> None:
    examples = {body.splitlines()[0].removeprefix("# "): body for kind, body in _blocks("policy.md") if kind == "yaml"}

    assert set(examples) == set(ADAPTERS)
    for name, body in examples.items():
        assert ADAPTERS[name].validate_python(yaml.safe_load(body))


def test_the_preview_runs_and_scores_the_deal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (example,) = [body for kind, body in _blocks("policy.md") if kind == "python"]
    monkeypatch.chdir(ROOT)

    exec(compile(example, "docs/policy.md", "exec"), {})

    said = capsys.readouterr().out
    assert said.startswith("aws ")
    assert load_configuration(ROOT / "bot/defaults").rulebook.rules[0].because in said


def test_the_sandbox_examples_work() -> None:
    commands = [line for _, body in _blocks("sandbox.md") for line in body.splitlines() if line.startswith("curl ")]
    runnable = [command for command in commands if "…" not in command]

    with TestClient(build_world(tick_seconds=None, deals=300)) as client:
        answers = {command: _curl(command, client) for command in runnable}

    assert len(runnable) > 20
    assert {command: status for command, status in answers.items() if status >= 300} == {}


def test_the_architecture_page_names_every_segment_state_and_job() -> None:
    page = _page("architecture.md")
    states = [state.value.replace(" ", "_") for state in MotionState]

    assert {row[0].strip("`") for row in _rows("architecture.md")} >= set(SEGMENTS)
    assert [state for state in states if f"--> {state}:" not in page] == []
    assert [job for job in _jobs() if f"| `{job}` |" not in page] == []


def test_the_runbook_has_every_exception_code() -> None:
    page = _page("runbook.md")
    codes = set(_codes()) | {f"{name.replace('_', '-')}-failing" for name in SEGMENTS}

    assert len(codes) > len(SEGMENTS)
    assert sorted(code for code in codes if f"`{code}`" not in page) == []


def test_the_slack_page_gives_a_reason_for_every_scope() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))

    scopes = [row[0].strip("`") for row in _rows("slack.md") if row[0].startswith("`")]
    assert scopes == manifest["oauth_config"]["scopes"]["bot"]


def test_the_connectors_page_has_a_row_for_every_connector() -> None:
    rows = {row[0].strip("`") for row in _rows("connectors.md")}

    assert {path.parent.name for path in (ROOT / "connectors").glob("*/quality.toml")} <= rows


def test_every_dependency_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = [re.split(r"[<>=~\[]", each)[0] for each in wanted]

    reasons = {row[0].strip("`"): row[1] for row in _rows("adr/dependencies.md")}
    assert sorted(reasons) == sorted(names)
    assert all(reasons.values())


@pytest.mark.parametrize("path", sorted((DOCS / "adr").glob("[0-9]*.md")), ids=lambda path: str(path.stem))
def test_a_decision_has_its_three_parts(path: Path) -> None:
    headings = re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE)

    assert headings == ["Context", "Decision", "Consequences"]


def test_every_link_between_pages_leads_somewhere() -> None:
    found = [
        f"{page.relative_to(ROOT)}:{number}: {target}"
        for page in PAGES
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        for target in _LINK.findall(line)
        if not target.startswith("http") and not _leads_somewhere(page, target)
    ]

    assert not found, told(found)


def test_the_pages_speak_of_what_is_and_praise_nothing() -> None:
    found = [
        f"{page.relative_to(ROOT)}:{number}: {match.group()}"
        for page in PAGES
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        for pattern in (_FUTURE, _BOAST)
        for match in pattern.finditer(line)
    ]

    assert not found, told(found)


def test_the_changelog_has_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    released = re.findall(r"^## \[(\d[^\]]*)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert released[0][0] == version
    assert [date.fromisoformat(day) for _, day in released]


def test_the_bands_of_the_glossary_are_those_of_the_code() -> None:
    page = _page("glossary.md")

    assert [band.value for band in Band if f"**{band.value}**" not in page] == []


def _page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def _blocks(name: str) -> list[tuple[str, str]]:
    return _BLOCK.findall(_page(name))


def _rows(name: str) -> Iterator[list[str]]:
    """The cells of every table row whose first cell is a name in code style."""
    for line in _page(name).splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def _curl(command: str, client: TestClient) -> int:
    words = shlex.split(command)
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    body = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
    url = next(word for word in words if word.startswith("http"))
    return client.request(method, url.removeprefix("http://127.0.0.1:8400"), json=body).status_code


def _jobs() -> list[str]:
    (schedule,) = [module for module in modules("bot") if module.path == "bot/schedule.py"]
    tables = [node for node in ast.walk(schedule.tree) if isinstance(node, ast.Dict)]
    keys = [key.value for table in tables for key in table.keys if isinstance(key, ast.Constant)]
    return [key for key in keys if isinstance(key, str) and "." in key] + ["digests", "portal.{key}"]


_ASKING = {"_raise", "ask_manager"}  # their second argument is the code


def _codes() -> Iterator[str]:
    """Every code an exception is raised with, and every code a problem on a card has that is made in motions."""
    for module in modules("motions"):
        constants = {
            target.id: node.value
            for node in module.tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(module.tree):
            if isinstance(node, ast.keyword) and node.arg == "code":
                yield from _texts(node.value, constants)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ASKING:
                yield from _texts(node.args[1], constants)


def _texts(node: ast.expr, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body, constants)
        yield from _texts(node.orelse, constants)
    elif isinstance(node, ast.Name) and node.id in constants:
        yield from _texts(constants[node.id], constants)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    aim = page.parent / path if path else page
    if not aim.exists():
        return False
    headings = re.findall(r"^#+ (.+)$", aim.read_text("utf-8"), re.MULTILINE) if anchor else []
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return not anchor or anchor in slugs
