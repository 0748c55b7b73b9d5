"""Who may decide and who may read: anybody else's click is explained and changes nothing, nobody else is told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from handlers.views.problem import NOT_YOURS, WHO_ARE_YOU
from motions.model import Motion, MotionState
from sandbox.cast import (
    ALEX,
    AWS,
    BOT_USER_ID,
    DANA,
    KIM,
    MERIDIAN,
    NORTHSTAR,
    PRIYA,
    Member,
    Role,
    email_of,
    seller_slack_id,
)
from tests.scenarios.company import CASSEY, EAST, Company
from tests.scenarios.scene import Scene, amend_partner, playing, said, settings_for
from tests.waiting import wait_until

SELLER = Member(
    seller_slack_id("Darcel Schlecht"),
    "T0MERIDIAN",
    "Darcel Schlecht",
    email_of("Darcel Schlecht"),
    Role.SELLER,
    "",
    "",
)
CROWD = "C0CROWD"
# Who is ours is told who may; nobody else is told anything.
WHY = {
    SELLER.id: "Only alliance managers and operators decide referrals; priya.raman@meridian.example",
    ALEX.id: NOT_YOURS,
    KIM.id: WHO_ARE_YOU,
}
OUTSIDERS = pytest.mark.parametrize("who", [SELLER, ALEX, KIM], ids=["a seller", "a partner's rep", "a stranger"])


@pytest.fixture(scope="module")
def running(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A company that knows nobody at Northstar, although they are in the channel it shares with AWS."""
    world.begin()
    settings = settings_for(world, tmp_path_factory.mktemp("bot"))
    amend_partner(settings.config_folder, "northstar", team_ids=[])
    amend_partner(settings.config_folder, "aws", shared_channel=CROWD)
    teams, members = [MERIDIAN.id, AWS.id], [DANA.id, ALEX.id, BOT_USER_ID]
    world.do("/slack/_control/channels", id=CROWD, name="everybody", teams=teams, members=members)
    with playing(world, settings) as scene:
        # Strangers come in once AWS has agreed there to what is shared.
        everybody = [*teams, NORTHSTAR.id]
        world.do("/slack/_control/channels", id=CROWD, teams=everybody, members=[KIM.id])
        yield scene


@pytest.fixture(scope="module")
def asked(running: Scene) -> Iterator[Motion]:
    """A motion whose card asks, in a channel where everybody can click."""
    motion = running.asked(running.company.new_deal(owner=CASSEY))
    running.company.do("/slack/_control/channels", id=EAST, members=[SELLER.id, ALEX.id, KIM.id])
    yield motion
    for who in (SELLER, ALEX, KIM):
        running.company.act("leave", who, channel=EAST)


@OUTSIDERS
@pytest.mark.parametrize("action", ["motion.approve", "motion.edit"])
def test_who_may_not_decide_is_told_who_may(scene: Scene, asked: Motion, who: Member, action: str) -> None:
    answer = scene.click(who, asked, action)

    assert WHY[who.id] in said(answer)
    assert answer["modals"] == []
    assert scene.motion(asked.opportunity_id) == asked


def test_a_denial_by_who_may_not_decide_changes_nothing(scene: Scene, asked: Motion) -> None:
    (modal,) = scene.click(SELLER, asked, "motion.deny")["modals"]

    answer = scene.submit(SELLER, modal, reason_code="other")

    assert "Only alliance managers and operators" in said(answer)
    assert scene.motion(asked.opportunity_id) == asked


def test_who_asked_for_a_motion_cannot_approve_it(scene: Scene) -> None:
    deal = scene.company.new_deal(product="GTK 500", Amount=2000)
    wait_until(lambda: scene.bot.ports.durable.read(lambda uow: uow.matches.latest(deal)), what="the match")

    scene.company.act("command", PRIYA, channel="C0COSELLOPS", command="/cosell", text=deal)
    motion = scene.asked(deal)
    own = scene.click(PRIYA, motion, "motion.approve")
    before = scene.motion(deal)
    scene.approve(DANA, motion)

    assert "You asked for this motion yourself" in said(own)
    assert before == motion
    assert scene.reaches(deal, MotionState.IN_REVIEW, MotionState.HANDED_OFF)


def test_two_clicks_at_once_file_once(scene: Scene) -> None:
    deal = scene.company.new_deal()
    motion = scene.asked(deal)

    with ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(lambda who: said(scene.click(who, motion, "motion.approve")), (PRIYA, DANA)))
    scene.reaches(deal, MotionState.HANDED_OFF)

    assert sum("Approved." in answer for answer in answers) == 1
    assert sum("Nothing changed." in answer for answer in answers) == 1
    assert len(scene.company.filed(deal)) == 1
    assert len([c for c in scene.company.aws_calls("CreateOpportunity") if deal in str(c["request"])]) == 1


def test_a_partner_s_words_are_not_posted_where_strangers_read(scene: Scene) -> None:
    deal = scene.company.new_deal()

    scene.approve(PRIYA, scene.asked(deal))
    problem = scene.trouble(deal, "audience-changed")

    assert "nothing was sent" in problem.reason
    motion = scene.motion(deal)
    assert motion is not None
    assert scene.company.posted(CROWD, motion.id) == []
