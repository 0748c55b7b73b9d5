"""The door of other companies' programs: one answer for all who are not known, no trace of them, no byte too much."""

import logging

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from handlers.instances import instance_route
from motions.errors import Unavailable
from motions.instance_hearing import Heard
from motions.instance_wire import KEY, LARGEST, PATH, SIGNATURE, Outcome


def answers(heard: Heard | Exception | None) -> TestClient:
    """A door behind which somebody answers so."""

    def hear(_text: str, _key: str, _signature: str) -> Heard | None:
        if isinstance(heard, Exception):
            raise heard
        return heard

    return TestClient(Starlette(routes=[instance_route(hear)]))


def test_a_text_goes_in_and_a_signed_text_comes_out() -> None:
    asked = []

    def hear(*said: str) -> Heard:
        asked.append(said)
        return Heard('{"outcome":"taken"}', "signed", "aws", Outcome.TAKEN)

    client = TestClient(Starlette(routes=[instance_route(hear)]))

    answer = client.post(PATH, content="{}", headers={KEY: "k", SIGNATURE: "s"})

    assert asked == [("{}", "k", "s")]
    assert (answer.status_code, answer.text, answer.headers[SIGNATURE]) == (200, '{"outcome":"taken"}', "signed")


def test_a_refusal_is_signed_too() -> None:
    answer = answers(Heard("{}", "signed", "aws", Outcome.REFUSED)).post(PATH, content="{}")

    assert (answer.status_code, answer.headers[SIGNATURE]) == (422, "signed")


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b"a secret"])
def test_who_is_not_known_gets_the_same_bytes_and_leaves_no_trace(
    body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "handlers.instances"):
        answer = answers(None).post(PATH, content=body, headers={KEY: "k"})

    assert (answer.status_code, answer.text, dict(answer.headers)) == (
        401,
        "not known",
        {"content-length": "9", "content-type": "text/plain; charset=utf-8"},
    )
    assert caplog.records == [] or all(record.name != "handlers.instances" for record in caplog.records)


def test_a_body_beyond_all_measure_is_refused_unread() -> None:
    answer = answers(ValueError("read")).post(PATH, content="x" * (LARGEST + 1))

    assert answer.status_code == 413


def test_a_database_that_is_away_asks_for_the_same_again() -> None:
    answer = answers(Unavailable("the database", "away")).post(PATH, content="{}")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
