"""Approvals as people meet them: two of them, in advance, taken back, stopped, and the match beside the referral."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from motions import reminding
from motions.deals import OpportunityId
from motions.model import Band, Motion, MotionState
from motions.records import Queue, Segment
from sandbox.cast import DANA, PRIYA, SAM, TOMAS, Member
from tests.scenarios.company import CASSEY, Company
from tests.scenarios.scene import Scene, amend, playing, said, settings_for, words_of
from tests.scenarios.test_by_the_clock import At
from tests.waiting import wait_until

BIG = 400_000


@pytest.fixture(scope="module")
def running(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A company where deals from 400,000 on need two people."""
    world.begin()
    settings = settings_for(world, tmp_path_factory.mktemp("bot"))
    amend(settings.config_folder / "policy.yml", two_people_from=BIG)
    with playing(world, settings) as scene:
        yield scene


def ask(scene: Scene, person: Member, words: str) -> str:
    """What somebody is answered to /cosell."""
    return said(scene.company.act("command", person, channel="C0COSELLOPS", command="/cosell", text=words))


def press(scene: Scene, person: Member, action_id: str) -> str:
    """Press a button of the newest message only this person sees."""
    mine = [m for m in scene.company.messages("C0COSELLOPS") if m.get("ephemeral_to") == person.id]
    place = {"channel": "C0COSELLOPS", "message_ts": mine[-1]["ts"]}
    return said(scene.company.act("action", person, **place, action_id=action_id))


def shows(scene: Scene, motion: Motion, *words: str) -> str:
    """The card once it says all of this."""

    def look() -> str | None:
        drawn = words_of(scene.card(motion))
        return drawn if all(each in drawn for each in words) else None

    return wait_until(look, what=f"{words} on the card")


def filings(scene: Scene, deal: OpportunityId) -> int:
    return len([call for call in scene.company.aws_calls("CreateOpportunity") if deal in str(call["request"])])


def uncertain(scene: Scene) -> OpportunityId:
    """A deal whose match is grey: by policy a person is asked before the CRM is written."""
    return scene.company.new_deal(product="GTK 500", Amount=10000, customer="Codehow")


def test_the_card_says_what_an_approval_leads_to_before_its_buttons(scene: Scene) -> None:
    drawn = words_of(scene.card(scene.asked(scene.company.new_deal())))

    order = ("If this is approved", "*Final*: it can only be closed as lost", "motion.approve")
    assert sorted(order, key=drawn.index) == list(order)
    assert "they can be deleted, but may have been read" in drawn


def test_a_big_deal_is_filed_by_the_second_of_two_people_and_survives_a_restart_between_them(scene: Scene) -> None:
    deal = scene.company.new_deal(Amount=BIG, owner=CASSEY)
    motion = scene.asked(deal)
    before = words_of(scene.card(motion))

    first = said(scene.click(PRIYA, motion, "motion.approve"))
    shows(scene, motion, "Approved by Priya Raman; one more approval needed")
    scene.restart()
    again = said(scene.click(PRIYA, motion, "motion.approve"))
    waiting = scene.settles(deal)
    second = said(scene.click(DANA, motion, "motion.approve"))
    scene.reaches(deal, MotionState.IN_REVIEW, MotionState.HANDED_OFF)

    assert "Waiting for two approvals" in before
    assert "You are the first of two" in first
    assert "You approved this already" in again
    assert waiting.state is MotionState.AWAITING
    assert "Priya Raman approved it before you" in second
    assert filings(scene, deal) == 1


def test_two_people_in_the_same_second_are_enough_and_file_once(scene: Scene) -> None:
    deal = scene.company.new_deal(Amount=BIG)
    motion = scene.asked(deal)

    with ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(lambda who: said(scene.click(who, motion, "motion.approve")), (PRIYA, TOMAS)))
    scene.reaches(deal, MotionState.HANDED_OFF)

    assert sum("You are the first of two" in answer for answer in answers) == 1
    assert sum("Filing" in answer for answer in answers) == 1
    assert filings(scene, deal) == 1


