"""Standing approvals: offered, given, used, revoked; each once, by whom it concerns, and never past its terms."""

from dataclasses import replace
from datetime import timedelta

import pytest

from motions.answer_surfaces import ProblemAnswer, StandingList, StandingOffer
from motions.approvals import approve, undo
from motions.asking import answer
from motions.canonical import fingerprint
from motions.editing import edit
from motions.explaining import clocks_of
from motions.model import MotionState, Person, Token
from motions.proposals import StandingApproval, Verdict
from motions.referrals import Field
from motions.standing import give, revoke
from motions.surfaces import ClickOutcome
from tests.fakes.world import (
    CHANNEL,
    DANA,
    DAY,
    DEAL,
    MINUTE,
    MOTION,
    PRIYA,
    SAM,
    SECOND,
    SELLER,
    TOMAS,
    World,
    configuration,
    world,
)
from tests.motions.stages import asking, awaiting

TERMS = "AWS up to 60000 USD until 2026-12-31"


def offered(made: World, by: Person = PRIYA, terms: str = TERMS) -> StandingApproval:
    said = answer(f"standing {terms}", by, made.ports)
    assert isinstance(said, StandingOffer)
    return said.standing


def granted(made: World, by: Person = PRIYA, terms: str = TERMS) -> Token:
    token = offered(made, by, terms).token
    assert give(token, by, made.ports).outcome is ClickOutcome.DONE
    return token


def listed(made: World) -> list[tuple[str, str | None]]:
    said = answer("standing", SELLER, made.ports)
    assert isinstance(said, StandingList)
    return [(line.standing.given_name, line.why_out) for line in said.lines]


def matched(made: World) -> World:
    made.change(stage_name="Proposal")
    made.poll()
    return made


def card_text(made: World) -> str:
    [card] = made.messenger.in_channel(CHANNEL)
    return str(card.message)


def test_an_offer_shows_the_terms_and_gives_nothing_yet() -> None:
    made = world()

    standing = offered(made)

    assert (standing.given_name, str(standing.up_to), str(standing.until)) == (
        PRIYA.name,
        "USD 60,000.00",
        "2026-12-31",
    )
    assert standing.is_sealed
    assert listed(made) == []
    assert matched(made).state is MotionState.AWAITING


@pytest.mark.parametrize("by", [PRIYA, TOMAS, DANA, SAM], ids=lambda person: person.name)
def test_what_was_given_is_listed_for_everybody_of_ours_and_logged(by: Person) -> None:
    made = world()

    granted(made, by)

    assert listed(made) == [(by.name, None)]
    assert made.events("standing approvals") == ["standing.offered", "standing.given"]


def test_a_seller_is_told_who_approves_in_advance() -> None:
    said = answer(f"standing {TERMS}", SELLER, world().ports)

    assert isinstance(said, ProblemAnswer)
    assert "AWS's alliance managers, operators and admins" in said.what


def test_a_line_that_does_not_work_is_answered_with_an_example() -> None:
    said = answer("standing AWS", PRIYA, world().ports)

    assert isinstance(said, ProblemAnswer)
    assert "/cosell standing AWS up to 250000 EUR until 2026-12-31" in said.do


@pytest.mark.parametrize("by", [TOMAS, SELLER], ids=lambda person: person.name)
def test_nobody_gives_what_was_offered_to_somebody_else(by: Person) -> None:
    made = world()
    token = offered(made).token

    reply = give(token, by, made.ports)

    assert "Only Priya Raman can give it" in reply.text
    assert listed(made) == []


def test_who_lost_the_role_meanwhile_gives_nothing() -> None:
    made = world()
    token = offered(made).token

    assert "Only Priya Raman can give it" in give(token, replace(PRIYA, role=SELLER.role), made.ports).text


def test_an_offer_is_given_once() -> None:
    made = world()
    token = granted(made)

    assert "already given, or revoked" in give(token, PRIYA, made.ports).text


def test_an_offer_out_of_date_is_not_given() -> None:
    made = world()
    token = offered(made).token
    made.use(configuration(version="2027-01-a"))

    assert "was given under policy" in give(token, PRIYA, made.ports).text
    assert listed(made) == []


def test_buttons_nobody_knows_give_and_revoke_nothing() -> None:
    made = world()

    for click in (give, revoke):
        assert "not known here any more" in click(Token("made up"), PRIYA, made.ports).text


def test_a_referral_that_fits_is_filed_without_a_click_and_its_card_says_by_whom() -> None:
    made = world()
    token = granted(made)

    matched(made)

    approval, _ = made.decision()
    assert made.state is MotionState.IN_REVIEW
    assert len(made.portal.referrals) == 1
    assert (approval.verdict, approval.decided_name, approval.standing) == (Verdict.APPROVED, PRIYA.name, token)
    assert "Approved by the standing approval of Priya Raman" in card_text(made)
    assert len(made.messenger.in_channel(CHANNEL)) == 1
    [entry] = [e for e in made.read(lambda uow: uow.log.of(MOTION)) if e.event == "approval.approved"]
    assert entry.detail["changes"]["standing"] == fingerprint(token)


def test_nobody_waited_for_what_was_approved_before_its_card_was_out() -> None:
    made = world()
    granted(made)

    motion = matched(made).motion
    assert motion.asked_at is not None
    early = replace(motion, approved_at=motion.asked_at - SECOND)

    assert clocks_of(early).human_wait is None


