"""Two processes at one motion: whoever finds that it has moved leaves it alone, and everything that belongs to it."""

from collections.abc import Callable
from typing import Any

import pytest

from motions.referrals import Review
from motions.triggers import read_changes
from tests.fakes.world import DEAL, MOTION, World, world
from tests.motions.stages import PAM, POLL, awaiting, in_review
from tests.motions.unsteady import SlowMoveStore


def matched() -> World:
    """Matched; the card is about to be prepared."""
    made = world()
    made.change(stage_name="Proposal")
    read_changes(made.ports)
    made.durable.run_named("evaluate")
    return made


def hide(made: World) -> None:
    made.org.delete(DEAL)


def change_the_deal(made: World) -> None:
    made.change(stage_name="Committed")
    read_changes(made.ports)


def close_the_deal(made: World) -> None:
    made.change(is_closed=True)
    read_changes(made.ports)


def review(decision: Review) -> Callable[[World], None]:
    def decide(made: World) -> None:
        made.portal.review("O1", decision, **PAM)

    return decide


def nothing(made: World) -> None:
    pass


@pytest.mark.parametrize(
    ("stage", "act", "segment"),
    [
        (matched, nothing, "prepare"),
        (matched, hide, "prepare"),
        (awaiting, change_the_deal, "evaluate"),
        (awaiting, close_the_deal, "evaluate"),
        (in_review, review(Review.ACCEPTED), "poll_review"),
        (in_review, review(Review.REJECTED), "poll_review"),
    ],
)
def test_what_comes_too_late_does_nothing(
    stage: Callable[[], World], act: Callable[[World], None], segment: str
) -> None:
    made = stage()
    act(made)
    before = _what_counts(made)
    made.durable.store = SlowMoveStore(made.store)

    made.clock.advance(POLL)
    made.durable.run_named(segment)

    assert _what_counts(made) == before


def _what_counts(made: World) -> tuple[Any, ...]:
    waiting = [segment.name for segment in made.store.enqueued if segment.name not in {"evaluate", "read_deal"}]
    decisions = made.read(lambda uow: uow.decisions.latest(MOTION))
    return made.motion, waiting, decisions, made.problems()
