"""What happens because time passes: the digest, the nudge of a cold handoff, the end of a request nobody decided."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from motions import nudging, queues, sweeping
from motions.model import MotionState
from motions.mornings import Mornings
from motions.ports import Ports
from sandbox.cast import ALEX, PRIYA
from tests.scenarios.company import CASSEY, SHARED, Json
from tests.scenarios.scene import Scene, said, words_of
from tests.waiting import wait_until


@dataclass(frozen=True)
class At:
    """A clock that stands at one moment."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


# Far enough ahead to be later than anything here, and a Monday: 9:40 in New York, 6:40 in Los Angeles.
MONDAY = datetime(2031, 1, 6, 14, 40, tzinfo=UTC)
NIGHT = MONDAY + timedelta(hours=12)


def test_a_morning_s_digest_comes_once_and_only_to_whose_morning_it_is(scene: Scene) -> None:
    motion = scene.asked(scene.company.new_deal())

    for _ in range(3):
        queues.due_digests(_at(scene, MONDAY), Mornings())
    wait_until(lambda: _digests(scene, "D0PRIYA"), what="Priya's digest")
    queues.due_digests(_at(scene, MONDAY + timedelta(minutes=5)), Mornings())
    wait_until(lambda: not scene.bot.ports.durable.is_under_way("digest:"), what="the end of all digests")

    (digest,) = _digests(scene, "D0PRIYA")
    assert motion.account_name in words_of(digest)
    assert _digests(scene, "D0TOMAS") == []


def test_a_channel_hears_on_monday_what_waits_in_it_and_what_the_week_brought(scene: Scene) -> None:
    motion = scene.asked(scene.company.new_deal())
    monday = _monday_after(scene.bot.ports.clock.now())

    for _ in range(3):
        queues.due_digests(_at(scene, monday), Mornings())
    wait_until(lambda: _editions(scene, motion.channel), what="the week's edition")
    wait_until(lambda: not scene.bot.ports.durable.is_under_way("digest:"), what="the end of all digests")
    wait_until(lambda: not scene.bot.ports.durable.is_under_way("edition:"), what="the end of all editions")

    (digest,) = scene.company.posted(motion.channel, f"digest:{motion.channel}:{monday:%Y-%m-%d}")
    assert "to decide" in digest["text"]
    (edition,) = _editions(scene, motion.channel)
    assert f"week of {monday - timedelta(days=7):%-d %B %Y}" in edition["text"]
    assert edition["files"][0]["alt_txt"].startswith("Bar chart.")


def test_a_cold_handoff_is_nudged_by_day_and_no_more_once_the_partner_replied(scene: Scene) -> None:
    deal = scene.company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    handed = scene.handed(deal)
    assert handed.handoff is not None
    thread = handed.handoff.ts

    by_night = nudging.sweep_cold(_at(scene, NIGHT))
    by_day = nudging.sweep_cold(_at(scene, MONDAY))
    wait_until(lambda: _replies(scene, thread), what="the nudge")
    scene.company.act("message", ALEX, channel=SHARED, thread_ts=thread, text="On it this afternoon")
    scene.reaches(deal, MotionState.ENGAGED)
    afterwards = nudging.sweep_cold(_at(scene, MONDAY + timedelta(days=7)))

    assert by_night == 0
    assert by_day == 1
    assert afterwards == 0
    assert len(_replies(scene, thread)) == 1


def test_a_request_nobody_decided_ends_without_filing_and_a_fresh_one_can_be_asked_for(scene: Scene) -> None:
    deal = scene.company.new_deal(owner=CASSEY)
    motion = scene.asked(deal)

    sweeping.expire_cards(_at(scene, datetime.now(UTC) + timedelta(days=6)))
    scene.reaches(deal, MotionState.EXPIRED)
    wait_until(lambda: "motion.approve" not in words_of(scene.card(motion)), what="the withdrawn card")
    asked = scene.company.act("command", PRIYA, channel="C0COSELLOPS", command="/cosell", text=motion.deal_name)
    fresh = scene.asked(deal)

    assert scene.company.filed(deal) == []
    assert "Started" in said(asked)
    assert fresh.epoch > motion.epoch


def _at(scene: Scene, moment: datetime) -> Ports:
    return replace(scene.bot.ports, clock=At(moment))


def _digests(scene: Scene, channel: str) -> list[Json]:
    return scene.company.posted(channel, "digest:")


def _replies(scene: Scene, thread: str) -> list[Json]:
    there = [m for m in scene.company.messages(SHARED) if m.get("thread_ts") == thread != m["ts"]]
    return [m for m in there if m.get("bot_id")]


def _editions(scene: Scene, channel: str) -> list[Json]:
    return [m for m in scene.company.messages(channel) if m.get("files") and "Co-sell with" in m["text"]]


def _monday_after(now: datetime) -> datetime:
    """Of the week after, when it is 9:40 in New York in winter."""
    return datetime.combine(now.date() + timedelta(days=7 - now.weekday()), MONDAY.timetz())
