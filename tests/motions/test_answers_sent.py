"""An answer to a deal a partner brings: told to the portal once, whatever is lost, and never when it was overtaken."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from motions.invitation_journal import amend, receive
from motions.invitations import InvitationState
from motions.settling import accepted as accepted_as
from motions.settling import refused, rejected, settle_as
from motions.surfaces import ClickReply
from tests.fakes.world import DAY, DEAL, MINUTE, World
from tests.motions.invited import (
    ACCEPTED,
    BROUGHT,
    ENGI,
    LOST,
    PENDING,
    REJECTED,
    accepted,
    card_text,
    invitation,
    invited,
    say_no,
    say_yes,
    settled,
    tamper,
    token_of,
)


def test_an_acceptance_takes_as_long_as_the_portal_takes() -> None:
    made = invited()
    made.portal.accept_slowly(3)

    accepted(made)
    made.advance(MINUTE)

    assert made.portal.answers == [("accept", ENGI)]
    assert made.org.get(DEAL).cosell.referral_id == BROUGHT


def test_a_lost_answer_accepts_once() -> None:
    made = invited()
    made.portal.lose_answer("accept")

    accepted(made)
    made.advance(LOST)

    assert made.portal.answers == [("accept", ENGI)]
    assert made.portal.calls.count("accept") == 1
    assert invitation(made).referral_id == BROUGHT


def test_a_lost_answer_rejects_once() -> None:
    made = invited()
    made.portal.lose_answer("reject")

    say_no(made)
    settled(made)
    made.advance(LOST)

    assert made.portal.answers == [("reject", ENGI)]
    assert invitation(made).state is REJECTED
    assert "Reason: Duplicate" in card_text(made)


def test_a_rejection_that_never_arrived_is_sent_again() -> None:
    made = invited()
    say_no(made)
    made.portal.be_unavailable(9, at="reject")

    settled(made)
    made.advance(10 * MINUTE)

    assert made.portal.answers == [("reject", ENGI)]


def test_nothing_is_answered_twice_when_the_engine_loses_its_tables() -> None:
    made = accepted(invited())

    made.durable.run_again()

    assert made.portal.answers == [("accept", ENGI)]
    assert made.portal.calls.count("accept") == 1


def test_an_acceptance_that_the_portal_fails_is_asked_anew_and_can_then_be_given() -> None:
    made = invited()
    before = token_of(made)
    made.portal.fail_acceptances()

    accepted(made)
    asked = (invitation(made).state, made.problems(ENGI))
    accepted(made)

    assert asked == (PENDING, ["invitation-refused"])
    assert token_of(made) != before
    assert made.portal.answers == [("accept", ENGI)]
    assert made.problems(ENGI) == []
    assert invitation(made).referral_id == BROUGHT


def test_a_second_acceptance_is_not_judged_by_the_first_one_s_failed_task() -> None:
    made = invited()
    made.portal.fail_acceptances()
    accepted(made)
    made.portal.list_tasks_late(3)

    accepted(made)
    made.advance(MINUTE)

    assert (invitation(made).state, invitation(made).referral_id) == (ACCEPTED, BROUGHT)
    assert made.problems(ENGI) == []


def test_what_was_rejected_in_the_portal_meanwhile_is_not_accepted() -> None:
    made = invited()
    say_yes(made)
    made.portal.settle_elsewhere(ENGI, REJECTED, "Unclear")

    settled(made)

    assert made.portal.answers == []
    assert (invitation(made).state, invitation(made).answered_by) == (REJECTED, None)
    assert made.org.get(DEAL).cosell.referral_id is None


def test_what_was_accepted_in_the_portal_meanwhile_is_linked_to_the_deal_somebody_chose() -> None:
    made = invited()
    say_yes(made)
    made.portal.settle_elsewhere(ENGI, ACCEPTED)

    settled(made)

    assert made.portal.answers == [("accept", ENGI)]
    assert invitation(made).state is ACCEPTED
    assert made.org.get(DEAL).cosell.referral_id == BROUGHT


def test_one_that_lapsed_while_it_was_being_rejected_is_over() -> None:
    made = invited()
    say_no(made)
    made.clock.advance(16 * DAY)

    settled(made)

    assert invitation(made).state is InvitationState.EXPIRED


@pytest.mark.parametrize("say", [say_yes, say_no])
def test_one_that_is_gone_from_the_portal_when_its_answer_arrives_is_over(say: Callable[[World], ClickReply]) -> None:
    made = invited()
    say(made)
    made.portal.offers.clear()

    settled(made)

    assert (invitation(made).state, invitation(made).opportunity_id) == (InvitationState.EXPIRED, None)
    assert made.problems(ENGI) == []


def test_an_answer_that_was_overtaken_is_not_sent() -> None:
    made = invited()
    say_yes(made)
    with made.store.transaction() as uow:
        uow.invitations.change(ENGI, epoch=2, changes={"state": REJECTED, "epoch": 3})

    settled(made)

    assert made.portal.calls.count("accept") == 0
    assert made.portal.answers == []


def test_the_answer_is_not_sent_on_other_bytes_than_were_shown() -> None:
    made = invited()
    say_yes(made)
    tamper(made)

    settled(made)

    assert made.portal.answers == []
    assert made.problems(ENGI) == ["invitation-refused"]


def test_an_answer_that_is_overtaken_just_before_it_leaves_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    made = invited()
    say_yes(made)
    step = made.durable.step

    def late(name: str, work: Callable[[], str]) -> str:
        if name == "answer":
            with made.store.transaction() as uow:
                uow.invitations.change(ENGI, epoch=2, changes={"epoch": 3})
        return step(name, work)

    monkeypatch.setattr(made.durable, "step", late)

    settled(made)

    assert made.portal.answers == []
    assert invitation(made).epoch == 3


def test_what_was_found_before_somebody_else_settled_it_changes_nothing() -> None:
    made = accepted(invited())
    stale, status = replace(invitation(made), epoch=1), made.portal.status(BROUGHT)
    before = (invitation(made), made.events(ENGI))

    with made.store.transaction() as uow:
        accepted_as(stale, status, uow, made.ports)
        rejected(stale, uow, made.ports)
        refused(stale, PENDING, None, "no", uow, made.ports)
        said = [settle_as(stale, REJECTED, None, uow, made.ports), receive(uow, stale, actor="AWS")]
        said.append(amend(uow, stale, "counted-down", {"days_left": 1}, at=made.clock.now(), actor="time"))

    assert said == [False, False, False]
    assert (invitation(made), made.events(ENGI)) == before
