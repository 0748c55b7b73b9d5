"""What the SDK raises when nothing comes back, in our words."""

import socket
import ssl
from http.client import IncompleteRead, RemoteDisconnected
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackRequestError

from handlers.slack_errors import translated
from motions.errors import OutcomeUnknown, Unavailable

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