def test_cards_that_are_out_already_still_need_a_click_until_they_are_prepared_again() -> None:
    made = awaiting()
    granted(made)
    made.advance(MINUTE)
    before = made.state

    made.change(stage_name="Committed")
    made.poll()

    assert (before, made.state) == (MotionState.AWAITING, MotionState.IN_REVIEW)
    assert "Approved by the standing approval" in card_text(made)


def test_a_referral_that_lacks_something_still_asks() -> None:
    made = world()
    granted(made)
    made.change(stage_name="Proposal", description=None)
    made.poll()

    assert made.state is MotionState.AWAITING


def test_an_answer_that_completes_it_lets_it_be_filed() -> None:
    made = world()
    granted(made)
    made.change(stage_name="Proposal", description=None)
    made.poll()

    reply = edit(made.token, TOMAS, {Field.PROBLEM: "Orders are lost whenever the warehouse stops."}, made.ports)
    made.durable.settle()

    assert "A standing approval covers the new referral" in str(reply)
    assert len(made.portal.referrals) == 1


def test_one_too_small_leaves_it_to_the_next_that_fits() -> None:
    made = world()
    granted(made, TOMAS, "AWS up to 10 USD until 2026-12-31")
    granted(made, DANA)

    matched(made)

    assert made.decision()[0].decided_name == DANA.name


def test_one_out_of_date_is_not_used_and_the_list_says_why() -> None:
    made = world()
    granted(made)
    made.use(configuration(version="2027-01-a"))

    matched(made)

    assert made.state is MotionState.AWAITING
    assert "was given under policy" in str(listed(made)[0][1])


@pytest.mark.parametrize("by", [PRIYA, TOMAS, DANA, SAM], ids=lambda person: person.name)
def test_revoked_it_covers_nothing_from_that_moment(by: Person) -> None:
    made = world()
    token = granted(made)

    reply = revoke(token, by, made.ports)
    matched(made)

    assert reply.outcome is ClickOutcome.DONE
    assert (made.state, listed(made)) == (MotionState.AWAITING, [])
    assert made.events("standing approvals")[-1] == "standing.revoked"


def test_a_seller_revokes_nothing_and_it_is_revoked_once() -> None:
    made = world()
    token = granted(made)

    by_seller = revoke(token, SELLER, made.ports).text
    revoke(token, TOMAS, made.ports)

    assert "Only the partner's alliance managers" in by_seller
    assert "already revoked by Tomas Lindqvist" in revoke(token, DANA, made.ports).text


def filing_by_standing() -> tuple[World, Token]:
    """Approved by a standing approval; the portal is away."""
    made = world()
    token = granted(made)
    made.portal.be_unavailable(times=100, at="create")
    matched(made)
    assert made.state is MotionState.FILING
    return made, token


def test_revoked_it_stops_what_has_not_left_and_a_person_is_asked() -> None:
    made, token = filing_by_standing()

    revoke(token, DANA, made.ports)
    made.portal._failures.clear()
    made.advance(15 * MINUTE)

    verdicts = [a.verdict for a, _ in made.store._rows.decisions.values()]
    assert (made.state, made.portal.referrals) == (MotionState.AWAITING, ())
    assert verdicts == [Verdict.REVOKED, None]
    assert made.motion.approved_at is None
    assert "the standing approval of Priya Raman was revoked by Dana Whitfield" in card_text(made)
    assert made.problems() == []
    assert approve(made.token, TOMAS, made.ports).outcome is ClickOutcome.DONE
    made.durable.settle()
    assert len(made.portal.referrals) == 1


def test_ended_it_stops_what_has_not_left_too() -> None:
    made = world()
    granted(made, terms="AWS up to 60000 USD until 2026-11-23")
    made.portal.be_unavailable(times=1000, at="create")
    matched(made)
    made.advance(DAY / 2)
    made.portal._failures.clear()

    made.advance(15 * MINUTE)

    assert (made.state, made.portal.referrals) == (MotionState.AWAITING, ())


def test_what_is_half_filed_when_it_is_revoked_is_named_and_left_to_a_person() -> None:
    made = world()
    token = granted(made)
    made.portal.be_unavailable(times=100, at="submit")
    matched(made)
    revoke(token, DANA, made.ports)
    made.portal._failures.clear()

    made.advance(15 * MINUTE)

    [referral] = made.portal.referrals
    assert referral.task is None
    assert made.problems(MOTION) == ["portal-refused"]
    assert "finish O1 in the partner's portal by hand" in made.motion.next_act


def test_what_was_approved_by_it_can_be_taken_back_by_a_person() -> None:
    made, _ = filing_by_standing()

    reply = undo(made.token, TOMAS, made.ports)
    made.portal._failures.clear()
    made.advance(timedelta(minutes=15))

    assert reply.outcome is ClickOutcome.DONE
    assert (made.state, made.portal.referrals) == (MotionState.DENIED, ())


def test_in_an_uncertain_band_it_covers_the_match_for_the_crm_too() -> None:
    made = asking(19000)
    granted(made)
    made.change(stage_name="Committed")
    made.poll()

    assert made.state is MotionState.IN_REVIEW
    assert made.org.get(DEAL).cosell.status == "In review"


def test_a_partner_that_left_the_configuration_is_listed_by_its_key() -> None:
    made = world()
    granted(made)
    others = tuple(partner for partner in made.ports.config.partners if partner.key != "aws")
    made.use(made.ports.config.model_copy(update={"partners": others}))

    said = answer("standing", SELLER, made.ports)

    assert isinstance(said, StandingList)
    assert said.lines[0].partner_name == "aws"
