"""A database put back from a copy made earlier: everything happens again here, and nothing a second time out there."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from motions.deals import OpportunityId
from motions.model import Motion, MotionState
from sandbox.cast import ALEX, PRIYA
from tests.scenarios.company import CENTRAL, SHARED, Company
from tests.scenarios.scene import Scene, playing, settings_for, started, words_of
from tests.waiting import wait_until

AN_HOUR_AGO = timedelta(hours=1)


@pytest.fixture
def scene(company: Company, tmp_path: Path) -> Iterator[Scene]:
    """A bot of this test's own: its database is taken away."""
    with playing(company, settings_for(company, tmp_path)) as made:
        yield made


def copied(scene: Scene, name: str) -> Path:
    """A copy of the database, made while the bot works as the runbook says."""
    copy = _database(scene).with_name(f"{name}.db")
    with closing(sqlite3.connect(_database(scene))) as there, closing(sqlite3.connect(copy)) as here:
        there.backup(here)
        # Copies are made at night; this one pretends to be older than it is.
        stamp = (datetime.now(UTC) - AN_HOUR_AGO).strftime("%Y-%m-%d %H:%M:%S.%f")
        here.execute("UPDATE presence SET worked_at = ?", (stamp,))
        here.commit()
    return copy


def put_back(scene: Scene, copy: Path) -> None:
    """Stop the bot, put the copy in the place of its database, start again."""
    scene.bot.stop()
    for tail in ("-wal", "-shm"):
        _database(scene).with_name(_database(scene).name + tail).unlink(missing_ok=True)
    shutil.copy(copy, _database(scene))
    scene.bot = started(scene.settings)


def handed_over(scene: Scene, deal: OpportunityId) -> Motion:
    """Approved by Priya and handed to the partner."""
    motion = scene.asked(deal)
    button = scene.bot.ports.durable.read(lambda uow: uow.decisions.latest(motion.id))
    assert button is not None
    token = button[0].token
    wait_until(lambda: token in words_of(scene.card(scene.asked(deal))), what="a button that is known here")
    scene.approve(PRIYA, motion)
    scene.handed(deal)
    return scene.settles(deal)


def test_a_motion_forgotten_before_its_card_was_posted_is_not_posted_filed_or_handed_over_twice(scene: Scene) -> None:
    company = scene.company
    company.trouble("slack", "channel_refused", channel=CENTRAL, method="chat.postMessage", times=1000)
    deal = company.new_deal()
    scene.trouble(deal, "post-card-failing")
    copy = copied(scene, "unposted")
    company.calm()
    scene.fast_forward(deal)
    handed_over(scene, deal)

    put_back(scene, copy)
    scene.fast_forward(deal)
    handed_over(scene, deal)

    _is_once(scene, deal)


def test_a_motion_forgotten_while_its_card_asked_goes_on_from_there_once(scene: Scene) -> None:
    deal = scene.company.new_deal()
    scene.asked(deal)
    copy = copied(scene, "asking")
    handed_over(scene, deal)

    put_back(scene, copy)
    handed_over(scene, deal)

    _is_once(scene, deal)


def _is_once(scene: Scene, deal: OpportunityId) -> None:
    company = scene.company
    motion = scene.handed(deal)
    scene.take(ALEX, motion)
    scene.reaches(deal, MotionState.ENGAGED)
    scene.settles(deal)
    assert len(company.posted(CENTRAL, f"{motion.id}:")) == 1
    assert len(company.posted(SHARED, f"{motion.id}:")) == 1
    assert [each["review_status"] for each in company.filed(deal)] == ["Approved"]
    assert len(company.activities(deal)) == 2
    assert company.record(deal)["Cosell_Status__c"] == "Engaged"
    assert scene.exceptions(motion.id) == []


def _database(scene: Scene) -> Path:
    return Path(scene.settings.cosell_database_url.removeprefix("sqlite:///"))
