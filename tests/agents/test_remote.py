"""The writer in a process of its own: what the bot asks, what it believes, and what people read when it fails."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agents.claude import ClaudeWriter, connect
from agents.contexts import high_context, low_context
from agents.exchange import ANSWER_BYTES, NONCE, QUESTION_BYTES, SIGNATURE, Question, signed_answer, signed_question
from agents.remote import RemoteWriter
from agents.service import build_app
from motions.errors import ModelError
from motions.writing import Text
from tests.agents.conftest import WriterMaker
from tests.agents.samples import AGREED, BRIEF, CUSTOMER, HAIKU, HANDOFF, RELEASED, STANDING
from tests.fakes.emulated_model import EmulatedModel, Seconds
from tests.fakes.emulated_org import serving

SECRET = "shared-by-bot-and-writer"
GOOD = {"sentences": [{"text": text, "fact_ids": ids} for text, ids in (CUSTOMER, STANDING)]}


@pytest.fixture(scope="module")
def address(emulator: EmulatedModel) -> Iterator[str]:
    """The writer's process, but for the process."""
    with (
        closing(ClaudeWriter(connect(api_key="a-key", base_url=emulator.url), HAIKU)) as claude,
        serving(build_app(claude, SECRET)) as url,
    ):
        yield url


@pytest.fixture
def remote(address: str, model: EmulatedModel) -> Iterator[RemoteWriter]:
    with closing(RemoteWriter(address, SECRET, HAIKU)) as writer:
        yield writer


def test_a_text_from_elsewhere_is_the_model_s_own(remote: RemoteWriter, model: EmulatedModel) -> None:
    model.say(CUSTOMER, STANDING)
    model.say(RELEASED, AGREED)

    brief, handoff = remote.brief(BRIEF), remote.handoff(HANDOFF)

    assert (brief.plain, brief.written_by, brief.note) == (f"{CUSTOMER[0]} {STANDING[0]}", HAIKU, None)
    assert (handoff.plain, handoff.written_by) == (f"{RELEASED[0]} {AGREED[0]}", HAIKU)


@pytest.mark.parametrize("fault", ["529", "truncate", "refusal", "max_tokens", "bad_json", "huge_text", "no_usage"])
def test_it_fails_in_the_very_words_of_a_model_that_is_here(
    remote: RemoteWriter, make_writer: WriterMaker, model: EmulatedModel, fault: str
) -> None:
    model.fail(fault)
    here = make_writer().brief(BRIEF)

    there = remote.brief(BRIEF)

    assert there == here
    assert there.note is not None
    assert there.written_by.startswith("playbook")


def test_the_bot_says_which_prompt_and_what_of_the_deal_and_nothing_of_itself() -> None:
    asked = json.loads(Question.about(low_context(HANDOFF)).model_dump_json())

    assert set(asked) == {"kind", "prompt", "turn", "facts", "names", "vital"}
    assert asked["kind"] == "low"
    assert {fact["id"] for fact in asked["facts"]} == {
        *(fact.id for fact in HANDOFF.facts),
        "our_seller",
        "agreed_step",
    }


def test_a_question_is_the_context_it_was_made_from_but_for_the_records_it_was_read_from() -> None:
    for context in (high_context(BRIEF), low_context(HANDOFF)):
        again = Question.model_validate_json(Question.about(context).model_dump_json()).context()

        assert again == replace(context, facts=tuple(replace(fact, source="") for fact in context.facts))
        assert type(again) is type(context)


def test_another_version_of_a_prompt_is_refused(address: str) -> None:
    context = high_context(BRIEF)
    older = replace(context, prompt=replace(context.prompt, version="0"))

    with closing(RemoteWriter(address, SECRET, HAIKU)) as writer, pytest.raises(ModelError, match="another version"):
        writer.draft(older)


def test_a_question_of_another_shape_is_refused(address: str) -> None:
    body, nonce = b'{"kind": "high", "tools": []}', "n"

    answer = httpx2.post(
        f"{address}/draft", content=body, headers={NONCE: nonce, SIGNATURE: signed_question(SECRET, nonce, body)}
    )

    assert answer.json()["reason"] == "runs in a writer of another version"


def test_a_bot_with_another_secret_gets_nothing(address: str, model: EmulatedModel) -> None:
    with closing(RemoteWriter(address, "another secret", HAIKU)) as writer:
        text = writer.brief(BRIEF)

    assert text.note == f"{HAIKU} answered without our signature"
    assert model.calls == []


@pytest.mark.parametrize("headers", [{}, {SIGNATURE: "0" * 64}, {SIGNATURE: "ü"}])
def test_who_does_not_sign_is_not_served(address: str, model: EmulatedModel, headers: dict[str, str]) -> None:
    body = Question.about(high_context(BRIEF)).model_dump_json()

    answer = httpx2.post(
        f"{address}/draft", content=body, headers=[(k.encode(), v.encode()) for k, v in headers.items()]
    )

    assert answer.status_code == 403
    assert model.calls == []


