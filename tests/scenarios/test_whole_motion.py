"""The motion as a company lives it: a CRM change, one click, and the partner's seller at work."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import pytest
from rich.console import Console

from bot.audits import print_replay, print_verdict
from bot.stories import print_story
from motions.explaining import Story, clocks_of
from motions.model import MotionState
from motions.writing import WORD_LIMIT, count_words
from sandbox.cast import ALEX, DANA, JORDAN, PRIYA
from tests.scenarios.company import SHARED, Json
from tests.scenarios.scene import Scene, said, words_of
from tests.store.questions import Questions, questions_of, whole_reads


@dataclass
class Played:
    """One motion from its trigger to the partner's first action, and what its people were told on the way."""

    story: Story
    filed: list[Json]
    record: Json
    activities: list[str]
    handoffs: list[Json]
    to_seller: list[Json]
    take_by_us: str
    take: str
    take_again: Json


@pytest.fixture(scope="module")
def asked(running: Scene) -> Iterator[Questions]:
    """Everything the bot and its engine ask of the database from here on."""
    with questions_of(running.bot.durable._engine, is_counting=False) as noted:
        yield noted


@pytest.fixture(scope="module")
def played(running: Scene, asked: Questions) -> Played:
    company = running.company
    deal = company.new_deal()
    running.approve(PRIYA, running.asked(deal))
    handed = running.handed(deal)
    by_us, first = running.take(DANA, handed), running.take(ALEX, handed)
    running.reaches(deal, MotionState.ENGAGED)
    again = running.take(JORDAN, handed)
    motion = running.settles(deal)
    return Played(
        story=running.story(motion),
        filed=company.filed(deal),
        record=company.record(deal),
        activities=[task["Subject"] for task in company.activities(deal)],
        handoffs=company.posted(SHARED, f"{motion.id}:"),
        to_seller=[m for m in company.messages("D0DARCELSCHLECHT") if motion.deal_name in str(m)],
        take_by_us=said(by_us),
        take=said(first),
        take_again=again,
    )


def test_the_partner_holds_exactly_one_approved_referral(played: Played) -> None:
    assert [each["review_status"] for each in played.filed] == ["Approved"]


def test_the_crm_holds_the_outcome_in_its_own_fields(played: Played) -> None:
    assert played.record["Cosell_Referral_Id__c"] == played.filed[0]["id"]
    assert "Jordan Blake" in played.record["Cosell_PAM__c"]
    assert played.record["Cosell_Next_Step__c"]
    assert played.record["Cosell_Status__c"] == "Engaged"


def test_each_turn_is_one_activity_on_the_deal(played: Played) -> None:
    assert sorted(played.activities) == ["Co-sell with AWS: accepted", "Co-sell with AWS: engaged"]


def test_the_partner_s_seller_got_one_handoff_which_shows_who_took_it(played: Played) -> None:
    (handoff,) = played.handoffs

    assert "Alex Moreno" in words_of(handoff)
    assert "handoff.take" not in words_of(handoff)


def test_only_the_partner_can_take_a_handoff_and_only_once(played: Played) -> None:
    taken = [line.actor for line in played.story.lines if line.event == "handoff.taken"]

    assert "Only the partner" in played.take_by_us
    assert "it is yours" in played.take
    assert not played.take_again["ok"] or "already taken" in said(played.take_again)
    assert taken == ["Alex Moreno"]


def test_the_seller_is_told_directly_of_the_acceptance_and_of_the_first_action(played: Played) -> None:
    assert len(played.to_seller) == 2


def test_every_text_is_short(played: Played) -> None:
    texts = [played.story.motion.brief, *(str(m["text"]) for m in (*played.handoffs, *played.to_seller))]

    assert all(0 < count_words(text) <= WORD_LIMIT for text in texts)


def test_no_question_of_the_bot_or_its_engine_reads_all_of_what_grows(
    running: Scene, played: Played, asked: Questions
) -> None:
    assert len(asked.asked) > 50
    assert whole_reads(asked, running.bot.durable._engine) == []


def test_nothing_is_left_undone(played: Played) -> None:
    assert {effect.status for effect in played.story.effects} == {"done"}


def test_the_clocks_start_at_the_crm_s_own_stamp_and_stop_within_a_minute(played: Played) -> None:
    clocks = clocks_of(played.story.motion)

    assert clocks.first is not None
    assert clocks.e2e is not None
    assert clocks.match.total_seconds() < 60
    assert clocks.first.total_seconds() < 60
    assert clocks.match < clocks.e2e


def test_the_story_is_told_by_the_deal_s_name_and_its_log_holds(running: Scene, played: Played) -> None:
    told = StringIO()

    found = print_story(played.story.motion.deal_name, running.settings, Console(file=told, width=300))

    assert found
    assert all(part in told.getvalue() for part in ("Priya Raman", "Alex Moreno", played.filed[0]["id"], "T_e2e"))
    assert print_verdict(running.settings)
    assert print_replay(running.settings)


def test_a_partner_s_reply_in_the_thread_is_their_first_action_however_often_slack_delivers_it(scene: Scene) -> None:
    deal = scene.company.new_deal()
    scene.approve(PRIYA, scene.asked(deal))
    handed = scene.handed(deal)
    assert handed.handoff is not None

    place = {"channel": SHARED, "thread_ts": handed.handoff.ts}
    scene.company.act("message", DANA, text="Our people can do Tuesday", **place)
    scene.company.act("message", JORDAN, text="Tuesday works, I will bring the seller", **place)
    scene.company.do("/slack/_control/redeliver", count=2)
    scene.reaches(deal, MotionState.ENGAGED)
    motion = scene.settles(deal)

    assert [line.actor for line in scene.story(motion).lines if line.event == "handoff.taken"] == ["Jordan Blake"]
