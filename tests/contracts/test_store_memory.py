"""What every store promises about its own past, where motions stand, and changes that led to nothing yet."""

from dataclasses import replace
from datetime import datetime

import pytest

from motions.doubts import Doubt
from motions.model import MotionState, TriggerId
from motions.records import MotionQuery, Position
from store.unit import SqlStore
from tests.fakes.store import FakeStore
from tests.store.samples import MINUTE, NOW, a_match, a_motion, a_trigger

AnyStore = FakeStore | SqlStore


def test_a_database_knows_when_it_was_last_worked_on(store: AnyStore) -> None:
    before = store.read(lambda uow: uow.memory.worked_at())
    with store.transaction() as uow:
        uow.memory.work(NOW + MINUTE)
        uow.memory.work(NOW)

    assert (before, store.read(lambda uow: uow.memory.worked_at())) == (None, NOW)


def test_a_doubt_stays_until_another_takes_its_place(store: AnyStore) -> None:
    before = store.read(lambda uow: uow.memory.doubt())
    with store.transaction() as uow:
        uow.memory.set_doubt(Doubt(NOW, NOW + MINUTE))
        uow.memory.set_doubt(Doubt(NOW - MINUTE, NOW + 2 * MINUTE))

    doubt = store.read(lambda uow: uow.memory.doubt())

    assert (before, doubt) == (None, Doubt(NOW - MINUTE, NOW + 2 * MINUTE))


@pytest.mark.parametrize("moment", [datetime(2026, 1, 1)])  # noqa: DTZ001 - the mistake under test
def test_a_time_without_a_zone_is_refused(store: AnyStore, moment: datetime) -> None:
    with pytest.raises(Exception, match="time zone"), store.transaction() as uow:
        uow.memory.work(moment)


def test_positions_are_all_there_whatever_the_limit(store: AnyStore) -> None:
    motions = [a_motion(f"m{n}", epoch=n, updated_at=NOW) for n in range(1, 61)]
    moved = replace(a_motion("moved"), updated_at=NOW + MINUTE, state=MotionState.FILING)
    with store.transaction() as uow:
        for motion in (*motions, moved):
            uow.motions.add(motion)

    idle = store.read(lambda uow: uow.motions.positions(MotionQuery(idle_since=NOW, limit=5)))
    filing = store.read(lambda uow: uow.motions.positions(MotionQuery(states=(MotionState.FILING,))))

    assert sorted(idle, key=lambda each: each.epoch) == [Position(m.id, m.state, m.epoch) for m in motions]
    assert list(filing) == [Position(moved.id, MotionState.FILING, moved.epoch)]


def test_a_change_that_led_to_no_match_is_found_in_its_span(store: AnyStore) -> None:
    waiting, matched, early, late = (
        a_trigger(id=TriggerId(name), seen_at=at)
        for name, at in (("waiting", NOW), ("matched", NOW), ("early", NOW - MINUTE), ("late", NOW + MINUTE))
    )
    with store.transaction() as uow:
        for trigger in (waiting, matched, early, late):
            uow.matches.add_trigger(trigger)
        uow.matches.add([a_match(opportunity_id=matched.opportunity_id, trigger_id=matched.id)])

    found = store.read(lambda uow: uow.matches.unmatched(since=NOW - MINUTE, before=NOW))

    assert list(found) == [waiting]
