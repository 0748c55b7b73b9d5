"""Every Block Kit block, with its limits and the surfaces it may stand on; knows no message and no view."""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.elements import (
    BUTTON,
    BUTTONS,
    CHOICES,
    FEEDBACK,
    ID,
    IMAGE,
    MULTI_SELECTS,
    PICKERS,
    SELECTS,
    TYPED,
    URL,
    plain,
    words,
)
from sandbox.slack.schema import (
    Rule,
    anything,
    array,
    at_least_one,
    boolean,
    choice,
    complaint,
    every,
    exactly_one,
    integer,
    record,
    string,
    tagged,
)

_BLOCK: dict[str, Rule] = {"block_id": ID}
_TEXT = {"plain_text": words(3000), "mrkdwn": words(3000)}
_RICH_TEXT = record(
    {
        "elements": array(
            tagged(
                dict.fromkeys(
                    ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"),
                    anything,
                )
            ),
            most=1000,
            least=0,
        )
    },
    _BLOCK,
)
_INPUTS = {**TYPED, **SELECTS, **MULTI_SELECTS, **CHOICES, **PICKERS}
_ACTIONS = {**BUTTONS, **SELECTS, **MULTI_SELECTS, **CHOICES, **PICKERS}
_ROW = array(
    tagged(dict.fromkeys(("raw_text", "raw_number", "rich_text"), anything)),
    most=20,
)
_CARD = every(
    at_least_one("title", "subtitle", "body", "hero_image", "actions"),
    record(
        {},
        {
            **_BLOCK,
            "title": words(150),
            "subtitle": words(150),
            "body": words(200),
            "subtext": words(200),
            "icon": anything,
            "slack_icon": anything,
            "hero_image": IMAGE,
            "actions": array(tagged({"button": BUTTON}), 3),
        },
    ),
)
_TASK = record(
    {"task_id": string(255), "title": string(3000)},
    {
        **_BLOCK,
        "details": _RICH_TEXT,
        "output": _RICH_TEXT,
        "sources": anything,
        "status": choice("pending", "in_progress", "complete", "error"),
    },
)

_SIMPLE: dict[str, Rule] = {
    "section": every(
        at_least_one("text", "fields"),
        record(
            {},
            {
                **_BLOCK,
                "text": words(3000),
                "fields": array(words(2000), 10),
                "accessory": tagged({**_ACTIONS, "image": IMAGE}),
                "expand": boolean,
            },
        ),
    ),
    "header": record({"text": plain(150)}, _BLOCK),
    "divider": record({}, _BLOCK),
    "context": record({"elements": array(tagged({**_TEXT, "image": IMAGE}), 10)}, _BLOCK),
    "actions": record({"elements": array(tagged(_ACTIONS), 25)}, _BLOCK),
    "context_actions": record({"elements": array(tagged(FEEDBACK), 5)}, _BLOCK),
    "image": every(
        exactly_one("image_url", "slack_file"),
        record(
            {"alt_text": string(2000)},
            {**_BLOCK, "image_url": URL, "slack_file": anything, "title": plain(2000)},
        ),
    ),
    "video": record(
        {"alt_text": string(2000), "title": plain(200), "thumbnail_url": URL, "video_url": URL},
        {
            **_BLOCK,
            "title_url": URL,
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": string(50),
            "author_name": string(50),
        },
    ),
    "input": record(
        {"label": plain(2000), "element": tagged(_INPUTS)},
        {**_BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": _RICH_TEXT,
    "markdown": record({"text": string(12_000)}, _BLOCK),
    "alert": record(
        {"text": words(200)}, {**_BLOCK, "level": choice("default", "info", "warning", "error", "success")}
    ),
    "card": _CARD,
    "carousel": record({"elements": array(tagged({"card": _CARD}), 10)}, _BLOCK),
    "task_card": _TASK,
    "plan": record({"title": string(3000)}, {**_BLOCK, "tasks": array(_TASK, 50)}),
    "table": record({"rows": array(_ROW, 100)}, {**_BLOCK, "column_settings": array(anything, 20)}),
    "data_table": record(
        {"caption": string(2000), "rows": array(_ROW, 201, least=2)},
        {**_BLOCK, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
    ),
    "data_visualization": record({"title": string(50), "chart": anything}, _BLOCK),
    "file": record({"external_id": string(255), "source": string(255)}, _BLOCK),
}
_CHILD = tagged(_SIMPLE)
BLOCKS: dict[str, Rule] = {
    **_SIMPLE,
    "container": record(
        {"child_blocks": array(_CHILD, 10)},
        {
            **_BLOCK,
            "title": words(150),
            "rich_text_title": anything,
            "subtitle": words(150),
            "width": choice("narrow", "standard", "wide", "full"),
            "icon": anything,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
    ),
}

_EVERYWHERE = {"actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
_HOME_AND_MESSAGE = {"carousel", "container", "data_table", "data_visualization", "table"}
SURFACES: dict[str, set[str]] = {
    "message": {*_EVERYWHERE, *_HOME_AND_MESSAGE, "context_actions", "file", "markdown", "plan", "task_card"},
    "modal": {*_EVERYWHERE, "alert"},
    "home": {*_EVERYWHERE, *_HOME_AND_MESSAGE},
}


def block_rule(surface: str) -> Rule:
    """The rule for one block on a surface."""
    return every(tagged({name: BLOCKS[name] for name in SURFACES[surface]}), _distinct_actions)


def elements_of(block: Any) -> list[dict[str, Any]]:
    """The interactive elements of a block, in order."""
    found = [block.get("accessory"), block.get("element"), *_listed(block, "elements"), *_listed(block, "actions")]
    for child in (*_listed(block, "child_blocks"), *_listed(block, "elements")):
        if isinstance(child, dict) and child.get("type") in BLOCKS and "action_id" not in child:
            found.extend(elements_of(child))
    return [each for each in found if isinstance(each, dict) and "action_id" in each]


def _listed(block: Any, name: str) -> list[Any]:
    value = block.get(name)
    return value if isinstance(value, list) else []


def _distinct_actions(block: Any, at: str) -> Iterator[str]:
    if not isinstance(block, dict):
        return
    ids = [element["action_id"] for element in elements_of(block)]
    for each in sorted({str(i) for i in ids if ids.count(i) > 1}):
        yield complaint(f"`action_id` {each} already exists in this block", at)
