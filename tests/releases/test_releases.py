"""A database as an earlier release left it: what waits in it goes on, and stored work keeps its names."""

import inspect
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.durable import DurableEngine
from motions.approvals import approve
from motions.deals import OpportunityId
from motions.nudging import sweep_cold
from motions.model import Motion, MotionId, MotionState
from motions.opening import motion_id_of
from motions.ports import Ports
from motions.records import MotionQuery
from motions.referrals import ReferralStatus, Review
from motions.segments import SEGMENTS, run_segment
from motions.surfaces import ClickOutcome
from store.engine import open_engine
from store.migrate import upgrade
from tests.fakes.messenger import Posted
from tests.fakes.portal import FakeReferral
from tests.fakes.world import AWS, DAY, PRIYA, World, a_deal, world
from tests.releases.dump import AWAITING, HANDED_OFF, IN_REVIEW
from tests.waiting import wait_until

HERE = Path(__file__).parent
WITHIN = 30


def test_segments_keep_their_names_and_arguments() -> None:
    """A segment may wait in somebody's database for days: add a new one beside it, never change one."""
    stored = json.loads((HERE / "segments.json").read_text("utf-8"))

    present = {name: [*inspect.signature(work).parameters] for name, work in SEGMENTS.items()}

    assert {name: present.get(name) for name in stored} == stored
    assert present == stored, "write the new segment down in segments.json: from now on it is stored work"


def test_every_segment_stored_by_an_earlier_release_can_still_be_called() -> None:
    started = _started_segments()

    assert len(started) > 20
    for name, args in started:
        inspect.signature(SEGMENTS[name]).bind(*args, None)


@pytest.fixture
def restored(tmp_path: Path) -> Iterator[tuple[World, Ports]]:
    """The present version on the database of 0.1.0, in a world that holds what that release had done in its own."""
    database = tmp_path / "cosell.db"
    with sqlite3.connect(database) as connection:
        connection.executescript((HERE / "v0_1_0.sql").read_text("utf-8"))
    url = f"sqlite:///{database}"
    engine = open_engine(url)
    upgrade(engine)
    made = world(*(a_deal(n) for n in (1, 2, 3)))
    durable = DurableEngine(engine, url, "embedded")
    ports = replace(made.ports, store=durable.store, durable=durable)
    _remember(made, ports)
    durable.launch(lambda segment, attempt: run_segment(segment, attempt, ports))
    yield made, ports
    durable.stop(5)


def test_what_waits_in_a_database_of_an_earlier_release_goes_on(restored: tuple[World, Ports]) -> None:
    made, ports = restored
    latest = ports.durable.read(lambda uow: uow.decisions.latest(motion_id_of(AWAITING, AWS)))
    assert latest is not None

    approved = approve(latest[0].token, PRIYA, ports)
    _reaches(AWAITING, MotionState.IN_REVIEW, ports)
    made.portal.review(str(_motion(IN_REVIEW, ports).referral_id), Review.ACCEPTED)
    handed = _reaches(IN_REVIEW, MotionState.HANDED_OFF, ports)
    wait_until(lambda: _motion(IN_REVIEW, ports).handoff, within=WITHIN, what="its handoff")
    made.clock.advance(3 * DAY)
    nudged = sweep_cold(ports)
    wait_until(lambda: _motion(HANDED_OFF, ports).nudges == 1, within=WITHIN, what="the nudge")

    assert approved.outcome is ClickOutcome.DONE
    assert [one.crm_id for one in made.portal.referrals].count(AWAITING) == 1
    assert len([p for p in made.messenger.posted if p.key == f"{handed.id}:handoff"]) == 1
    assert nudged == 2
    assert ports.durable.read(lambda uow: uow.log.first_break()) is None
    assert ports.durable.ended(made.clock.now() - timedelta(days=30), lambda _: True) == ()


def _remember(made: World, ports: Ports) -> None:
    """The other systems as the earlier release left them, worked out from its rows."""
    for motion in ports.durable.read(lambda uow: list(uow.motions.find(MotionQuery()))):
        for ref, name in ((motion.card, "card"), (motion.handoff, "handoff")):
            if ref is not None:
                made.messenger.posted.append(Posted(ref, {}, f"{motion.id}:{name}", None, motion.matched_at))
        if motion.referral_id is not None:
            review = Review.PENDING if motion.state is MotionState.IN_REVIEW else Review.ACCEPTED
            status = ReferralStatus(motion.referral_id, review, motion.matched_at)
            made.portal._keep(
                FakeReferral(motion.referral_id, motion.opportunity_id, motion.deal_name, motion.account_name, status)
            )


def _started_segments() -> list[tuple[str, list[str | int]]]:
    with sqlite3.connect(":memory:") as connection:
        connection.executescript((HERE / "v0_1_0.sql").read_text("utf-8"))
        rows = connection.execute(
            "SELECT coalesce(i.inputs, s.inputs) FROM workflow_status s"
            " LEFT JOIN workflow_input i USING (workflow_uuid)"
        )
        calls = [json.loads(row[0])["positionalArgs"] for row in rows]
    return [(call[0], call[-1]) for call in calls]


def _motion(deal: OpportunityId, ports: Ports) -> Motion:
    found = ports.durable.read(lambda uow: uow.motions.get(MotionId(motion_id_of(deal, AWS))))
    assert found is not None
    return found


def _reaches(deal: OpportunityId, state: MotionState, ports: Ports) -> Motion:
    wait_until(lambda: _motion(deal, ports).state is state, within=WITHIN, what=state)
    return _motion(deal, ports)
