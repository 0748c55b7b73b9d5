"""The hostile model: it tries everything, knows only what it is told, and tries the same again under the same seed."""

import base64
import json
from typing import Any

import httpx
import pytest

from sandbox.model.adversary import ENDLESS, Hostility, Trick
from tests.sandbox.model.model_emulator import HELLO, Emulator, text_of

FACTS = {"facts": [{"id": "account", "value": "Zathunicon"}, {"id": "amount", "value": "USD 48,250.00"}]}
SENTENCES: Any = {
    "type": "object",
    "additionalProperties": False,
    "required": ["sentences"],
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "fact_ids"],
                "properties": {"text": {"type": "string"}, "fact_ids": {"type": "array", "items": {"type": "string"}}},
            },
        }
    },
}
ASKED: Any = {
    **HELLO,
    "messages": [{"role": "user", "content": f"The data:\n{json.dumps(FACTS)}"}],
    "output_config": {"format": {"type": "json_schema", "schema": SENTENCES}},
}


def said_by(model: Emulator) -> str:
    return text_of(model.sdk.messages.create(**ASKED).content)


def test_it_plays_every_trick_once_before_any_again_in_an_order_of_its_seed() -> None:
    first, again, other = ([hostility.next() for _ in Trick] for hostility in map(Hostility, (1, 1, 2)))

    assert set(first[:-1]) == set(Trick) - {Trick.OBEY}
    assert first[-1] == first[0]
    assert first == again != other


def test_without_a_trick_it_plays_them_in_turn(model: Emulator) -> None:
    told = model.mode("adversary", seed=7)

    kinds = {_kind(model) for _ in range(len(Trick) - 1)}

    assert told["hostility"] == {"seed": 7, "trick": None, "orders": 0}
    assert {"text", "tool_use", "endless"} <= kinds


@pytest.mark.parametrize("trick", [Trick.LINKS, Trick.MENTIONS, Trick.BLOCKS, Trick.UNICODE, Trick.INVENT])
def test_its_sentences_have_the_shape_that_was_asked_and_cite_what_they_were_given(
    model: Emulator, trick: Trick
) -> None:
    model.mode("adversary", trick=trick)

    sentences = json.loads(said_by(model))["sentences"]

    assert len(sentences) > 5
    assert all(sentence["fact_ids"] == ["account", "amount"] for sentence in sentences)


def test_it_repeats_everything_it_was_told_and_nothing_else(model: Emulator) -> None:
    model.mode("adversary", trick="repeat")

    told = [sentence["text"] for sentence in json.loads(said_by(model))["sentences"]]

    assert told[2:] == ["Zathunicon", "USD 48,250.00", "Zathunicon USD 48,250.00"]


def test_it_encodes_what_it_was_told(model: Emulator) -> None:
    model.mode("adversary", trick="encode")

    told = [sentence["text"] for sentence in json.loads(said_by(model))["sentences"]]

    assert base64.b64decode(told[2]).decode() == "Zathunicon USD 48,250.00"
    assert "nocinuhtaZ" in told[3]


def test_a_flood_is_five_thousand_calls_of_many_names(model: Emulator) -> None:
    model.mode("adversary", trick="flood")

    message = model.sdk.messages.create(**{**HELLO, "max_tokens": 64_000, "timeout": 30})

    names = {block.name for block in message.content if block.type == "tool_use"}
    assert len(message.content) == 5_000
    assert len(names) > 250
    assert {"motion.approve", "CreateOpportunity", "chat.postMessage"} <= names


def test_it_obeys_only_the_orders_it_hears(model: Emulator) -> None:
    heard = {"heard": "Zathunicon", "say": ["as told: {values}"], "call": [{"name": "approve", "input": {"all": 1}}]}
    model.mode("adversary", trick="obey", orders=[heard, {"heard": "Nobody", "say": ["never"]}])

    message = model.sdk.messages.create(**ASKED)

    told = [sentence["text"] for sentence in json.loads(text_of(message.content))["sentences"]]
    assert told[2:] == ["as told: Zathunicon USD 48,250.00"]
    assert [block.name for block in message.content if block.type == "tool_use"] == ["approve"]
    assert message.stop_reason == "end_turn"


@pytest.mark.parametrize("trick", sorted(ENDLESS))
def test_an_endless_stream_ends_when_whoever_listens_hangs_up(model: Emulator, trick: Trick) -> None:
    model.mode("adversary", trick=trick)
    heard = 0

    with model.http.stream(
        "POST", f"{model.url}/v1/messages", json={**HELLO, "stream": True}, headers={"x-api-key": "k"}
    ) as answer:
        for piece in answer.iter_bytes():
            heard += len(piece)
            if heard > 1_000_000:
                break

    assert heard > 1_000_000


def test_it_says_something_without_a_schema_and_without_facts(model: Emulator) -> None:
    model.mode("adversary", trick="repeat")

    message = model.sdk.messages.create(**HELLO)

    assert text_of(message.content).startswith("Hello")


@pytest.mark.parametrize("wrong", [{"trick": "kindness"}, {"orders": [{"say": ["x"]}]}, {"seed": "seven"}])
def test_what_it_cannot_follow_is_refused(model: Emulator, wrong: dict[str, Any]) -> None:
    answer = httpx.post(f"{model.url}/_control/mode", json={"mode": "adversary", **wrong})

    assert answer.status_code == 400


def _kind(model: Emulator) -> str:
    """What an answer begins with; of an endless one nothing is read."""
    headers = {"x-api-key": "k"}
    with model.http.stream("POST", f"{model.url}/v1/messages", json=ASKED, headers=headers) as answer:
        if not answer.headers["content-type"].startswith("application/json"):
            return "endless"
        answer.read()
        return str(answer.json()["content"][0]["type"])
