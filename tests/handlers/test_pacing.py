"""Calls to Slack keep to its tiers, and what Slack asked to wait for is waited for."""

import pytest
from slack_sdk.errors import SlackApiError

from handlers.pacing import Pacer
from motions.errors import Unavailable


class Watch:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Throttled:
    """The part of Slack's answer that a 429 is read from."""

    status_code = 429
    data: dict[str, str] = {}  # noqa: RUF012 - never written
    headers = {"Retry-After": "7"}  # noqa: RUF012 - the same

    def get(self, _name: str) -> None:
        return None


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def pacer(watch: Watch) -> Pacer:
    return Pacer(watch)


def call(pacer: Pacer, method: str = "chat.update", channel: str = "") -> None:
    with pacer.calling(method, channel):
        pass


def too_soon(pacer: Pacer) -> float:
    with pytest.raises(Unavailable) as refused:
        call(pacer)
    assert refused.value.retry_after is not None
    return refused.value.retry_after


def be_throttled(pacer: Pacer, method: str, channel: str = "") -> None:
    with pytest.raises(Unavailable), pacer.calling(method, channel):
        raise SlackApiError("ratelimited", Throttled())  # type: ignore[no-untyped-call] # Slack leaves it unannotated


def test_a_minutes_worth_may_go_at_once_and_then_one_as_they_are_earned(pacer: Pacer, watch: Watch) -> None:
    for _ in range(50):
        call(pacer)

    with pytest.raises(Unavailable) as refused:
        call(pacer)
    assert refused.value.retry_after == pytest.approx(1.2)
    watch.now += 1.2
    call(pacer)


def test_those_who_come_too_soon_are_told_a_moment_each(pacer: Pacer, watch: Watch) -> None:
    for _ in range(50):
        call(pacer)

    told = [too_soon(pacer) for _ in range(3)]

    assert told == pytest.approx([1.2, 2.4, 3.6])
    for wait in (1.2, 1.2, 1.2):
        watch.now += wait
        call(pacer)  # each finds its turn free


def test_nobody_is_sent_away_for_long_by_those_who_never_came_back(pacer: Pacer, watch: Watch) -> None:
    for _ in range(50):
        call(pacer)

    told = [too_soon(pacer) for _ in range(200)]
    watch.now += 60
    call(pacer)

    assert max(told) == 60
    assert min(told) == pytest.approx(1.2)


def test_a_busy_method_holds_no_other_up(pacer: Pacer) -> None:
    for _ in range(50):
        call(pacer)

    call(pacer, "conversations.info")


def test_nothing_is_called_until_the_pause_slack_asked_for_is_over(pacer: Pacer, watch: Watch) -> None:
    be_throttled(pacer, "chat.postMessage", "C1")

    with pytest.raises(Unavailable) as refused:
        call(pacer, "chat.postMessage", "C1")
    assert refused.value.retry_after == 7
    call(pacer, "chat.postMessage", "C2")
    watch.now += 7
    call(pacer, "chat.postMessage", "C1")
