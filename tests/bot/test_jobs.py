"""A regular job survives whatever happens in it, and says so once."""

import logging

import pytest

from bot.jobs import Job
from motions.correlation import reference
from motions.errors import NotVisible, Unavailable
from tests.fakes.world import World, world

DOWN = Unavailable("Salesforce", "cannot be reached")
BUG = ValueError("a bug")


class Work:
    """Fails with these errors, one a time, and then works."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.worked_on: set[str] = set()

    def __call__(self) -> int:
        self.worked_on.add(reference())
        if self._errors:
            raise self._errors.pop(0)
        return 2


@pytest.fixture
def small_world() -> World:
    return world()


def told(caplog: pytest.LogCaptureFixture, least: int = logging.WARNING) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= least]


def test_a_bug_is_told_once_with_its_traceback_and_the_job_goes_on(
    small_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    job = Job("cards.expire", Work(BUG, BUG, BUG), small_world.ports)

    with caplog.at_level(logging.INFO, logger="bot.jobs"):
        for _ in range(4):
            job.run()

    assert told(caplog) == ["job.failing job=cards.expire reason=ValueError"]
    assert caplog.records[0].exc_info is not None
    assert told(caplog, logging.INFO)[1:] == [
        "job.recovered job=cards.expire failures=3",
        "job.done job=cards.expire count=2",
    ]


def test_an_outage_is_no_warning_of_each_job_and_a_refusal_is(
    small_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = [Job(name, Work(DOWN, DOWN), small_world.ports) for name in ("crm.poll", "crm.late")]
    refused = Job("portal.aws", Work(NotVisible("AWS", "hides it")), small_world.ports)

    with caplog.at_level(logging.INFO, logger="bot.jobs"):
        for job in (*jobs, *jobs, refused):
            job.run()

    assert told(caplog) == ["job.failing job=portal.aws reason=AWS: hides it"]


def test_a_database_that_is_away_while_the_outage_is_to_be_shown_ends_nothing(small_world: World) -> None:
    class Away:
        def transaction(self) -> None:
            raise Unavailable("the database", "does not answer")

    ports = small_world.ports.__class__(**{**vars(small_world.ports), "store": Away()})
    job = Job("crm.poll", Work(*[DOWN] * 4), ports)

    for _ in range(5):
        job.run()

    assert job.last_worked_at is None


def test_a_job_knows_when_it_last_worked_and_says_what_it_works_on(small_world: World) -> None:
    work = Work(DOWN)
    job = Job("crm.poll", work, small_world.ports)

    job.run()
    before = job.last_worked_at
    job.run()

    assert before is None
    assert job.last_worked_at == small_world.clock.now()
    assert work.worked_on == {"crm.poll"}
    assert reference() == ""
