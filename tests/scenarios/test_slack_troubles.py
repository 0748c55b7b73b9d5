"""Slack in all its moods: a message arrives once, or somebody knows that it could not."""

from sandbox.cast import ALEX, PRIYA
from tests.scenarios.company import CASSEY, CENTRAL, EAST, HAYDEN, SHARED, WEST
from tests.scenarios.scene import Scene, words_of
from tests.waiting import wait_until


def test_a_channel_that_refuses_the_bot_is_an_exception_and_the_card_appears_once_it_lets_it_in(scene: Scene) -> None:
    scene.company.trouble("slack", "channel_refused", channel=EAST, method="chat.postMessage", times=1000)
    deal = scene.company.new_deal(owner=CASSEY)

    problem = scene.trouble(deal, "post-card-failing")
    scene.company.calm()
    scene.fast_forward(deal)
    motion = scene.asked(deal)

    assert "let the app post" in problem.reason
    assert "mend what Slack refused" in problem.next_act
    assert words_of(scene.card(motion))
    wait_until(lambda: not scene.exceptions(deal), what="the cleared exception")


def test_a_message_slack_was_too_busy_for_arrives_once(scene: Scene) -> None:
    scene.company.trouble("slack", "ratelimited", channel=WEST, method="chat.postMessage", retry_after=1)
    deal = scene.company.new_deal(owner=HAYDEN)

    motion = scene.asked(deal)

    assert len(scene.company.posted(WEST, f"{motion.id}:card")) == 1


def test_a_message_whose_answer_was_lost_is_found_again_and_not_posted_twice(scene: Scene) -> None:
    scene.company.trouble("slack", "drop_after_accept", channel=CENTRAL, method="chat.postMessage")
    deal = scene.company.new_deal()

    motion = scene.asked(deal)

    assert len(scene.company.posted(CENTRAL, f"{motion.id}:card")) == 1
    story = scene.story(motion)
    assert any(line.event == "effect.done" and "found after a lost answer" in line.detail for line in story.lines)


def test_a_handoff_whose_answer_was_lost_reaches_the_partner_once(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    scene.company.trouble("slack", "drop_after_accept", channel=SHARED, method="chat.postMessage")

    scene.approve(PRIYA, motion)
    handed = scene.handed(deal, within=30)

    assert len(scene.company.posted(SHARED, f"{handed.id}:")) == 1
    assert scene.take(ALEX, handed)["ok"]
