"""Whispering: what was done is done, so a reply that cannot be delivered is logged and nothing else."""

import logging

import pytest

from handlers.replies import reply, whisper
from tests.handlers.emulated_slack import World


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.name == "handlers.replies"]


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="handlers.replies")


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A one for each pause before another try."""
    found: list[int] = []
    monkeypatch.setattr("handlers.replies._wait", lambda: found.append(1))
    return found


def test_a_payload_without_a_response_url_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    whisper({}, "Approved.")

    assert reasons(caplog) == ["reply.lost reason=no_response_url"]


def test_a_response_url_nobody_answers_is_tried_again_and_then_logged(
    caplog: pytest.LogCaptureFixture, waits: list[int]
) -> None:
    whisper({"response_url": "http://127.0.0.1:9/hooks"}, "Approved.")

    assert reasons(caplog) == ["reply.lost reason=URLError"]
    assert waits == [1, 1]


def test_a_response_url_that_is_used_up_is_logged(
    quiet_world: World, caplog: pytest.LogCaptureFixture, waits: list[int]
) -> None:
    whisper({"response_url": f"{quiet_world.slack}/hooks/T0MERIDIAN/unknown"}, "Approved.")

    assert reasons(caplog) == ["reply.lost reason=status_404"]
    assert waits == []


@pytest.mark.parametrize("said", [{}, {"text": "An answer."}])
def test_what_an_acknowledgement_would_have_said_is_sent_when_it_is_anything(
    quiet_world: World, said: dict[str, str]
) -> None:
    url = quiet_world.control("hook", {"user": "U0PRIYA", "channel": "C0AWSCENT"})["url"]

    reply({"response_url": url}, said)

    told = [m["text"] for m in quiet_world.messages("C0AWSCENT") if m["ephemeral_to"] == "U0PRIYA"]
    assert told == list(said.values())
