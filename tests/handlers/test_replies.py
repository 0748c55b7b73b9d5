"""Whispering: what was done is done, so a reply that cannot be delivered is logged and nothing else."""

import logging

import pytest

from handlers.replies import whisper
from tests.handlers.emulated_slack import World


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.name == "handlers.replies"]


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="handlers.replies")


def test_a_payload_without_a_response_url_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    whisper({}, "Approved.")

    assert reasons(caplog) == ["reply.lost reason=no_response_url"]


def test_a_response_url_nobody_answers_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    whisper({"response_url": "http://127.0.0.1:9/hooks"}, "Approved.")

    assert reasons(caplog) == ["reply.lost reason=URLError"]


def test_a_response_url_that_is_used_up_is_logged(quiet_world: World, caplog: pytest.LogCaptureFixture) -> None:
    whisper({"response_url": f"{quiet_world.slack}/hooks/T0MERIDIAN/unknown"}, "Approved.")

    assert reasons(caplog) == ["reply.lost status=404"]
