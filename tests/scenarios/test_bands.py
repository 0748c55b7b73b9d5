"""How sure the match is decides what may happen without a person."""

from motions.deals import OpportunityId
from motions.model import Band, MotionState
from sandbox.cast import PRIYA
from tests.scenarios.scene import Scene, words_of
from tests.waiting import wait_until


def test_a_sure_match_is_written_to_the_crm_at_once(scene: Scene) -> None:
    deal = scene.company.new_deal()

    motion = scene.asked(deal)
    record = wait_until(lambda: _with_status(scene, deal), what="the badge")

    assert motion.band is Band.HIGH
    assert record["Cosell_Status__c"] == "Matched"
    assert record["Cosell_Partners__c"] == "AWS"
    assert record["Cosell_Rationale__c"]
    assert record["Cosell_P2B_Score__c"] == motion.score


def test_an_unsure_match_writes_nothing_to_the_crm_before_a_person_agrees(scene: Scene) -> None:
    deal = scene.company.new_deal(product="GTK 500", Amount=10000)

    scene.asked(deal)
    motion = scene.settles(deal)
    before = _ours(scene.company.record(deal))
    scene.approve(PRIYA, motion)
    scene.reaches(deal, MotionState.IN_REVIEW, MotionState.HANDED_OFF)
    [filed] = scene.company.filed(deal)
    wait_until(lambda: scene.company.record(deal)["Cosell_Referral_Id__c"] == filed["id"], what="the referral's id")

    assert motion.band is Band.GREY
    assert before == {}


def test_the_card_says_how_sure_the_match_is_and_why(scene: Scene) -> None:
    deal = scene.company.new_deal()

    motion = scene.asked(deal)

    drawn = words_of(scene.card(motion))
    assert f"{motion.score} of 100" in drawn
    assert all(reason.text in drawn for reason in motion.reasons)
    assert 0 < len(motion.reasons) <= 4


def test_a_poor_match_starts_nothing(scene: Scene) -> None:
    poor = scene.company.new_deal(product="GTK 500", Amount=2000)
    scene.asked(scene.company.new_deal())  # came later, so the poor one was scored

    match = scene.bot.ports.durable.read(lambda uow: uow.matches.latest(poor))
    assert match is not None
    assert match.best is not None
    assert match.best.band is Band.LOW
    assert scene.motion(poor) is None
    assert _ours(scene.company.record(poor)) == {}


def _with_status(scene: Scene, deal: OpportunityId) -> dict[str, object] | None:
    record = scene.company.record(deal)
    return record if record["Cosell_Status__c"] else None


def _ours(record: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in record.items() if name.startswith("Cosell_") and value}
