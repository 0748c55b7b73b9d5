"""The HTTP policy: nothing happened, or nobody can tell what happened."""

import socket

import pytest
import requests

from connectors.http import (
    retry_after_seconds,
    status_failure,
    transport_failure,
    was_sent,
)
from motions.errors import OutcomeUnknown, Unavailable


def refused_connection() -> requests.RequestException:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(requests.ConnectionError) as caught:
        requests.post(f"http://127.0.0.1:{port}/", timeout=5)
    return caught.value


def dropped_connection() -> requests.RequestException:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        with pytest.raises(requests.RequestException) as caught:
            requests.post(f"http://127.0.0.1:{listening.getsockname()[1]}/", timeout=(5, 0.1))
    return caught.value


def test_a_refused_connection_carried_nothing_so_even_a_write_surely_did_not_happen() -> None:
    error = transport_failure("CRM", refused_connection(), repeatable=False)

    assert isinstance(error, Unavailable)


def test_a_host_that_does_not_resolve_carried_nothing() -> None:
    error = requests.ConnectionError()
    error.__context__ = socket.gaierror("unknown host")

    assert not was_sent(error)


def test_a_write_without_an_answer_is_in_doubt() -> None:
    error = transport_failure("CRM", dropped_connection(), repeatable=False)

    assert isinstance(error, OutcomeUnknown)


def test_a_repeatable_call_without_an_answer_is_merely_unavailable() -> None:
    error = transport_failure("CRM", dropped_connection(), repeatable=True)

    assert isinstance(error, Unavailable)


def test_a_suppressed_cause_does_not_count() -> None:
    error = requests.ReadTimeout()
    error.__context__ = ConnectionRefusedError()
    error.__suppress_context__ = True

    assert was_sent(error)


@pytest.mark.parametrize("status", [408, 425, 429, 503])
def test_being_turned_away_is_unavailable_even_for_a_write(status: int) -> None:
    error = status_failure("CRM", status, {"Retry-After": "7"}, repeatable=False)

    assert isinstance(error, Unavailable)
    assert error.retry_after == 7.0


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_broken_answer_leaves_a_write_in_doubt(status: int) -> None:
    assert isinstance(status_failure("CRM", status, {}, repeatable=False), OutcomeUnknown)
    assert isinstance(status_failure("CRM", status, {}, repeatable=True), Unavailable)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 409, 412])
def test_other_answers_are_read_for_their_reason(status: int) -> None:
    assert status_failure("CRM", status, {}, repeatable=False) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": " 30 "}, 30.0),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"Retry-After": "Sat, 21 Nov 2026 09:00:00 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 0.0),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT"}, None),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, None),
        ({"Retry-After": "soon", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_read_against_the_servers_own(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after_seconds(headers) == seconds
