"""What Slack refuses in blocks and views, each with a pointer to the fault."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block

from sandbox.slack.blocks import BLOCKS
from sandbox.slack.limits import message_problems, view_problems
from tests.sandbox.slack.slack_emulator import World

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def option(value: str = "v", text: str = "t") -> Json:
    return {"text": plain(text), "value": value}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("x"), "confirm": plain("Yes"), "deny": plain("No")}
SELECT = {"type": "static_select", "action_id": "s", "options": [option()]}
ACCEPTED: list[list[Json]] = [
    [section("x" * 3000)],
    [section(fields=[mrkdwn("x" * 2000)] * 10, expand=True)],
    [{"type": "header", "text": plain("x" * 150)}],
    [{"type": "divider"}] * 50,
    [actions(*(button(action_id=f"a{n}") for n in range(25)))],
    [actions(button(value="x" * 2000, confirm=CONFIRM, style="primary"))],
    [{"type": "context", "elements": [mrkdwn("x")] * 10}],
    [section(accessory={**SELECT, "options": [option(str(n)) for n in range(100)]})],
    [{"type": "markdown", "text": "x" * 12_000}],
    [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
    [{"type": "image", "image_url": "https://example.com/i.png", "alt_text": "i"}],
]
REFUSED: list[tuple[list[Json], str]] = [
    ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "section"}], "must provide at least one of text, fields [json-pointer:/blocks/0]"),
    ([section(fields=[mrkdwn("x")] * 11)], "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    (
        [section(fields=[mrkdwn("x" * 2001)])],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    ([section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
    ([{"type": "header", "text": mrkdwn("x")}], "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ([actions(button(text=plain("x" * 76)))], "must be less than 76 characters"),
    ([actions(button(value="x" * 2001))], "must be less than 2001 characters"),
    ([actions(button(action_id="x" * 256))], "must be less than 256 characters"),
    ([actions(button(style="green"))], "must be one of primary, danger"),
    ([actions(button(confirm={**CONFIRM, "confirm": plain("x" * 31)}))], "must be less than 31 characters"),
    ([actions(button(), button())], "`action_id` go already exists in this block [json-pointer:/blocks/0]"),
    ([actions(*(button(action_id=f"a{n}") for n in range(26)))], "no more than 25 items allowed"),
    ([actions()], "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
    ([section(block_id="x" * 256)], "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    ([section(block_id="b"), section(block_id="b")], "`block_id` b already exists [json-pointer:/blocks]"),
    ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "no more than 10 items allowed"),
    ([section(accessory={**SELECT, "options": [option(str(n)) for n in range(101)]})], "no more than 100"),
    ([section(accessory={**SELECT, "options": [option(text="x" * 76)]})], "must be less than 76 characters"),
    ([section(accessory={"type": "static_select", "action_id": "s"})], "exactly one of options, option_groups"),
    ([section(accessory={"type": "overflow", "options": [option()] * 6})], "no more than 5 items allowed"),
    ([section(accessory={"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    ([{"type": "image", "alt_text": "i"}], "exactly one of image_url, slack_file"),
    ([{"type": "markdown", "text": "x" * 7_000}] * 2, "markdown blocks must total less than 12001 characters"),
    ([{"type": "marquee"}], "unsupported type: marquee [json-pointer:/blocks/0/type]"),
    ([{"type": "alert", "text": mrkdwn("x")}], "unsupported type: alert"),
    ([{"text": "no type"}], "missing required field: type [json-pointer:/blocks/0]"),
    ([{"type": "task_card", "task_id": "1", "title": "x", "status": "pending"}], "only a plan's tasks"),
]


@pytest.mark.parametrize("blocks", ACCEPTED)
def test_messages_up_to_the_limits_are_accepted(blocks: list[Json]) -> None:
    assert list(message_problems(blocks)) == []


@pytest.mark.parametrize(("blocks", "complaint"), REFUSED)
def test_messages_beyond_the_limits_are_refused_with_a_pointer(blocks: list[Json], complaint: str) -> None:
    assert complaint in "\n".join(message_problems(blocks))


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Edit"), "submit": plain("Save"), "blocks": list(blocks), **more}


INPUT = {"type": "input", "label": plain("Why"), "element": {"type": "plain_text_input", "action_id": "why"}}


def test_views_up_to_the_limits_are_accepted() -> None:
    full = modal(*([section()] * 99), INPUT, private_metadata="x" * 3000, callback_id="x" * 255)
    home = {"type": "home", "blocks": [section()] * 100}

    assert list(view_problems(full, "modal")) == []
    assert list(view_problems(home, "home")) == []


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (modal(close=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/close/text]"),
        (modal(title=None), "missing required field: title [json-pointer:/view]"),
        (modal(title=mrkdwn("x")), "unsupported type: mrkdwn"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters"),
        (modal(*([section()] * 101)), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (modal({**INPUT, "label": plain("x" * 2001)}), "must be less than 2001 characters"),
        (modal({**INPUT, "label": mrkdwn("x")}), "unsupported type: mrkdwn"),
        (modal(INPUT, submit=None), "missing required field: submit"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
        ({"type": "home", "blocks": []}, "must be a modal view"),
    ],
)
def test_views_beyond_the_limits_are_refused(view: Json, complaint: str) -> None:
    assert complaint in "\n".join(view_problems(view, "modal"))


def test_the_client_sees_invalid_blocks_and_the_pointer(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C0COSELLOPS", text="x", blocks=[section("x" * 3001)])

    assert refused.value.response["error"] == "invalid_blocks"
    messages = refused.value.response["response_metadata"]["messages"]
    assert messages == ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]


def test_too_big_a_home_is_refused_by_its_bytes(client: WebClient, world: World) -> None:
    fields = [{"type": "plain_text", "text": "x" * 2000}] * 10
    view = {"type": "home", "blocks": [{"type": "section", "fields": fields}] * 20}

    with pytest.raises(SlackApiError) as refused:
        client.views_publish(user_id="U0PRIYA", view=view)

    assert refused.value.response["error"] == "view_too_large"


def test_blocks_can_be_validated_without_a_token(world: World) -> None:
    answer = world.post("/api/blocks.validate", {"blocks": [section("")]})

    assert answer["error"] == "invalid_blocks"


SDK_BLOCKS = {str(vars(kind)["type"]): kind for kind in Block.__subclasses__() if vars(kind).get("type") in BLOCKS}


@pytest.mark.parametrize("name", SDK_BLOCKS)
def test_every_field_the_sdk_can_send_is_known(name: str) -> None:
    fields = object.__new__(SDK_BLOCKS[name]).attributes
    block = {"type": name, **dict.fromkeys(fields - {"type"}, 0)}

    complaints = "\n".join(BLOCKS[name](block, ""))

    assert "additional property" not in complaints
