"""What happens by the clock: every job goes on after a failure, and an outage is shown while it lasts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import SystemClock
from bot.schedule import Schedule
from motions.errors import NotVisible, Unavailable
from tests.fakes.world import DEAL, World, world
from tests.waiting import wait_until

POLL = "job:crm.poll"
DOWN = Unavailable("Salesforce", "is down")


@pytest.fixture
def small_world() -> World:
    """Fakes, at the present moment: the scheduler knows no other clock."""
    made = world()
    made.ports = replace(made.ports, clock=SystemClock())
    return made


@pytest.fixture
def schedule(small_world: World) -> Iterator[Schedule]:
    made = Schedule(small_world.ports, 0.02, lambda _: 0, lambda: 0)
    yield made
    made.stop()


def test_the_crm_is_read_as_soon_as_the_clock_starts(small_world: World, schedule: Schedule) -> None:
    small_world.change(stage_name="Proposal")

    schedule.start()

    wait_until(lambda: "trigger.seen" in small_world.events(DEAL), what="the change")


def test_an_outage_is_shown_to_the_operator_and_cleared_when_it_ends(small_world: World, schedule: Schedule) -> None:
    small_world.org.fail(DOWN, times=5)

    schedule.start()
    wait_until(lambda: "exception.resolved" in small_world.events(POLL), what="the end of the outage")

    assert small_world.events(POLL) == ["exception.opened", "exception.resolved"]
    assert small_world.problems(POLL) == []


def test_a_portal_that_is_named_while_everything_runs_is_watched(small_world: World, schedule: Schedule) -> None:
    partners = small_world.ports.config.partners
    northstar = partners[2].model_copy(update={"portal": "sheet"})
    before = {name for name in schedule.jobs if name.startswith("portal.")}

    small_world.ports.in_force.config = small_world.ports.config.model_copy(
        update={"partners": (partners[0], northstar)}
    )
    schedule.start()
    schedule.run("configuration.look")

    assert before == {"portal.aws"}
    assert {name for name in schedule.jobs if name.startswith("portal.")} == {"portal.aws", "portal.sheet"}


def test_a_hiccup_is_nobody_s_business(small_world: World, schedule: Schedule) -> None:
    small_world.org.fail(DOWN, times=2)
    small_world.change(stage_name="Proposal")

    schedule.start()
    wait_until(lambda: "trigger.seen" in small_world.events(DEAL), what="the change")

    assert small_world.events(POLL) == []


def test_what_only_a_person_can_mend_is_shown_at_once(small_world: World, schedule: Schedule) -> None:
    small_world.org.fail(NotVisible("Salesforce", "hides Opportunity.StageName"))

    schedule.start()
    wait_until(lambda: "exception.opened" in small_world.events(POLL), what="the exception")

    opened = small_world.read(lambda uow: uow.exceptions.of(POLL))
    assert all("StageName" in item.reason for item in opened)


def test_what_a_process_before_left_open_is_cleared_by_the_first_success(small_world: World) -> None:
    small_world.org.fail(DOWN, times=10_000)
    first = Schedule(small_world.ports, 0.02, lambda _: 0, lambda: 0)
    first.start()
    wait_until(lambda: small_world.problems(POLL), what="the exception")
    first.stop()
    small_world.org._failures.clear()

    second = Schedule(small_world.ports, 0.02, lambda _: 0, lambda: 0)
    second.start()
    wait_until(lambda: not small_world.problems(POLL), what="the cleared exception")
    second.stop()

    assert small_world.problems(POLL) == []


def test_nothing_starts_after_the_end(small_world: World) -> None:
    schedule = Schedule(small_world.ports, 0.02, lambda _: 0, lambda: 0)
    schedule.start()
    schedule.stop()

    small_world.change(stage_name="Proposal")

    assert "trigger.seen" not in small_world.events(DEAL)


def test_finished_segments_are_forgotten_after_a_month(small_world: World) -> None:
    ages: list[timedelta] = []

    def forget(age: timedelta) -> int:
        ages.append(age)
        return 3

    schedule = Schedule(small_world.ports, 0.02, forget, lambda: 0)
    schedule._scheduler.get_job("segments.forget").func()

    assert ages == [timedelta(days=30)]
