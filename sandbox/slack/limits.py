"""What Slack refuses in a message or a view, said as Slack says it; knows nothing of who is posting where."""

import json
from collections.abc import Iterator
from typing import Any

from sandbox.slack.blocks import block_rule
from sandbox.slack.elements import plain
from sandbox.slack.schema import Rule, array, boolean, choice, complaint, every, string
from sandbox.slack.wire import Blocks, Json, SlackError

POST_TEXT = 40_000
UPDATE_TEXT = 4_000
ATTACHMENTS = 100
MARKDOWN_TOTAL = 12_000
VIEW_BYTES = 250 * 1024
_MESSAGE_BLOCKS = array(block_rule("message"), most=50, least=0)
_VIEW_BLOCKS = {surface: array(block_rule(surface), most=100, least=0) for surface in ("modal", "home")}
_VIEW_FIELDS: dict[str, Rule] = {
    "type": choice("modal", "home"),
    "title": plain(24),
    "submit": plain(24),
    "close": plain(24),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
    "private_metadata": string(3000, least=0),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit_disabled": boolean,
}


def check_text(text: str, most: int) -> None:
    """Refuse a message text that is too long."""
    if len(text) > most:
        raise SlackError("msg_too_long")


def check_message_blocks(blocks: Any) -> Blocks:
    """The blocks of a message, or invalid_blocks with a pointer to each fault."""
    problems = list(message_problems(blocks))
    if problems:
        raise SlackError("invalid_blocks", problems)
    checked: Blocks = blocks
    return checked


def message_problems(blocks: Any, at: str = "/blocks") -> Iterator[str]:
    """Every fault in a message's blocks."""
    yield from _MESSAGE_BLOCKS(blocks, at)
    if not isinstance(blocks, list):
        return
    yield from _distinct_blocks(blocks, at)
    markdown = [b.get("text") for b in blocks if isinstance(b, dict) and b.get("type") == "markdown"]
    if sum(len(text) for text in markdown if isinstance(text, str)) > MARKDOWN_TOTAL:
        yield complaint(f"markdown blocks must total less than {MARKDOWN_TOTAL + 1} characters", at)
    for index, block in enumerate(blocks):
        if isinstance(block, dict) and (block.get("type"), block.get("status")) == ("task_card", "pending"):
            yield complaint("only a plan's tasks can be pending", f"{at}/{index}/status")


def check_view(view: Any, kind: str) -> Json:
    """A view of one kind, or invalid_arguments with a pointer to each fault."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", [complaint("must provide an object", "/view")])
    problems = list(view_problems(view, kind))
    if problems:
        raise SlackError("invalid_arguments", problems)
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    return view


def view_problems(view: Json, kind: str, at: str = "/view") -> Iterator[str]:
    """Every fault in a view that should be of one kind."""
    if view.get("type") != kind:
        yield complaint(f"must be a {kind} view", f"{at}/type")
        return
    for name, rule in _VIEW_FIELDS.items():
        if view.get(name) is not None:
            yield from rule(view[name], f"{at}/{name}")
    blocks = view.get("blocks")
    if blocks is None:
        yield complaint("missing required field: blocks", at)
        return
    yield from every(_VIEW_BLOCKS[kind], _distinct_blocks)(blocks, f"{at}/blocks")
    if kind == "modal":
        yield from _modal_problems(view, at)


def _modal_problems(view: Json, at: str) -> Iterator[str]:
    if view.get("title") is None:
        yield complaint("missing required field: title", at)
    has_input = any(isinstance(b, dict) and b.get("type") == "input" for b in view["blocks"])
    if has_input and view.get("submit") is None:
        yield complaint("missing required field: submit, as there is an input block", at)


def _distinct_blocks(blocks: Any, at: str) -> Iterator[str]:
    given = [b.get("block_id") for b in blocks if isinstance(b, dict)] if isinstance(blocks, list) else []
    ids = [str(each) for each in given if each]
    for each in sorted({i for i in ids if ids.count(i) > 1}):
        yield complaint(f"`block_id` {each} already exists", at)
