"""A start meets a service that is briefly away."""

from collections.abc import Iterator
from threading import Event

import pytest

from bot.patience import patiently
from motions.errors import AuthExpired, Unavailable


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each wait would have been; nobody waits."""
    found: list[float] = []
    now = 0.0

    def wait(_: Event, seconds: float) -> None:
        nonlocal now
        found.append(seconds)
        now += seconds

    monkeypatch.setattr("bot.patience.threading.Event.wait", wait)
    monkeypatch.setattr("bot.patience.time.monotonic", lambda: now)
    return found


def answers(*outcomes: str | Exception) -> Iterator[str | Exception]:
    return iter(outcomes)


def ask(said: Iterator[str | Exception]) -> str:
    answer = next(said)
    if isinstance(answer, Exception):
        raise answer
    return answer


def test_it_asks_again_until_the_service_answers(pauses: list[float]) -> None:
    said = answers(Unavailable("slack", "away"), Unavailable("slack", "away"), "U0BOT")

    assert patiently(lambda: ask(said)) == "U0BOT"
    assert pauses == [0.5, 1.0]


def test_it_waits_as_long_as_the_service_asked_for(pauses: list[float]) -> None:
    said = answers(Unavailable("slack", "slow down", retry_after=7), "U0BOT")

    patiently(lambda: ask(said))

    assert pauses == [7]


def test_it_gives_up_within_its_time(pauses: list[float]) -> None:
    def away() -> str:
        raise Unavailable("slack", "away")

    with pytest.raises(Unavailable):
        patiently(away, within=10)

    assert sum(pauses) <= 10


def test_what_waiting_cannot_mend_is_said_at_once(pauses: list[float]) -> None:
    said = answers(AuthExpired("slack", "the token was revoked"))

    with pytest.raises(AuthExpired):
        patiently(lambda: ask(said))

    assert pauses == []
