"""An outage is told once when it starts and once when it ends, whatever a system does in between."""

import logging
from dataclasses import dataclass

import pytest

from motions.correlation import reference, working_on
from motions.errors import ConnectorError, OutcomeUnknown, Rejected, Unavailable
from motions.outage_log import FLAPPING, OutageLog

DOWN = Unavailable("CRM", "cannot be reached")


@dataclass
class Watch:
    """A clock one sets."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def outages(watch: Watch, caplog: pytest.LogCaptureFixture) -> OutageLog:
    caplog.set_level(logging.INFO)
    return OutageLog(logging.getLogger("crm"), "CRM", monotonic=watch)


def test_an_outage_is_told_once_with_what_failed_meanwhile(
    outages: OutageLog, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    outages.worked()
    for _ in range(3):
        outages.failed(DOWN)
    was_down = outages.is_down
    watch.now += 90
    outages.worked()
    outages.worked()

    assert was_down
    assert not outages.is_down
    assert caplog.messages == [
        "outage.started system=CRM error=CRM: cannot be reached",
        "outage.ended system=CRM seconds=90 failures=3",
    ]


def test_a_system_that_fails_and_works_by_turns_is_told_about_once_a_minute(
    outages: OutageLog, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        outages.failed(DOWN)
        outages.worked()
    turns = len(caplog.messages)
    watch.now += FLAPPING
    outages.failed(DOWN)
    outages.worked()

    assert turns == 2
    assert caplog.messages[2:] == [caplog.messages[0], "outage.ended system=CRM seconds=0 failures=20"]


def test_a_system_that_goes_away_again_and_stays_away_is_told_about(
    outages: OutageLog, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    outages.failed(DOWN)
    outages.worked()
    outages.failed(DOWN)
    watch.now += FLAPPING
    outages.failed(DOWN)

    assert [line.split()[0] for line in caplog.messages] == ["outage.started", "outage.ended", "outage.started"]


def test_a_thread_knows_what_it_works_on_and_again_what_it_worked_on_before() -> None:
    with working_on("outer"):
        with working_on("inner"):
            inner = reference()
        outer = reference()

    assert (inner, outer, reference()) == ("inner", "outer", "")


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (DOWN, True),
        (OutcomeUnknown("CRM", "the answer was lost"), True),
        (Unavailable("CRM", "too many calls", retry_after=1.0), False),
        (Rejected("CRM", "a field is missing"), False),
    ],
    ids=["away", "lost", "throttled", "refused"],
)
def test_a_system_that_answered_is_there_whatever_it_answered(
    outages: OutageLog, error: ConnectorError, *, is_away: bool
) -> None:
    outages.refused(error)

    assert outages.is_down is is_away
