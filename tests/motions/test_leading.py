"""Two partners on one deal: each motion has its own record; the deal's fields speak of the one that is furthest."""

from dataclasses import replace

from motions.deals import CosellFields
from motions.model import MotionId, MotionState, PartnerKey
from motions.recording import record, record_status
from motions.referrals import Review
from tests.fakes.world import DEAL, MINUTE, World
from tests.motions.stages import handed_off, in_review
from tests.motions.test_recording import cosell

OTHER = MotionId("the other one")
NORTHSTAR = "Northstar Integrators"


def join(made: World, state: MotionState, referral_id: str | None = None) -> None:
    """Another partner's motion on the same deal, opened later, and its record written."""
    made.clock.advance(MINUTE)
    other = replace(
        made.motion,
        id=OTHER,
        partner=PartnerKey("northstar"),
        state=state,
        matched_at=made.clock.now(),
        pam=None,
        partner_stage=None,
        next_step=None,
        referral_id=referral_id,
    )
    with made.store.transaction() as uow:
        uow.motions.add(other)
    record_status(OTHER, other.epoch, made.ports)
    made.durable.settle()


def move(made: World, state: MotionState, **facts: str) -> None:
    """The other motion gets somewhere, and its record follows."""
    motion = made.read(lambda uow: uow.motions.get(OTHER))
    changes = {"state": state, "epoch": motion.epoch + 1, **facts}
    made.clock.advance(MINUTE)
    with made.store.transaction() as uow:
        uow.motions.move(OTHER, state=motion.state, epoch=motion.epoch, changes=changes)
    record_status(OTHER, motion.epoch + 1, made.ports)
    made.durable.settle()


def statuses(made: World) -> dict[str, str]:
    return {key.partition("|")[2]: each.values["status"] for key, each in made.org.motions.items()}


def test_the_later_one_leaves_the_deal_to_the_first_and_has_its_own_record() -> None:
    made = in_review()
    before = cosell(made)

    join(made, MotionState.AWAITING)

    assert cosell(made) == before
    assert statuses(made) == {"aws": "In review", "northstar": "Awaiting approval"}


def test_who_gets_further_takes_the_deal_over_whole() -> None:
    made = handed_off()
    join(made, MotionState.IN_REVIEW, referral_id="DR-1")

    move(made, MotionState.ENGAGED)

    assert (cosell(made).status, cosell(made).partners, cosell(made).referral_id) == (
        "Engaged",
        NORTHSTAR,
        "DR-1",
    )
    assert (cosell(made).pam, cosell(made).partner_stage) == (None, None)
    assert made.org.motions[f"{DEAL}|aws".casefold()].values["pam"]
    assert "crm.kept-human-edit" not in made.events()


def test_when_the_leading_one_falls_back_the_deal_speaks_of_the_other() -> None:
    made = in_review()
    join(made, MotionState.IN_REVIEW, referral_id="DR-1")

    made.portal.review("O1", Review.REJECTED)
    made.advance(10 * MINUTE)

    assert (cosell(made).status, cosell(made).partners, cosell(made).referral_id) == (
        "In review",
        NORTHSTAR,
        "DR-1",
    )
    assert statuses(made) == {"aws": "Rejected", "northstar": "In review"}
    assert "crm.kept-human-edit" not in made.events()


def test_who_leads_again_stands_on_the_deal_again() -> None:
    made = handed_off()
    first = cosell(made)
    join(made, MotionState.IN_REVIEW, referral_id="DR-1")
    move(made, MotionState.ENGAGED)

    move(made, MotionState.REJECTED)

    assert cosell(made) == replace(first, status="Handed off")
    assert "crm.kept-human-edit" not in made.events()


def test_a_write_that_says_nothing_of_the_status_leaves_it_or_brings_its_own_back() -> None:
    made = handed_off()
    join(made, MotionState.IN_REVIEW, referral_id="DR-1")
    move(made, MotionState.ENGAGED)
    other = made.read(lambda uow: uow.motions.get(OTHER))

    record(other, "offer", CosellFields(offer_id="offer-1"), made.ports)
    leads = cosell(made)
    made.clock.advance(MINUTE)
    with made.store.transaction() as uow:  # nothing was recorded of it yet
        uow.motions.move(OTHER, state=other.state, epoch=other.epoch, changes={"state": MotionState.DENIED})
    record(made.motion, "offer", CosellFields(offer_id="offer-2"), made.ports)

    assert (leads.status, leads.offer_id) == ("Engaged", "offer-1")
    assert (cosell(made).status, cosell(made).referral_id, cosell(made).offer_id) == ("Accepted", "O1", "offer-2")


def test_a_person_s_edit_stays_whichever_leads() -> None:
    made = handed_off()
    made.org.edit_cosell(DEAL, next_step="I call them myself")
    join(made, MotionState.IN_REVIEW, referral_id="DR-1")

    move(made, MotionState.ENGAGED, next_step="Workshop")

    assert (cosell(made).next_step, cosell(made).status) == ("I call them myself", "Engaged")


def test_the_draft_of_an_offer_is_the_deal_s_whichever_leads() -> None:
    made = handed_off()
    join(made, MotionState.ENGAGED, referral_id="DR-1")

    record(made.motion, "offer", CosellFields(offer_id="offer-1"), made.ports)
    move(made, MotionState.ENGAGED, next_step="Workshop")

    assert (cosell(made).offer_id, cosell(made).partners) == ("offer-1", NORTHSTAR)