def test_a_question_longer_than_any_is_not_read(address: str) -> None:
    body = b" " * (QUESTION_BYTES + 1)

    answer = httpx2.post(
        f"{address}/draft", content=body, headers={NONCE: "n", SIGNATURE: signed_question(SECRET, "n", body)}
    )

    assert answer.status_code == 403


def test_it_says_that_it_lives_and_what_it_runs(address: str) -> None:
    assert httpx2.get(f"{address}/healthz").json() == {"ok": True, "model": HAIKU}


def test_a_writer_without_a_secret_is_not_built(make_writer: WriterMaker) -> None:
    with pytest.raises(ValueError, match="secret"):
        build_app(make_writer(), "")


def test_nobody_there_is_the_playbook_and_after_some_time_not_even_asked() -> None:
    seconds = Seconds()
    with closing(RemoteWriter("http://127.0.0.1:9", SECRET, HAIKU, monotonic=seconds)) as writer:
        notes = [writer.brief(BRIEF).note for _ in range(6)]
        low = writer.handoff(HANDOFF)
        seconds.now += 121

        assert notes == [f"{HAIKU} could not be reached"] * 5 + [f"{HAIKU} rests after failures"]
        assert low.note == f"{HAIKU} could not be reached"  # the lines have breakers of their own
        assert writer.brief(BRIEF).note == f"{HAIKU} could not be reached"


def impostor(say: Callable[[str], Any], *, sign_with: str = SECRET, nonce: str = "") -> Starlette:
    """A process on the writer's port that answers whatever it likes."""

    async def answer(request: Request) -> Response:
        said = say(request.headers[NONCE])
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        return Response(body, headers={SIGNATURE: signed_answer(sign_with, nonce or request.headers[NONCE], body)})

    return Starlette(routes=[Route("/draft", answer, methods=["POST"])])


def brief_of(app: Starlette) -> Text:
    with serving(app) as url, closing(RemoteWriter(url, SECRET, HAIKU)) as writer:
        return writer.brief(BRIEF)


def draft_of(*sentences: tuple[str, list[str]]) -> dict[str, Any]:
    return {"model": HAIKU, "draft": {"sentences": [{"text": text, "fact_ids": ids} for text, ids in sentences]}}


def test_an_honest_answer_of_the_other_side_is_taken() -> None:
    assert brief_of(impostor(lambda _: {"model": HAIKU, "draft": GOOD})).written_by == HAIKU


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (draft_of(CUSTOMER, STANDING, ("see https://evil.example/x.", ["account"])), "said what does not hold"),
        (draft_of(CUSTOMER, STANDING, ("it is worth 9,999,999.", ["amount"])), "said what does not hold"),
        (draft_of(CUSTOMER, STANDING, ("told by nobody.", ["another"])), "said what does not hold"),
        (draft_of(CUSTOMER), "said too little that holds"),
        ({"model": "claude-opus-5-5", "draft": GOOD}, "is not what the writer runs"),
        ({"model": HAIKU}, "gave no reason"),
        ({"model": HAIKU, "reason": "<!channel> https://evil.example \u202e" + "x" * 90}, None),
        ({"model": HAIKU, "draft": GOOD, "tool_use": [{"name": "approve"}]}, "sent something unreadable"),
        (b"nonsense", "sent something unreadable"),
        (b" " * (ANSWER_BYTES + 1), "said too much"),
    ],
    ids=["link", "number", "fact", "little", "model", "mute", "reason", "tool", "nonsense", "long"],
)
def test_what_a_captured_writer_says_is_judged_here_again(said: Any, reason: str | None) -> None:
    text = brief_of(impostor(lambda _: said))

    assert text.written_by.startswith("playbook")
    assert text.note is not None
    assert reason is None or text.note == f"{HAIKU} {reason}"
    assert not any(each in text.note for each in ("<", "://", "\u202e"))
    assert len(text.note) < 90


@pytest.mark.parametrize(
    "app",
    [impostor(lambda _: {"model": HAIKU, "draft": GOOD}, sign_with="guessed"), impostor(lambda _: GOOD, nonce="old")],
    ids=["another secret", "an old answer"],
)
def test_who_does_not_know_the_secret_is_not_believed(app: Starlette) -> None:
    assert brief_of(app).note == f"{HAIKU} answered without our signature"


def test_an_answer_that_never_ends_is_left() -> None:
    seconds = Seconds(step=1.0)

    async def answer(_request: Request) -> Response:
        return Response(b" " * 1_000)

    app = Starlette(routes=[Route("/draft", answer, methods=["POST"])])
    with serving(app) as url, closing(RemoteWriter(url, SECRET, HAIKU, monotonic=seconds, patience_seconds=0.5)) as far:
        assert far.brief(BRIEF).note == f"{HAIKU} timed out"


def test_the_bot_does_not_even_load_the_model_s_library() -> None:
    look = "import sys, agents.remote; print(sorted({'anthropic'} & set(sys.modules)))"

    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
