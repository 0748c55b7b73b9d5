"""However the model or the way to it fails, somebody gets the playbook's text and the reason."""

import logging

import pytest

from agents.breaker import FAILURES, REST_SECONDS
from agents.budget import DAY
from agents.claude import ClaudeWriter, connect
from agents.playbook import VERSION
from motions.writing import Text
from tests.agents.conftest import WriterMaker
from tests.agents.samples import AGREED, BRIEF, CUSTOMER, HAIKU, HANDOFF, RELEASED, STANDING
from tests.fakes.emulated_model import EmulatedModel, Seconds


def assert_playbook(text: Text, reason: str) -> None:
    assert text.note == f"{HAIKU} {reason}"
    assert text.written_by == VERSION
    assert "Zathunicon" in text.plain


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("truncate", "was cut off"),
        ("mid_stream_error", "was overloaded"),
        ("529", "was overloaded"),
        ("refusal", "refused"),
        ("max_tokens", "ran out of room"),
        ("bad_json", "sent bad JSON"),
        ("bad_surrogate", "sent something unreadable"),
        ("huge_text", "said too much"),
        ("no_usage", "did not say what it used"),
        ("unknown_tool", "stopped early"),
        ("many_tool_calls", "stopped early"),
    ],
)
def test_every_fault_ends_in_the_playbook_and_its_reason(
    fault: str, reason: str, writer: ClaudeWriter, model: EmulatedModel
) -> None:
    model.fail(fault, chars=200_000, calls=50)

    assert_playbook(writer.brief(BRIEF), reason)


def test_a_handoff_falls_back_too(writer: ClaudeWriter, model: EmulatedModel) -> None:
    model.fail("refusal")

    assert_playbook(writer.handoff(HANDOFF), "refused")


def test_a_short_rate_limit_is_waited_out(writer: ClaudeWriter, model: EmulatedModel) -> None:
    model.say(CUSTOMER, STANDING)
    model.fail("429", over="scripted", retry_after=0.001, times=1)

    assert writer.brief(BRIEF).written_by == HAIKU


def test_a_lasting_rate_limit_is_not(writer: ClaudeWriter, model: EmulatedModel) -> None:
    model.fail("429", retry_after=0.001)

    assert_playbook(writer.brief(BRIEF), "limits our requests")


def test_a_wait_longer_than_the_deadline_is_not_begun(writer: ClaudeWriter, model: EmulatedModel) -> None:
    model.fail("429", retry_after=3_600)

    assert_playbook(writer.brief(BRIEF), "limits our requests")
    assert len(model.calls) == 1


def test_a_reply_that_drips_past_the_deadline_is_given_up(
    writer: ClaudeWriter, model: EmulatedModel, seconds: Seconds
) -> None:
    model.fail("slow_drip", delay_ms=1)
    seconds.step = 3.0

    assert_playbook(writer.brief(BRIEF), "timed out")


def test_silence_is_given_up(model: EmulatedModel) -> None:
    model.fail("timeout")
    writer = ClaudeWriter(connect(api_key="a-key", base_url=model.url), HAIKU, deadline_seconds=0.2)

    text = writer.brief(BRIEF)

    writer.close()
    assert_playbook(text, "timed out")


def test_the_repair_shares_the_deadline(writer: ClaudeWriter, model: EmulatedModel, seconds: Seconds) -> None:
    model.script({"text": "no", "repeat": True})
    seconds.step = 1.2

    assert_playbook(writer.brief(BRIEF), "timed out")
    assert len(model.calls) == 2


def test_nobody_at_the_address() -> None:
    writer = ClaudeWriter(connect(api_key="a-key", base_url="http://127.0.0.1:1"), HAIKU)

    text = writer.brief(BRIEF)

    writer.close()
    assert_playbook(text, "could not be reached")


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "does not accept our key"), (404, "is not a model of this server"), (413, "answered with error 413")],
)
def test_a_refused_request(status: int, reason: str, writer: ClaudeWriter, model: EmulatedModel) -> None:
    model.script({"error": {"status": status, "message": "no"}})

    assert_playbook(writer.brief(BRIEF), reason)


def test_a_spent_budget_calls_nobody_until_the_next_day(
    make_writer: WriterMaker, model: EmulatedModel, seconds: Seconds
) -> None:
    writer = make_writer(tokens_a_day=100)
    model.say(CUSTOMER, STANDING)
    model.say(CUSTOMER, STANDING)
    assert writer.brief(BRIEF).written_by == HAIKU

    assert_playbook(writer.brief(BRIEF), "has used up today's tokens")
    assert len(model.calls) == 1

    seconds.now += DAY
    assert writer.brief(BRIEF).written_by == HAIKU


def test_a_cut_stream_is_paid_for_too(make_writer: WriterMaker, model: EmulatedModel) -> None:
    writer = make_writer(tokens_a_day=100)
    model.fail("truncate")
    writer.brief(BRIEF)

    assert_playbook(writer.brief(BRIEF), "has used up today's tokens")


def test_after_many_failures_nobody_is_called_for_a_while(
    writer: ClaudeWriter, model: EmulatedModel, seconds: Seconds
) -> None:
    model.fail("truncate")
    for _ in range(FAILURES):
        writer.brief(BRIEF)

    assert_playbook(writer.brief(BRIEF), "rests after failures")
    assert len(model.calls) == FAILURES

    seconds.now += REST_SECONDS
    model.reset()
    model.say(CUSTOMER, STANDING)
    assert writer.brief(BRIEF).written_by == HAIKU


def test_a_model_that_is_away_is_told_about_once(
    writer: ClaudeWriter, model: EmulatedModel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="agents.claude")
    model.fail("truncate")

    for _ in range(2):
        writer.brief(BRIEF)
        writer.handoff(HANDOFF)
    model.reset()
    writer.handoff(HANDOFF)

    assert [message.split(" seconds=")[0] for message in caplog.messages] == [
        "outage.started system=the model error=was cut off",
        "outage.ended system=the model",
    ]


def test_refusals_are_no_outage(writer: ClaudeWriter, model: EmulatedModel) -> None:
    model.fail("refusal")

    for _ in range(FAILURES + 1):
        assert_playbook(writer.brief(BRIEF), "refused")


def test_what_happens_to_briefs_cannot_be_seen_in_handoffs(make_writer: WriterMaker, model: EmulatedModel) -> None:
    writer = make_writer(tokens_a_day=3_000)
    model.fail("truncate")
    for _ in range(FAILURES + 1):
        writer.brief(BRIEF)
    model.reset()
    model.say(RELEASED, AGREED)

    assert writer.handoff(HANDOFF).written_by == HAIKU
