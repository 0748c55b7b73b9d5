"""The clock of a sandbox world, followed: what people move there is moved here, and nothing else moves it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.clock import FollowedClock, SystemClock, open_clock
from bot.embedded import World, start_world
from bot.schedule import Schedule
from tests.fakes.world import world as fake_world

SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One of our own: whoever else is in a world would be moved with it."""
    running = start_world(0, tick_seconds=None, deals=10)
    yield running
    running.stop()


def ahead(clock: FollowedClock) -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_a_day_that_passes_in_the_world_passes_here(world: World) -> None:
    clock = open_clock(f"{world.url}/world/clock")
    assert isinstance(clock, FollowedClock)
    before = ahead(clock)

    httpx.post(f"{world.url}/world/clock", json={"seconds": 86400})

    assert (clock.look(), clock.look()) == (1, 0)
    assert abs(ahead(clock) - before - timedelta(days=1)) < SECOND


@pytest.mark.parametrize("said", [{"seconds": -1}, {"seconds": "soon"}, {}, {"seconds": 1e300}])
def test_the_world_goes_back_for_nobody_and_says_why(world: World, said: dict[str, object]) -> None:
    before = httpx.get(f"{world.url}/world/clock").json()["ahead_seconds"]

    answer = httpx.post(f"{world.url}/world/clock", json=said)

    assert (answer.status_code, answer.json()["ok"]) == (400, False)
    assert "Nothing changed." in answer.json()["detail"]
    assert httpx.get(f"{world.url}/world/clock").json()["ahead_seconds"] == before


def test_a_world_that_does_not_answer_moves_nothing() -> None:
    clock = open_clock("http://127.0.0.1:9/world/clock")

    assert isinstance(clock, FollowedClock)
    assert (clock.look(), abs(ahead(clock)) < SECOND) == (0, True)


def test_without_a_world_it_is_the_machines() -> None:
    assert isinstance(open_clock(None), SystemClock)


def test_the_schedule_looks_only_where_there_is_a_world() -> None:
    made = fake_world()

    assert "world.look" not in Schedule(made.ports, 1, lambda _: 0, lambda: 0).jobs
