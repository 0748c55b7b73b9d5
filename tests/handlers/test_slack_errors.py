"""What the SDK raises when nothing comes back, in our words."""

import logging
import socket
import ssl
from http.client import IncompleteRead, RemoteDisconnected
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from handlers import slack_errors
from handlers.slack_errors import translated
from motions.errors import ConnectorError, OutcomeUnknown, Unavailable
from motions.outage_log import OutageLog

SURELY_NOT_SENT = [
    URLError(ConnectionRefusedError()),
    URLError(socket.gaierror()),
    URLError(ssl.SSLCertVerificationError()),
]
NOBODY_KNOWS = [
    URLError(TimeoutError()),
    TimeoutError(),
    RemoteDisconnected(""),
    IncompleteRead(b"{"),
    ConnectionResetError(),
    SlackRequestError("broken"),
]


@pytest.mark.parametrize("error", SURELY_NOT_SENT, ids=repr)
def test_what_was_surely_not_sent_may_be_sent_again(error: Exception) -> None:
    with pytest.raises(Unavailable), translated("chat.postMessage", sends_once=True):
        raise error


@pytest.mark.parametrize("error", NOBODY_KNOWS, ids=repr)
def test_what_may_have_been_sent_is_not_known(error: Exception) -> None:
    with pytest.raises(OutcomeUnknown), translated("chat.postMessage", sends_once=True):
        raise error


@pytest.mark.parametrize("error", NOBODY_KNOWS, ids=repr)
def test_what_may_be_repeated_is_only_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable), translated("chat.update"):
        raise error


def test_an_outage_is_told_once_and_being_told_to_wait_is_none(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, logger="handlers.slack_errors")
    monkeypatch.setattr(slack_errors, "_outages", OutageLog(slack_errors.logger, "Slack"))

    for error in (URLError(ConnectionRefusedError()), TimeoutError(), _answer(503, "service_unavailable")):
        _fail(error, "chat.update")
    with translated("chat.update"):
        pass
    _fail(_answer(429, "ratelimited", {"Retry-After": "7"}), "chat.update")
    _fail(_answer(200, "channel_not_found"), "chat.update")

    assert [message.split(" seconds=")[0] for message in caplog.messages] == [
        "outage.started system=Slack error=Slack: chat.update could not reach Slack",
        "slack.throttled method=chat.update retry_after=None",
        "outage.ended system=Slack",
        "slack.throttled method=chat.update retry_after=7.0",
    ]


def _fail(error: Exception, method: str) -> None:
    with pytest.raises(ConnectorError), translated(method):
        raise error


def _answer(status: int, error: str, headers: dict[str, str] | None = None) -> SlackApiError:
    answer = SlackResponse(
        client=None,
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": False, "error": error},
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError(error, answer)  # type: ignore[no-untyped-call] # Slack leaves it unannotated
