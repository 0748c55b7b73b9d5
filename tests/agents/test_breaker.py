"""When calling stops for a while, and when it starts again."""

import logging

import pytest

from agents.breaker import FAILURES, REST_SECONDS, WITHIN_SECONDS, Breaker
from tests.fakes.emulated_model import Seconds


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def breaker(seconds: Seconds) -> Breaker:
    return Breaker("high", seconds)


def fail(breaker: Breaker, times: int = FAILURES) -> None:
    for _ in range(times):
        breaker.failed()


def test_a_few_failures_change_nothing(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)

    assert not breaker.is_open()


def test_many_failures_in_a_minute_open_it(breaker: Breaker) -> None:
    fail(breaker)

    assert breaker.is_open()


def test_as_many_failures_over_a_longer_time_do_not(breaker: Breaker, seconds: Seconds) -> None:
    seconds.step = WITHIN_SECONDS / 2

    fail(breaker, 2 * FAILURES)

    assert not breaker.is_open()


def test_it_closes_after_its_rest_and_counts_afresh(breaker: Breaker, seconds: Seconds) -> None:
    fail(breaker)
    seconds.now += REST_SECONDS
    assert not breaker.is_open()

    fail(breaker, FAILURES - 1)

    assert not breaker.is_open()


def test_the_outage_is_logged_once_at_each_end(
    breaker: Breaker, seconds: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "agents.breaker")
    fail(breaker)
    breaker.is_open()
    breaker.is_open()
    seconds.now += REST_SECONDS
    breaker.is_open()
    breaker.is_open()

    assert [record.message.split()[0] for record in caplog.records] == ["model.rests", "model.resumed"]