def test_an_undecided_card_reminds_its_manager_once_in_its_thread(scene: Scene) -> None:
    motion = scene.asked(scene.company.new_deal(owner=CASSEY))
    assert motion.card is not None
    ports = replace(scene.bot.ports, clock=At(datetime.now(UTC) + timedelta(days=4, minutes=1)))

    for _ in range(2):
        reminding.sweep_undecided(ports)
        (note,) = wait_until(lambda: _thread(scene, motion), what="the reminder")

    assert f"<@{PRIYA.id}>" in words_of(note)
    assert "still waits for a decision" in words_of(note)
    assert len(_thread(scene, motion)) == 1


def test_an_approval_is_taken_back_while_the_portal_is_away(scene: Scene) -> None:
    deal = scene.company.new_deal(owner=CASSEY)
    motion = scene.asked(deal)
    scene.company.trouble("aws", "throttle", operation="CreateOpportunity", times=100)
    scene.approve(PRIYA, motion)
    shows(scene, motion, "motion.take_back")

    def take_back() -> str:
        return said(scene.click(DANA, motion, "motion.take_back"))

    # While one more attempt is on its way to AWS, nobody can tell whether it is too late.
    wait_until(lambda: "Taken back. Nothing was filed." in take_back(), within=20, what="taken back")
    again = said(scene.click(PRIYA, motion, "motion.take_back"))
    scene.company.calm()
    scene.fast_forward(deal)
    scene.settles(deal)

    assert "already taken back by Dana Whitfield" in again
    assert scene.reaches(deal, MotionState.DENIED)
    assert scene.company.filed(deal) == []
    drawn = shows(scene, motion, "Approval taken back by Dana Whitfield: before anything left")
    assert "motion.take_back" not in drawn


def test_what_is_in_the_portal_is_not_taken_back(scene: Scene) -> None:
    scene.company.do("/aws/_control/reviewer", mode="manual")
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    scene.company.trouble("aws", "throttle", operation="StartEngagementFromOpportunityTask", times=3)
    scene.company.trouble("aws", "throttle", operation="CreateOpportunity", times=1)
    scene.approve(PRIYA, motion)
    shows(scene, motion, "motion.take_back")
    (filed,) = wait_until(lambda: scene.company.filed(deal), what="the referral")

    answer = (
        scene.click(PRIYA, motion, "motion.take_back") if "motion.take_back" in words_of(scene.card(motion)) else {}
    )
    scene.fast_forward(deal)
    scene.reaches(deal, MotionState.IN_REVIEW)

    assert not answer or f"it is in AWS's portal already, as {filed['id']}" in said(answer)
    assert len(scene.company.filed(deal)) == 1


