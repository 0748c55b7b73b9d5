"""The security page says what the code does: methods and scopes, addresses, how long things are kept, named proofs."""

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any

import yaml
from pydantic import TypeAdapter

from bot.schedule import SEGMENTS_KEPT
from bot.settings import Settings
from bot.writer_settings import WriterSettings
from motions.policy import Policy
from motions.sweeping import KEYS_KEPT
from tests.house.source_tree import ROOT, modules, names_of, told

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
MANIFEST: Any = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))

_FAMILIES = "admin|agents|apps|assistant|auth|bookmarks|bots|canvases|chat|conversations|dnd|emoji|entity|files"
_METHOD = re.compile(
    rf"^(?:{_FAMILIES}|functions|pins|reactions|reminders|search|stars|team|usergroups|users|views)_[a-zA-Z_]+$"
)
_ADDRESS = re.compile(r"_(?:url|domain|host|endpoint|server)(?:_|$)")
# What the words of a motion may be made with; anything else could reach something outside.
_MODEL_SIDE = {
    *(
        "abc",
        "collections",
        "dataclasses",
        "enum",
        "functools",
        "hashlib",
        "hmac",
        "importlib",
        "ipaddress",
        "itertools",
    ),
    *("json", "logging", "math", "re", "secrets", "threading", "time", "typing", "unicodedata", "urllib", "http"),
    *("agents", "anthropic", "httpx2", "motions", "pydantic", "starlette"),
}


def test_the_table_holds_every_web_api_method_the_code_calls_and_no_other() -> None:
    called = {
        _dotted(node.func.attr)
        for module in modules("handlers", "bot")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _METHOD.match(node.func.attr)
    }

    methods = {name for name in _table("method or event") if "." in name and not name.startswith("message.")}
    assert methods == called


def test_no_method_is_called_by_a_name_made_elsewhere() -> None:
    found = [
        module.at(node, "api_call: call the method by its own name, so that its scopes are known")
        for module in modules("handlers", "bot")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "api_call"
    ]

    assert not found, told(found)


def test_the_scopes_asked_are_the_scopes_used() -> None:
    used = {scope for row in _table("method or event").values() for scope in row[0].split(", ")} - {"none"}

    assert used == set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_the_table_holds_every_event_and_command_of_the_manifest() -> None:
    events = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    commands = {command["command"] for command in MANIFEST["features"]["slash_commands"]}
    told_of = {name for name in _table("method or event") if "." not in name or name.startswith("message.")}

    assert told_of == events | commands


def test_every_setting_that_holds_an_address_is_in_the_egress_list() -> None:
    addresses = {name.upper() for name in Settings.model_fields if _ADDRESS.search(name)}

    assert set(_table("setting")) == addresses - {"COSELL_HOST"}  # the one we listen on
    assert "`COSELL_HOST`" in PAGE


def test_what_is_kept_is_kept_as_long_as_the_page_says() -> None:
    shipped = yaml.safe_load((ROOT / "bot/defaults/policy.yml").read_text("utf-8"))
    kept = {row[0]: row[1] for row in _rows("what", "kept")}

    assert kept["what Slack delivered"] == f"until it is handled, `{shipped['payloads_kept']}` at most"
    assert (
        TypeAdapter(timedelta).validate_python(shipped["payloads_kept"]) <= Policy.model_fields["payloads_kept"].default
    )
    assert kept["keys of those deliveries"] == f"{KEYS_KEPT.days} days"
    assert kept["finished segments with their inputs"] == f"{SEGMENTS_KEPT.days} days"


def test_every_test_bench_and_page_that_is_named_exists() -> None:
    named = re.findall(r"`((?:tests|handlers|agents|motions|bot)/[\w/.]*)`", PAGE)
    benches = re.findall(r"`(?:python -m )?(bench\.\w+)`", PAGE)

    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert all(import_module(bench) for bench in benches)


def test_the_writer_s_settings_are_named_where_it_is_explained() -> None:
    part = PAGE.partition("## The model in a process of its own")[2].partition("\n## ")[0]
    needed = {name for name, field in WriterSettings.model_fields.items() if field.is_required()}

    assert [name for name in needed if f"{name.upper()}=" not in part] == []


def test_the_model_s_side_is_made_of_nothing_that_reaches_further() -> None:
    found = [
        module.at(node, f"imports {name}; what could it reach?")
        for module in modules("agents")
        for node, name in _imports(module.tree)
        if name not in _MODEL_SIDE
    ]

    assert not found, told(found)


def test_the_model_s_side_opens_no_file_and_starts_no_program() -> None:
    found = [
        module.at(node, name)
        for module in modules("agents")
        for node, name in names_of(module)
        if name in {"open", "exec", "eval", "compile", "os.system", "__import__"}
    ]

    assert not found, told(found)


def _dotted(attribute: str) -> str:
    return attribute.replace("_", ".")


def _imports(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module.partition(".")[0]


def _table(first: str) -> Mapping[str, list[str]]:
    """The rows of the table whose first heading is this, by the name in code style in their first cell."""
    return {row[0].strip("`"): row[1:] for row in _rows(first)}


def _rows(*headings: str) -> Iterator[list[str]]:
    lines = iter(PAGE.splitlines())
    for line in lines:
        if [cell.strip() for cell in line.strip("|").split("|")][: len(headings)] == list(headings):
            break
    next(lines)
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split(" | ")]
