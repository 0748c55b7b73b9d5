"""A grant that ends between any two steps of a motion: no later byte of the deal reaches the partner; people know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from motions.approvals import approve
from motions.errors import Unavailable
from motions.grant_surfaces import GrantOffer
from motions.grant_terms import Purpose
from motions.granting import agree, propose, revoke, share
from motions.handoffs import take
from motions.model import MotionState, Token
from motions.nudging import sweep_cold
from motions.referrals import Field, Review
from motions.reviewing import watch_portal
from motions.surfaces import ClickOutcome
from tests.fakes.grants import share as grant_to
from tests.fakes.world import ALEX, AWS, DAY, MINUTE, MOTION, PRIYA, SHARED, World, world
from tests.motions.stages import PAM, POLL, approved, awaiting, handed_off, in_review

# What AWS would learn of this deal from anything of it.
OF_THE_DEAL = ("Acmeco", "GTX", "Darcel", "Chicago", "2027-02-15", "warehouse", "Security review", "1350", "technology")
WRITES = {"create", "associate", "submit"}


@dataclass
class Watch:
    """What had reached the partner when the grant ended."""

    made: World
    posted: int
    updated: int
    calls: int

    def nothing_more(self) -> None:
        """No later message holds a word of the deal, and nothing was written to the portal."""
        messenger = self.made.messenger
        later = [*messenger.posted[self.posted :], *messenger.updates[self.updated :]]
        seen = [str(each.message) for each in later if each.ref.channel == SHARED]
        assert [word for word in OF_THE_DEAL for message in seen if word in message] == []
        assert WRITES.isdisjoint(self.made.portal.calls[self.calls :])


def revoked(made: World) -> Watch:
    """AWS ends it; nothing of what follows from that has happened yet."""
    messenger = made.messenger
    watch = Watch(made, len(messenger.posted), len(messenger.updates), len(made.portal.calls))
    assert revoke(Token("aws.1"), ALEX, made.ports).outcome is ClickOutcome.DONE
    return watch


def agreed_again(made: World) -> None:
    """Priya proposes and Alex agrees once more."""
    made.clock.advance(MINUTE)
    offer = share("aws", PRIYA, made.ports)
    assert isinstance(offer, GrantOffer)
    propose(offer.token, PRIYA, made.ports)
    [*_, grant] = made.read(lambda uow: uow.grants.of(AWS))
    assert agree(Token(grant.id), ALEX, made.ports).outcome is ClickOutcome.DONE
    made.durable.settle()


def time_passes(made: World) -> None:
    """Everything that would happen does: polls, reviews, reminders, tries again."""
    for _ in range(4):
        if made.portal.referrals and made.portal.referrals[0].status.review is Review.PENDING:
            made.portal.review("O1", Review.ACCEPTED, **PAM)
        watch_portal("aws", made.ports)
        made.advance(POLL)
        made.clock.advance(DAY)
        sweep_cold(made.ports)
        made.advance(MINUTE)


def between_two_calls() -> World:
    """The portal has the referral, and is away when the next call is due."""
    made = approved()
    made.portal.fail(Unavailable("FakePortal", "down", retry_after=60.0), at="associate")
    made.durable.settle()
    assert made.state is MotionState.FILING
    assert len(made.portal.referrals) == 1
    return made


def accepted() -> World:
    """Accepted by AWS; nothing of that has been worked on."""
    made = in_review()
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.clock.advance(POLL)
    made.durable.run_named("poll_review")
    assert made.state is MotionState.ACCEPTED
    return made


def before_the_handoff() -> World:
    """Handed over in our books; the message is about to be posted."""
    made = accepted()
    made.durable.run_named("close_loop")
    assert made.state is MotionState.HANDED_OFF
    assert made.motion.handoff is None
    return made


def engaged() -> World:
    """Taken on by Alex."""
    made = handed_off()
    token = made.motion.handoff_token
    assert token is not None
    take(token, ALEX, made.ports)
    made.durable.settle()
    return made


@pytest.mark.parametrize(
    "stage",
    [awaiting, approved, between_two_calls, in_review, accepted, before_the_handoff, handed_off, engaged],
    ids=lambda stage: stage.__name__,
)
def test_wherever_a_motion_stands_nothing_more_of_it_reaches_the_partner(stage: Callable[[], World]) -> None:
    made = stage()

    watch = revoked(made)
    made.durable.settle()
    time_passes(made)

    watch.nothing_more()


def test_a_card_that_waits_is_prepared_again_and_offers_no_approval() -> None:
    made = awaiting()
    old = made.token

    revoked(made)
    made.durable.settle()

    assert made.state is MotionState.AWAITING
    assert made.decision()[1].problems[0].code == "grant-revoked"
    assert "was revoked by Alex Moreno" in made.motion.next_act
    assert approve(old, PRIYA, made.ports).outcome is ClickOutcome.CHANGED_NOTHING
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.CHANGED_NOTHING
    assert made.portal.referrals == ()


def test_an_approval_nothing_has_left_under_falls_with_the_grant() -> None:
    made = approved()

    revoked(made)
    made.durable.settle()

    assert made.portal.referrals == ()
    assert made.state is MotionState.AWAITING
    assert made.decision()[1].problems[0].code == "grant-revoked"
    assert "approval.taken-back" in made.events()


def test_a_filing_that_is_half_done_stops_and_says_what_is_there() -> None:
    made = between_two_calls()

    revoked(made)
    made.advance(2 * MINUTE)

    assert made.state is MotionState.IN_REVIEW
    assert made.motion.referral_id == "O1"
    [item] = [item for item in made.read(lambda uow: uow.exceptions.of(MOTION)) if item.code == "grant-revoked"]
    assert "was revoked by Alex Moreno" in item.reason
    assert "Already there: create O1" in item.reason
    assert item.owner == PRIYA.email
    assert "finish O1 in the partner's portal by hand" in item.next_act


def test_an_acceptance_still_reaches_the_crm_and_the_handoff_stays_here() -> None:
    made = in_review()

    revoked(made)
    time_passes(made)

    assert made.org.get(made.motion.opportunity_id).cosell.status == "Accepted"
    assert list(made.messenger.in_channel(SHARED)) == []
    assert made.problems(MOTION) == ["grant-revoked"]
    assert (made.state, made.motion.due_at) == (MotionState.HANDED_OFF, None)


def test_a_handoff_that_is_out_is_blanked_and_nobody_is_reminded() -> None:
    made = handed_off()
    [handoff] = made.messenger.in_channel(SHARED)
    assert "Acmeco" in str(handoff.message)

    revoked(made)
    time_passes(made)

    [handoff] = made.messenger.in_channel(SHARED)
    assert handoff.message["text"] == "What this message said is no longer shared with AWS."
    assert "handoff.take" not in str(handoff.message)
    assert made.problems(MOTION) == ["grant-revoked"]


def test_a_reminder_that_was_due_already_is_held() -> None:
    made = handed_off()
    made.clock.advance(3 * DAY)
    sweep_cold(made.ports)

    revoked(made)
    made.durable.run_named("nudge")

    assert len(made.messenger.in_channel(SHARED)) == 1
    assert made.motion.nudges == 0
    assert made.problems(MOTION) == ["grant-revoked"]


def test_a_handoff_somebody_works_on_is_blanked_without_a_word_to_our_people() -> None:
    made = engaged()

    revoked(made)
    made.durable.settle()

    assert "no longer shared" in str(made.messenger.in_channel(SHARED)[0].message)
    assert made.problems(MOTION) == []


def test_what_was_held_goes_on_when_the_partner_agrees_again() -> None:
    made = in_review()
    revoked(made)
    made.durable.settle()
    time_passes(made)

    agreed_again(made)

    handoff = made.messenger.in_channel(SHARED)[-1]
    assert "Acmeco" in str(handoff.message)
    assert made.motion.handoff == handoff.ref
    assert made.problems(MOTION) == []
    assert made.motion.due_at is not None


def test_a_blanked_handoff_comes_back_when_the_partner_agrees_again() -> None:
    made = handed_off()
    revoked(made)
    made.durable.settle()

    agreed_again(made)

    [handoff] = [m for m in made.messenger.in_channel(SHARED) if m.key == f"{MOTION}:handoff"]
    assert "Acmeco" in str(handoff.message)
    assert made.problems(MOTION) == []


def test_what_changed_while_nothing_could_cross_reaches_the_portal_when_the_partner_agrees_again() -> None:
    made = handed_off()
    revoked(made)
    made.durable.settle()
    made.change(close_date=date(2027, 6, 30))
    made.poll()
    told = made.problems(MOTION)

    agreed_again(made)

    assert told == ["grant-revoked"]
    assert made.portal.says("O1", Field.CLOSE_DATE) == "2027-06-30"
    assert made.problems(MOTION) == []


def test_the_same_while_the_acceptance_is_on_its_way_to_the_crm() -> None:
    made = in_review()
    revoked(made)
    made.durable.settle()
    made.change(close_date=date(2027, 6, 30))
    made.poll()
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.clock.advance(POLL)
    for name in ("poll_review", "bring_in_step"):
        made.durable.run_named(name)
    told = made.problems(MOTION)
    made.org.fail(Unavailable("the CRM", "cannot be reached"), times=4)
    assert made.state is MotionState.ACCEPTED

    agreed_again(made)
    made.advance(MINUTE)

    assert told == ["grant-revoked"]
    assert made.portal.says("O1", Field.CLOSE_DATE) == "2027-06-30"
    assert made.problems(MOTION) == []
    assert len([m for m in made.messenger.in_channel(SHARED) if m.key == f"{MOTION}:handoff"]) == 1


def test_a_narrower_grant_holds_back_what_was_approved_under_a_wider_one() -> None:
    made = in_review()
    revoked(made)
    grant_to(made.ports, ALEX, fields=frozenset({Field.TITLE}))

    time_passes(made)

    assert made.messenger.in_channel(SHARED) == []
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert (item.code, "may no longer be shared with AWS" in item.reason) == ("grant-revoked", True)


def test_a_grant_for_referrals_alone_lets_nothing_be_handed_over() -> None:
    made = world(shares=False)
    grant_to(made.ports, ALEX, purposes=frozenset({Purpose.REFERRAL}))
    made.change(stage_name="Proposal")
    made.poll()
    approve(made.token, PRIYA, made.ports)
    made.durable.settle()

    time_passes(made)

    assert made.messenger.in_channel(SHARED) == []
    assert made.problems(MOTION) == ["no-grant"]


def test_a_grant_that_ends_while_a_card_is_prepared_is_noticed() -> None:
    made = world()
    drafted = made.portal.draft

    def slow(*args: object) -> object:
        made.portal.draft = drafted  # type: ignore[method-assign]  # once
        revoke(Token("aws.1"), ALEX, made.ports)
        made.durable.run_named("follow_grant")  # no card is out yet that it could prepare again
        return drafted(*args)  # type: ignore[arg-type]  # as it was called

    made.portal.draft = slow  # type: ignore[method-assign, assignment]  # the portal takes its time
    made.change(stage_name="Proposal")
    made.poll()
    made.advance(MINUTE)

    assert made.state is MotionState.AWAITING
    assert made.decision()[1].problems[0].code == "grant-revoked"


def test_the_log_names_the_grant_under_which_each_byte_left() -> None:
    made = engaged()

    entries = [e for e in made.read(lambda uow: uow.log.of(MOTION)) if e.event == "effect.intended"]
    to_aws = {e.detail["kind"]: e.detail.get("grant") for e in entries if e.detail.get("audience") == AWS}

    assert to_aws == dict.fromkeys(
        ("aws.create", "aws.associate", "aws.submit", "aws.submitted", "slack.handoff", "slack.handoff.update"), "aws.1"
    )
    assert {e.detail["kind"] for e in entries if "grant" not in e.detail} >= {"crm.deal", "slack.card"}
