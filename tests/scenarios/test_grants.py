"""Grants between two companies, over the wire: nothing of a deal reaches AWS before it agreed, or after an end."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.audits import print_replay, print_verdict
from motions.deals import OpportunityId
from motions.model import Motion, MotionState
from sandbox.cast import ALEX, PRIYA
from tests.scenarios.company import SHARED, Company, Json
from tests.scenarios.scene import Scene, said, settings_for, stands, started, words_of
from tests.waiting import wait_until

AUTOPILOT = "/world/_control/autopilot"
GATES = "/world/_control/gates"
WRITES = ("CreateOpportunity", "AssociateOpportunity", "StartEngagementFromOpportunityTask")


@pytest.fixture(scope="module")
def running(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot whose partner presses nothing by itself."""
    world.begin()
    world.do(AUTOPILOT, on=False)
    settings = settings_for(world, tmp_path_factory.mktemp("bot"))
    scene = Scene(world, settings, started(settings, is_granted=False))
    yield scene
    scene.bot.stop()
    world.do(AUTOPILOT, on=True)


def grant_cards(scene: Scene) -> list[Json]:
    """The cards of grants that still have a button, newest last."""
    return [m for m in scene.company.posted(SHARED, "grant:") if "grant.revoke" in words_of(m)]


def press(scene: Scene, action_id: str, older: Sequence[Json] = ()) -> str:
    """Alex presses a button of the newest card, of none of the older ones; what he is told."""
    known = {card["ts"] for card in older}

    def cards() -> list[Json]:
        return [m for m in grant_cards(scene) if action_id in words_of(m) and m["ts"] not in known]

    card = wait_until(cards, what=f"a card with {action_id}")[-1]
    return said(scene.company.act("action", ALEX, channel=SHARED, message_ts=card["ts"], action_id=action_id))


def agree(scene: Scene, older: Sequence[Json] = ()) -> None:
    """AWS agrees to what was proposed last."""
    assert "Agreed." in press(scene, "grant.agree", older)
    wait_until(lambda: scene.bot.ports.durable.read(stands), what="the agreement")


def shared_again(scene: Scene) -> None:
    """Priya proposes, and AWS agrees, unless it stands."""
    if scene.bot.ports.durable.read(stands):
        return
    answer = scene.company.act("command", PRIYA, channel="C0AWSCENT", command="/cosell", text="share aws")
    older = scene.company.posted(SHARED, "grant:")  # one that was taken back may still have its button
    (offer,) = [item for item in answer["shown"] if "grant.propose" in str(item)]
    place = {"channel": "C0AWSCENT", "message_ts": offer["ts"]}
    told = said(scene.company.act("action", PRIYA, **place, action_id="grant.propose"))
    assert "Proposed." in told
    agree(scene, older)


def about(company: Company, deal: OpportunityId) -> list[str]:
    """Every byte AWS's people read in the shared channel, and AWS's portal got, that tells of a deal."""
    name = str(company.record(deal)["Name"])
    customer = name.partition(" - ")[0]
    seen = [str(m["blocks"]) + str(m["text"]) for m in company.messages(SHARED)]
    sent = [str(call) for operation in WRITES for call in company.aws_calls(operation)]
    return [words for words in (*seen, *sent) if name in words or (customer in words and deal in words)]


def test_before_the_partner_agrees_a_motion_stops_at_its_card(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)

    card = words_of(scene.card(motion))

    assert "AWS has not agreed yet to what is shared" in card
    assert "motion.approve" not in card
    assert about(scene.company, deal) == []
    (asked,) = grant_cards(scene)
    assert "grant.agree" in words_of(asked)

    agree(scene)

    motion = wait_until(lambda: _ready(scene, deal), what="a card that can be approved")
    scene.approve(PRIYA, motion)
    scene.reaches(deal, MotionState.IN_REVIEW, MotionState.ACCEPTED, MotionState.HANDED_OFF)
    assert len(scene.company.filed(deal)) == 1


def test_a_grant_that_ends_between_two_calls_of_a_filing_stops_the_second(scene: Scene) -> None:
    shared_again(scene)
    deal = scene.company.new_deal()
    motion = wait_until(lambda: _ready(scene, deal), what="a card that can be approved")
    scene.company.do(GATES, name="create", when="after", target="CreateOpportunity")
    scene.approve(PRIYA, motion)
    wait_until(lambda: scene.company.look(GATES)["held"], what="the first call, made and unanswered")

    assert "Ended." in press(scene, "grant.revoke")
    scene.company.http.delete(GATES).raise_for_status()

    problem = scene.trouble(motion.id, "grant-revoked")
    (filed,) = scene.company.filed(deal)
    assert filed["id"] in problem.reason
    assert "was revoked by Alex Moreno" in problem.reason
    later = [call for name in WRITES[1:] for call in scene.company.aws_calls(name) if filed["id"] in str(call)]
    assert later == []


def test_a_handoff_is_blanked_when_we_end_it_and_comes_back_with_a_new_grant(scene: Scene) -> None:
    shared_again(scene)
    deal = scene.company.new_deal()
    motion = wait_until(lambda: _ready(scene, deal), what="a card that can be approved")
    scene.approve(PRIYA, motion)
    motion = scene.handed(deal, within=40)
    assert "Handoff to AWS" in handoff(scene, motion)

    answer = scene.company.act("command", PRIYA, channel="C0AWSCENT", command="/cosell", text="unshare aws")

    assert "Nothing more of any deal leaves for AWS" in said(answer)
    wait_until(lambda: "no longer shared with AWS" in handoff(scene, motion), what="a blank handoff")
    assert "handoff.take" not in handoff(scene, motion)
    scene.trouble(motion.id, "grant-revoked")

    shared_again(scene)

    wait_until(lambda: "Handoff to AWS" in handoff(scene, motion), what="the handoff again")
    wait_until(lambda: not scene.exceptions(motion.id), what="no open problem")


def test_an_acceptance_after_the_end_is_handed_to_nobody(scene: Scene) -> None:
    shared_again(scene)
    scene.company.do("/aws/_control/reviewer", mode="manual")
    deal = scene.company.new_deal()
    motion = wait_until(lambda: _ready(scene, deal), what="a card that can be approved")
    scene.approve(PRIYA, motion)
    scene.reaches(deal, MotionState.IN_REVIEW)
    press(scene, "grant.revoke")
    before = len(scene.company.posted(SHARED))

    scene.company.review(deal, "approve")

    scene.reaches(deal, MotionState.HANDED_OFF)
    scene.trouble(motion.id, "grant-revoked")
    assert scene.company.posted(SHARED, f"{motion.id}:handoff") == []
    assert len(scene.company.posted(SHARED)) == before
    assert scene.company.record(deal)["Cosell_Status__c"] == "Accepted"


def test_the_log_holds_both_signatures(scene: Scene) -> None:
    shared_again(scene)

    assert print_verdict(scene.settings)
    assert print_replay(scene.settings)
    keys = Path(scene.settings.keys_folder)
    assert sorted(each.name for each in keys.iterdir()) == ["ours.pem", "witness-aws.pem"]


def handoff(scene: Scene, motion: Motion) -> str:
    """The motion's handoff as AWS reads it."""
    (message,) = scene.company.posted(SHARED, f"{motion.id}:handoff")
    return words_of(message)


def _ready(scene: Scene, deal: OpportunityId) -> Motion | None:
    """The motion once its card, as Slack shows it, offers an approval."""
    motion = scene.motion(deal)
    if motion is None or motion.card is None or motion.state is not MotionState.AWAITING:
        return None
    return motion if "motion.approve" in words_of(scene.card(motion)) else None
