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
from motions.model import Motion, MotionId, MotionState, Token
from motions.opening import motion_id_of
from motions.ports import Ports
from motions.records import MotionQuery
from motions.referrals import ReferralStatus, Review
from motions.segments import SEGMENTS, run_segment
from motions.surfaces import ClickOutcome
from store.engine import open_engine
from store.migrate import upgrade
from tests.fakes.clock import CountingIds
from tests.fakes.grants import share
from tests.fakes.messenger import Posted
from tests.fakes.portal import FakeReferral
from tests.fakes.world import ALEX, AWS, PRIYA, World, a_deal, world
from tests.releases.dump import AWAITING, IN_REVIEW
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
    ports = replace(made.ports, store=durable.store, durable=durable, ids=CountingIds("present"))
    _remember(made, ports)
    share(ports, ALEX)  # grants are newer than that release: nothing crosses before the partner agreed
    durable.launch(lambda segment, attempt: run_segment(segment, attempt, ports))
    yield made, ports
    durable.stop(5)


def test_what_waits_in_a_database_of_an_earlier_release_goes_on(restored: tuple[World, Ports]) -> None:
    made, ports = restored
    latest = ports.durable.read(lambda uow: uow.decisions.latest(motion_id_of(AWAITING, AWS)))
    assert latest is not None

    # That release did not seal where each value comes from: what was approved then is asked about once more.
    approved = approve(latest[0].token, PRIYA, ports)
    again = wait_until(lambda: _asked_after(latest[0].token, ports), within=WITHIN, what="a card that asks once more")
    approve(again, PRIYA, ports)
    _reaches(AWAITING, MotionState.IN_REVIEW, ports)
    made.portal.review(str(_motion(IN_REVIEW, ports).referral_id), Review.ACCEPTED)
    handed = _reaches(IN_REVIEW, MotionState.HANDED_OFF, ports)
    wait_until(lambda: _problems(handed, ports), within=WITHIN, what="somebody being asked about its handoff")

    assert approved.outcome is ClickOutcome.DONE
    assert [one.crm_id for one in made.portal.referrals].count(AWAITING) == 1
    # What that release had approved for the partner to read is a person's matter now: it was sealed without origins.
    assert _problems(handed, ports) == ["grant-revoked"]
    assert not [p for p in made.messenger.posted if p.key == f"{handed.id}:handoff"]
    assert ports.durable.read(lambda uow: uow.log.first_break()) is None
    assert ports.durable.ended(made.clock.now() - timedelta(days=30), lambda _: True) == ()


def _problems(motion: Motion, ports: Ports) -> list[str]:
    found = ports.durable.read(lambda uow: list(uow.exceptions.of(motion.id)))
    return [item.code for item in found]


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


def _asked_after(token: Token, ports: Ports) -> Token | None:
    """The button of a newer card of the same deal that waits for a decision."""
    latest = ports.durable.read(lambda uow: uow.decisions.latest(motion_id_of(AWAITING, AWS)))
    is_newer = latest is not None and latest[0].token != token and latest[0].verdict is None
    return latest[0].token if latest is not None and is_newer else None


def _reaches(deal: OpportunityId, state: MotionState, ports: Ports) -> Motion:
    wait_until(lambda: _motion(deal, ports).state is state, within=WITHIN, what=state)
    return _motion(deal, ports)