def test_everything_is_stopped_at_once_and_goes_on_by_itself(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    seller = ask(scene, PRIYA, "stop")

    stopped = ask(scene, DANA, "stop wrong price list")
    shows(scene, motion, "Nothing leaves at the moment.", "Dana Whitfield stopped cosell", "wrong price list")
    scene.approve(PRIYA, motion)
    during = shows(scene, motion, "The referral is kept and filed when cosell goes on.")
    status = ask(scene, PRIYA, "status")
    (problem,) = scene.exceptions("effects")
    scene.restart()
    scene.fast_forward(deal)
    still = scene.reaches(deal, MotionState.FILING)
    resumed = ask(scene, SAM, "resume")

    def filed_by_now() -> bool:
        scene.fast_forward(deal)
        return bool(scene.company.filed(deal))

    wait_until(filed_by_now, what="the referral")
    shows(scene, motion, "Filed with AWS")

    assert "Only operators and admins stop" in seller
    assert "Stopped. Nothing leaves cosell" in stopped
    assert "motion.approve" not in during
    assert "Dana Whitfield stopped cosell" in status
    assert (problem.code, problem.owner) == ("stopped", DANA.email)
    assert still.referral_id is None
    assert "Resumed." in resumed
    assert scene.exceptions("effects") == []
    assert filings(scene, deal) == 1


def test_what_was_approved_in_advance_is_filed_without_a_click_until_it_is_revoked(scene: Scene) -> None:
    offer = ask(scene, PRIYA, "standing AWS up to 70000 USD until 2027-06-30")
    given = press(scene, PRIYA, "standing.give")
    deal = scene.company.new_deal()
    motion = scene.reaches(deal, MotionState.IN_REVIEW, MotionState.ACCEPTED, MotionState.HANDED_OFF)
    wait_until(lambda: scene.motion(deal).card, what="the card")  # type: ignore[union-attr]  # it was there above
    motion = scene.handed(deal)
    drawn = shows(scene, motion, "Approved by the standing approval of Priya Raman")
    bigger = scene.asked(scene.company.new_deal(Amount=90000))

    listed = ask(scene, TOMAS, "standing")
    revoked = press(scene, TOMAS, "standing.revoke")
    asks_again = scene.asked(scene.company.new_deal())

    assert "Give this standing approval" in offer
    assert "without a click" in offer
    assert "Given. Referrals to AWS up to USD 70,000" in given
    assert filings(scene, deal) == 1
    assert "motion.approve" not in drawn
    assert bigger.state is MotionState.AWAITING
    assert "by Priya Raman" in listed
    assert "Revoked. Priya Raman's standing approval counts no more" in revoked
    assert asks_again.state is MotionState.AWAITING


def test_nobody_who_may_not_approves_in_advance(scene: Scene) -> None:
    wrong = ask(scene, PRIYA, "standing AWS up to lots until Friday")
    northstar = ask(scene, PRIYA, "standing Northstar up to 5 EUR until 2027-01-31")

    assert "Say the partner, the highest amount with its currency" in wrong
    assert "has no connected portal" in northstar


def test_the_match_and_the_referral_are_decided_apart_by_different_people(scene: Scene) -> None:
    deal = uncertain(scene)
    motion = scene.asked(deal)
    drawn = shows(scene, motion, "Write this match to the deal in the CRM?")

    wrote = said(scene.click(TOMAS, motion, "motion.crm_write"))
    wait_until(lambda: scene.company.record(deal)["Cosell_Status__c"] == "Matched", what="the badge")
    shows(scene, motion, "Match for the CRM approved by Tomas Lindqvist", "motion.approve")
    scene.approve(DANA, motion)
    scene.reaches(deal, MotionState.HANDED_OFF)

    assert motion.band is Band.GREY
    assert "Approving the referral covers this too." in drawn
    assert "The referral still waits." in wrote
    assert filings(scene, deal) == 1


def test_both_in_the_same_second_are_each_decided_once(scene: Scene) -> None:
    deal = uncertain(scene)
    motion = scene.asked(deal)

    acts = ((PRIYA, "motion.approve"), (DANA, "motion.crm_write"))
    with ThreadPoolExecutor(2) as hands:
        filing, match = hands.map(lambda act: said(scene.click(act[0], motion, act[1])), acts)
    scene.reaches(deal, MotionState.HANDED_OFF)

    assert "Approved." in filing
    assert "Writing these fields to the CRM" in match or "covers this already" in match
    assert filings(scene, deal) == 1
    assert len([each for each in scene.story(scene.settles(deal)).effects if each.key.endswith(":crm.match")]) == 1


def test_put_off_the_crm_stays_as_it_is_even_after_a_denial(scene: Scene) -> None:
    deal = uncertain(scene)
    motion = scene.asked(deal)

    put_off = said(scene.click(PRIYA, motion, "motion.crm_skip"))
    (modal,) = scene.click(DANA, motion, "motion.deny")["modals"]
    scene.submit(DANA, modal, reason_code="too-early")
    scene.reaches(deal, MotionState.DENIED)
    scene.settles(deal)

    assert "Nothing is written to the CRM unless" in put_off
    assert scene.company.record(deal)["Cosell_Status__c"] is None
    shows(scene, motion, "Match kept out of the CRM by Priya Raman")


def test_the_buttons_go_at_once_however_much_waits_for_the_channel(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)
    with scene.bot.ports.store.transaction() as uow:
        for n in range(30):  # half a minute of posts for the same channel
            args = (motion.id, motion.epoch)
            uow.enqueue(Segment("post_card", f"backlog:{deal}:{n}", args, Queue.SLACK, motion.channel))

    scene.approve(PRIYA, motion)
    wait_until(lambda: "motion.approve" not in words_of(scene.card(motion)), what="the buttons away")

    assert scene.bot.ports.durable.is_under_way(f"backlog:{deal}")


def _thread(scene: Scene, motion: Motion) -> list[dict[str, object]]:
    assert motion.card is not None
    ts, channel = motion.card.ts, motion.card.channel
    return [m for m in scene.company.messages(channel) if m.get("thread_ts") == ts and m["ts"] != ts]
