"""The bot ends in the middle, in order or not: what was under way completes, and nothing happens twice."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.embedded import start_world
from bot.settings import DEFAULTS
from motions.model import MotionState
from sandbox.cast import ALEX, DANA, PRIYA, TOMAS
from tests.bot.command import environment_of, running_bot
from tests.scenarios.company import CENTRAL, HAYDEN, SHARED, Company
from tests.scenarios.scene import Scene, amend, said
from tests.waiting import wait_until


def test_a_bot_that_is_stopped_and_started_completes_every_motion_once(scene: Scene) -> None:
    company = scene.company
    company.do("/aws/_control/reviewer", mode="manual")
    reviewed, filing = company.new_deal(), company.new_deal(owner=HAYDEN)
    scene.approve(PRIYA, scene.asked(reviewed))
    scene.reaches(reviewed, MotionState.IN_REVIEW)
    scene.approve(TOMAS, scene.asked(filing))
    unread = company.new_deal()

    scene.restart()
    company.do("/aws/_control/reviewer", mode="auto", delay_seconds=0.2)
    for deal in (reviewed, filing):
        scene.handed(deal)
    scene.asked(unread)

    for deal in (reviewed, filing):
        motion = scene.settles(deal)
        assert len(company.filed(deal)) == 1
        assert len(company.posted(SHARED, f"{motion.id}:")) == 1
        assert len(company.posted(motion.channel, f"{motion.id}:")) == 1


@pytest.fixture
def lonely() -> Iterator[Company]:
    """A world of its own: two bots in one Slack would share its clicks."""
    world = start_world(0, tick_seconds=None, deals=60)
    with httpx.Client(base_url=world.url, timeout=20) as http:
        company = Company(world.url, http)
        company.calm()
        yield company
    world.stop()


def test_a_bot_that_is_killed_after_an_approval_files_once(lonely: Company, tmp_path: Path) -> None:
    environment = environment_of(lonely.url, tmp_path)
    with running_bot(environment, tmp_path) as first:
        wait_until(lambda: "not yet" not in _status(lonely), what="the first read")
        wait_until(lonely.has_agreed, within=30, what="the partner's agreement")
        deal = lonely.new_deal()
        (card,) = wait_until(lambda: lonely.posted(CENTRAL), within=30, what="the card")
        place = {"channel": CENTRAL, "message_ts": card["ts"]}
        lonely.act("action", PRIYA, **place, action_id="motion.approve")
        _kill(first)

    # An effect that was under way when the process died is looked up only after its lease, forty seconds later.
    with running_bot(environment, tmp_path):
        (handoff,) = wait_until(lonely.handoffs, within=70, what="the handoff")
        lonely.act("action", ALEX, channel=SHARED, message_ts=handoff["ts"], action_id="handoff.take")
        wait_until(lambda: lonely.record(deal)["Cosell_Status__c"] == "Engaged", what="the outcome in the CRM")
        wait_until(lambda: len(lonely.activities(deal)) == 2, what="both activities")

    assert [each["review_status"] for each in lonely.filed(deal)] == ["Approved"]
    assert len(lonely.posted(CENTRAL)) == 1
    assert len(lonely.handoffs()) == 1


def test_a_click_that_was_acknowledged_and_not_worked_off_is_worked_off_after_a_kill(
    lonely: Company, tmp_path: Path
) -> None:
    shutil.copytree(DEFAULTS, tmp_path / "config")
    # Otherwise the bot has asked who Priya is before it posted the card.
    amend(tmp_path / "config" / "policy.yml", guests_are_internal=True)
    environment = {**environment_of(lonely.url, tmp_path), "COSELL_CONFIG": str(tmp_path / "config")}
    with running_bot(environment, tmp_path) as first:
        wait_until(lambda: "not yet" not in _status(lonely), what="the first read")
        wait_until(lonely.has_agreed, within=30, what="the partner's agreement")
        deal = lonely.new_deal()
        (card,) = wait_until(lambda: lonely.posted(CENTRAL), within=30, what="the card")
        lonely.do("/world/_control/gates", name="who", when="before", path="users.info", text=f"user={PRIYA.id}")
        place = {"channel": CENTRAL, "message_ts": card["ts"]}
        clicked = lonely.act("action", PRIYA, **place, action_id="motion.approve", patience=0)
        wait_until(lambda: lonely.look("/world/_control/gates")["held"], what="the click, being worked off")
        _kill(first)
    lonely.http.delete("/world/_control/gates", params={"drop": 1}).raise_for_status()
    before = lonely.record(deal)["Cosell_Status__c"]

    with running_bot(environment, tmp_path):
        wait_until(lonely.handoffs, within=70, what="the handoff")

    assert clicked["ok"]
    assert before != "Submitted"
    assert len(lonely.filed(deal)) == 1
    whispers = [m for m in lonely.messages(CENTRAL) if m["ephemeral_to"] == PRIYA.id]
    assert sum("Approved." in said({"shown": m["blocks"]}) for m in whispers) == 1


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
def test_a_bot_starts_although_slack_says_slow_down_first(lonely: Company, tmp_path: Path, method: str) -> None:
    lonely.trouble("slack", "ratelimited", method=method, times=2)

    with running_bot(environment_of(lonely.url, tmp_path), tmp_path):
        wait_until(lambda: "not yet" not in _status(lonely), what="the first read")


def _status(company: Company) -> str:
    return said(company.act("command", DANA, channel="C0COSELLOPS", command="/cosell", text="status"))


def _kill(bot: "subprocess.Popen[str]") -> None:
    os.kill(bot.pid, signal.SIGKILL)
    bot.wait(10)
