"""A segment that fails: tried again ever more rarely, seen by a person early, and cleared by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from motions.errors import (
    OUR_PACE,
    AuthExpired,
    ConnectorError,
    ModelError,
    OutcomeUnknown,
    Rejected,
    Unavailable,
    WrongReaders,
)
from motions.records import Queue, Segment
from motions.segments import (
    AFTER_THAT,
    ATTEMPTS_AT_MOST,
    LONGEST_WAIT,
    SEGMENTS,
    run_segment,
    wait_before,
)
from tests.fakes.messenger import Trouble
from tests.fakes.world import CHANNEL, DANA, DEAL, MOTION, PRIYA, SECOND, World, a_deal, world
from tests.motions.stages import in_review

AWAY = Unavailable("CRM", "down")


def trying(error: ConnectorError, times: int) -> World:
    """A changed deal whose partners cannot be looked up."""
    made = world()
    made.change(stage_name="Proposal")
    made.portal.fail(error, times=times, at="draft")
    made.poll()
    return made


def runs(made: World, name: str = "prepare") -> list[str]:
    return [segment.id.rpartition(":")[2] for segment in made.durable.finished if segment.name == name]


@pytest.mark.parametrize(
    ("attempt", "error", "seconds"),
    [
        (0, AWAY, 2),
        (1, AWAY, 4),
        (5, AWAY, 64),
        (9, AWAY, 600),
        (100, AWAY, 600),
        (0, OutcomeUnknown("CRM", "lost"), 2),
        (3, Unavailable("CRM", "throttled", retry_after=30), 30),
        (3, Unavailable("CRM", "throttled", retry_after=0), 0.2),
        (0, Rejected("CRM", "no"), 600),
        (0, AuthExpired("CRM", "token"), 600),
    ],
)
def test_the_wait_is_what_was_asked_for_or_doubles_up_to_ten_minutes(
    attempt: int, error: ConnectorError, seconds: float
) -> None:
    assert wait_before(attempt, error) == timedelta(seconds=seconds)


def test_an_outage_takes_attempts_for_more_than_a_day() -> None:
    assert sum((wait_before(n, AWAY) for n in range(ATTEMPTS_AT_MOST)), timedelta()) > timedelta(days=1)


def test_a_hiccup_is_nobodys_business() -> None:
    made = trying(AWAY, 2)
    seen = made.problems()
    made.advance(10 * SECOND)

    assert (seen, made.problems()) == ([], [])
    assert runs(made) == ["prepare", "t1", "t2"]


def test_an_outage_is_shown_at_the_third_failure_with_an_owner_and_a_next_act() -> None:
    made = trying(AWAY, 5)
    shown = []
    for _ in range(4):
        shown.append(made.problems(MOTION))
        made.advance(2 * SECOND)

    assert shown == [[], [], [], ["prepare-failing"]]  # at 0, 2 and 6 seconds
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert (item.owner, item.opportunity_id) == (PRIYA.email, DEAL)
    assert "keeps trying until CRM answers" in item.next_act


def test_it_is_cleared_as_soon_as_it_works_again() -> None:
    made = trying(AWAY, 5)
    made.advance(timedelta(minutes=2))

    assert made.problems() == []
    assert made.events().count("exception.resolved") == 1


@pytest.mark.parametrize(
    ("error", "owner", "act"),
    [
        (Rejected("CRM", "no such field"), PRIYA.email, "mend what CRM refused"),
        (WrongReaders("Slack", "a guest reads there"), PRIYA.email, "see that only those read there"),
        (AuthExpired("CRM", "the token is over"), DANA.email, "renew cosell's access to CRM"),
    ],
)
def test_what_only_a_person_can_mend_is_shown_at_once(error: ConnectorError, owner: str, act: str) -> None:
    made = trying(error, 1)
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))

    made.advance(LONGEST_WAIT)

    assert item.owner == owner
    assert act in item.next_act
    assert made.problems() == []
    assert runs(made) == ["prepare", "t1"]


def test_after_an_outage_of_more_than_a_day_a_motion_is_tried_every_hour_for_as_long_as_it_takes() -> None:
    made = trying(AWAY, 1)
    made.durable.lose_waiting()
    last = Segment("prepare", f"{MOTION}:1:prepare:t{ATTEMPTS_AT_MOST}", (MOTION, 1))
    made.portal.fail(AWAY, at="draft")

    run_segment(last, ATTEMPTS_AT_MOST, made.ports)

    [again] = made.durable.waiting("prepare")
    assert again.delay == AFTER_THAT
    assert made.problems(MOTION) == ["prepare-failing"]


def test_after_an_outage_of_more_than_a_day_a_digest_is_no_longer_wanted() -> None:
    made = world()
    made.messenger.troubles += [Trouble(AWAY)] * 5
    old = Segment("send_digest", "digest:x:1", (str(PRIYA.email), "2026-11-23"))

    run_segment(old, ATTEMPTS_AT_MOST, made.ports)

    assert made.durable.waiting("send_digest") == []
    assert made.problems() == ["send-digest-failing"]


def test_the_next_attempt_keeps_its_queue_its_lane_and_its_arguments() -> None:
    made = world()
    del made.messenger.rooms[CHANNEL]
    made.change(stage_name="Proposal")
    made.poll()

    [again] = made.durable.waiting("post_card")
    assert (again.queue, again.partition, again.delay) == (Queue.SLACK, CHANNEL, LONGEST_WAIT)
    assert again.args == (MOTION, made.motion.epoch)
    assert again.id == f"{MOTION}:{made.motion.epoch}:post_card:t1"


def test_a_failure_about_a_deal_without_a_motion_is_the_operators() -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.ports.feed.changed_since(made.clock.now())
    segment = Segment("read_deal", "x:read", (a_deal(9).id,))
    made.org.fail(Rejected("CRM", "not today"))

    run_segment(segment, 0, made.ports)

    [item] = made.read(lambda uow: uow.exceptions.of(a_deal(9).id))
    assert (item.code, item.owner, item.opportunity_id) == ("read-deal-failing", DANA.email, None)


def test_an_id_that_only_looks_like_an_attempt_is_kept_whole() -> None:
    made = in_review()
    made.portal.be_unavailable(at="status")
    segment = Segment("poll_review", f"{MOTION}:4:poll_review.at:tomorrow", (MOTION, made.motion.epoch, "at"))

    run_segment(segment, 0, made.ports)

    assert any(s.id == f"{segment.id}:t1" for s in made.store.enqueued)


def test_what_we_did_not_mean_to_fail_is_not_swallowed() -> None:
    made = world()
    made.change(stage_name="Proposal")

    class Broken:
        name = "broken"

        def brief(self, facts: object) -> None:
            raise ModelError("nobody catches this")

        handoff = brief

    with pytest.raises(ModelError):
        run_with(made, Broken())


def run_with(made: World, writer: object) -> None:
    made.ports = replace(made.ports, writer=writer)  # type: ignore[arg-type]  # that it is broken is the point
    made.poll()


def test_every_name_in_stored_work_is_known() -> None:
    callables: list[Callable[..., None]] = list(SEGMENTS.values())

    assert len(set(callables)) == len(SEGMENTS)
    assert set(SEGMENTS) >= {"read_deal", "evaluate", "prepare", "file", "poll_review", "close_loop", "send_digest"}


def test_waiting_for_our_own_pace_is_no_attempt_and_nobodys_business() -> None:
    made = trying(Unavailable(OUR_PACE, "too soon", retry_after=1.0), times=5)
    seen = []
    for _ in range(5):
        seen += made.problems()
        made.advance(SECOND)

    assert (seen, made.problems()) == ([], [])
    assert runs(made) == ["prepare", "s1", "s2", "s3", "s4", "s5"]
