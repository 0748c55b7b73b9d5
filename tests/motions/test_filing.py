"""Filing with a partner: every call once, resumable between any two of them, and a refusal that says what exists."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from motions.approvals import approve
from motions.deals import Money
from motions.errors import AuthExpired, Unavailable
from motions.filing import file
from motions.model import MotionState, Token
from motions.performing import LEASE
from motions.proposals import Verdict
from motions.referrals import Field, Problem, Review
from motions.reviewing import poll_review
from tests.fakes.portal import STEPS, FakePortal
from tests.fakes.world import CHANNEL, DAY, DEAL, MINUTE, MOTION, PRIYA, SECOND, World
from tests.motions.outside import ProcessDied
from tests.motions.stages import approved, in_review
from tests.store.samples import a_standing

SENT = [*STEPS]
BOUNCE = Problem(Field.TITLE, "TOO_LONG", "The title is too long.", "Shorten it.")


def sends(portal: FakePortal) -> list[str]:
    """The calls that wrote, in order."""
    return [call for call in portal.calls if call in STEPS]


def effects(made: World) -> dict[str, str]:
    """The filing's rows of the ledger: step -> outcome."""
    rows = made.read(lambda uow: uow.effects.of(MOTION))
    return {row.kind.removeprefix("aws."): row.status.value for row in rows if row.kind.startswith("aws.")}


def test_an_approved_referral_is_filed_call_by_call_and_waits_for_review() -> None:
    made = in_review()

    assert sends(made.portal) == SENT
    assert effects(made) == dict.fromkeys(STEPS, "done")
    assert made.motion.referral_id == "O1"
    assert made.motion.next_act == "AWS reviews O1"
    assert made.org.get(DEAL).cosell.status == "In review"
    assert made.org.get(DEAL).cosell.referral_id == "O1"


def test_what_is_filed_is_what_was_sealed() -> None:
    made = approved()
    approval, proposal = made.decision()
    made.durable.settle()

    rows = made.read(lambda uow: uow.effects.of(MOTION))
    assert {row.payload["seal"] for row in rows if row.kind.startswith("aws.")} == {approval.seal}
    assert made.portal.referrals[0].title == proposal.payload["file"]["create"]["title"]  # type: ignore[index]


@pytest.mark.parametrize("step", STEPS)
def test_a_process_that_dies_in_any_call_goes_on_where_it_stopped(step: str) -> None:
    made = approved()
    made.portal._failures.append((step, ProcessDied()))  # type: ignore[arg-type]  # not an answer: the process ends

    with pytest.raises(ProcessDied):
        made.durable.settle()
    made.advance(LEASE + MINUTE)

    assert made.state is MotionState.IN_REVIEW
    assert sends(made.portal).count(step) in {1, 2}
    assert [sends(made.portal).count(other) for other in STEPS if other != step] == [1, 1, 1]
    assert len(made.portal.referrals) == 1


@pytest.mark.parametrize("step", STEPS[:3])
def test_a_lost_answer_is_looked_up_and_the_call_is_not_made_again(step: str) -> None:
    made = approved()
    made.portal.lose_answer(step)

    made.advance(MINUTE)

    assert made.state is MotionState.IN_REVIEW
    assert sends(made.portal) == SENT
    assert made.portal.calls.count(f"find {step}") == 1


@pytest.mark.parametrize("step", STEPS)
def test_an_outage_between_two_calls_only_costs_time(step: str) -> None:
    made = approved()
    made.portal.be_unavailable(7, at=step)

    made.advance(10 * MINUTE)

    assert made.state is MotionState.IN_REVIEW
    assert len(made.portal.referrals) == 1
    assert made.problems() == []


def test_a_submission_still_under_way_is_asked_about_again() -> None:
    made = approved()
    made.portal.take_time(3)

    made.advance(MINUTE)

    assert made.state is MotionState.IN_REVIEW
    assert sends(made.portal)[:3] == SENT[:3]


def test_expired_credentials_are_the_operators_and_filing_goes_on_once_they_are_renewed() -> None:
    made = approved()
    made.portal.fail(AuthExpired("aws", "the key was revoked"), at="create")
    made.durable.settle()
    shown = made.problems(MOTION)

    made.advance(11 * MINUTE)

    assert shown == ["file-failing"]
    assert made.state is MotionState.IN_REVIEW
    assert made.problems() == []


def test_a_refusal_of_the_first_call_leaves_nothing_and_says_so() -> None:
    made = approved()
    made.portal.refuse("create", BOUNCE)

    made.durable.settle()

    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert made.state is MotionState.NEEDS_PERSON
    assert (item.code, item.owner) == ("portal-refused", PRIYA.email)
    assert "Nothing was written." in item.reason
    assert item.next_act == made.motion.next_act
    assert "correct the deal in the CRM" in item.next_act
    assert effects(made) == {"create": "refused"}


@pytest.mark.parametrize("step", STEPS[1:3])
def test_a_refusal_further_on_names_what_exists_already_and_follows_it(step: str) -> None:
    made = approved()
    made.portal.refuse(step, BOUNCE)
    made.durable.settle()
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    [card] = made.messenger.in_channel(CHANNEL)
    made.portal.review("O1", Review.ACCEPTED)
    made.advance(MINUTE)

    assert "create O1" in item.reason
    assert "finish O1" in item.next_act
    assert "create O1" in str(card.message)
    assert made.state is MotionState.HANDED_OFF
    assert made.problems(MOTION) == []


def test_a_refusal_of_what_somebody_stopped_meanwhile_is_nobodys() -> None:
    made = approved()
    made.portal.refuse("create", BOUNCE)
    begin = made.portal._begin

    def stop(what: str) -> None:
        made.note(epoch=made.motion.epoch + 1)
        begin(what)

    made.portal._begin = stop  # type: ignore[method-assign]  # a person acts while the call is under way
    made.durable.settle()

    assert made.problems(MOTION) == []


def test_a_corrected_referral_is_filed_under_a_key_of_its_own() -> None:
    made = approved()
    made.portal.refuse("create", BOUNCE)
    made.durable.settle()
    made.change(stage_name="Committed")
    made.poll()
    refiled = approve(made.token, PRIYA, made.ports)
    made.durable.settle()

    keys = [row.key for row in made.read(lambda uow: uow.effects.of(MOTION)) if row.kind == "aws.create"]
    assert refiled.text.startswith("Approved.")
    assert made.state is MotionState.IN_REVIEW
    assert keys == [f"{MOTION}:file.create", f"{MOTION}:file.1.create"]
    assert made.problems() == []


def test_a_refusal_that_comes_back_is_told_once() -> None:
    made = approved()
    made.portal.refuse("create", BOUNCE)
    made.durable.settle()

    made.durable.run_again()

    assert made.state is MotionState.NEEDS_PERSON
    assert made.problems() == ["portal-refused"]
    assert sends(made.portal) == ["create"]


@pytest.mark.parametrize("how", ["undecided", "denied", "another seal"])
def test_without_an_approval_of_exactly_these_bytes_nothing_is_filed(how: str) -> None:
    made = approved()
    approval, proposal = made.decision()
    changes: dict[str, dict[str, Any]] = {
        "undecided": {"verdict": None},
        "denied": {"verdict": Verdict.DENIED},
        "another seal": {"seal": "x"},
    }
    made.store._rows.decisions[approval.token] = (replace(approval, **changes[how]), proposal)

    made.durable.settle()

    assert made.portal.referrals == ()
    assert made.problems(MOTION) == ["file-failing"]


def test_a_motion_that_moved_on_is_neither_filed_nor_polled() -> None:
    made = in_review()
    calls = list(made.portal.calls)

    file(MOTION, made.motion.epoch, made.ports)
    poll_review(MOTION, made.motion.epoch - 1, 1, made.ports)
    made.note(referral_id=None)
    poll_review(MOTION, made.motion.epoch, 1, made.ports)

    assert made.portal.calls == calls


def test_a_filing_that_finishes_after_somebody_stopped_the_motion_moves_nothing() -> None:
    made = approved()
    portal = made.portal
    send = portal._begin

    def stop(what: str) -> None:
        send(what)
        if what == "submitted":
            made.note(epoch=made.motion.epoch + 1)

    portal._begin = stop  # type: ignore[method-assign]  # a person acts while the last call is under way
    made.durable.settle()

    assert made.state is MotionState.FILING
    assert made.motion.referral_id is None


def test_an_outage_is_shown_at_the_third_failure_and_cleared_by_itself() -> None:
    made = approved()
    made.portal.fail(Unavailable("aws", "down", retry_after=30.0), times=4, at="create")
    seen = []
    for _ in range(6):
        made.durable.settle()
        seen.append(made.problems(MOTION))
        made.advance(30 * SECOND)

    assert [bool(problems) for problems in seen] == [False, False, True, True, False, False]
    assert made.state is MotionState.IN_REVIEW
    assert made.clock.now() < made.motion.triggered_at + DAY


def test_another_referral_is_never_filed_over_calls_that_were_let_out_under_an_earlier_approval() -> None:
    """A filing that got stuck half-way, a deal that changed, a new approval: the first one's calls are not its own."""
    made = approved()
    made.portal.be_unavailable(times=1000, at="associate")
    made.durable.settle()
    made.note(state=MotionState.NEEDS_PERSON)
    made.change(amount=Money(Decimal(60000), "USD"))
    made.portal._records.clear()  # so that no look-alike stops the card
    made.poll()
    approve(made.token, PRIYA, made.ports)
    made.portal._failures.clear()

    made.durable.settle()

    assert made.portal.referrals == ()
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert item.code == "file-failing"
    assert f"was let out as {MOTION}:file.create and is done" in item.reason


def test_what_was_only_held_of_an_earlier_approval_is_filed_anew_under_a_key_of_its_own() -> None:
    made = approved()
    made.portal.be_unavailable(times=1000, at="create")
    made.durable.settle()
    made.note(state=MotionState.NEEDS_PERSON)
    made.change(amount=Money(Decimal(60000), "USD"))
    made.poll()
    approve(made.token, PRIYA, made.ports)
    made.portal._failures.clear()

    made.durable.settle()

    sent = [e for e in made.read(lambda uow: uow.effects.of(MOTION)) if e.kind.startswith("aws.") and e.external_id]
    assert {e.payload["seal"] for e in sent} == {made.decision()[0].seal}
    assert sent[0].key == f"{MOTION}:file.1.create"
    assert len(made.portal.referrals) == 1


def test_when_nobody_knows_whether_the_first_call_arrived_a_withdrawn_filing_says_so() -> None:
    made = approved()
    made.portal.lose_answer("create")
    made.durable.run_named("file")
    approval, proposal = made.decision()
    made.store._rows.decisions[approval.token] = (replace(approval, standing=Token("s1")), proposal)
    made.store._rows.standings[Token("s1")] = a_standing(revoked_name="Dana Whitfield", revoked_at=made.clock.now())

    made.advance(MINUTE)

    assert made.state is MotionState.NEEDS_PERSON
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert "was revoked by Dana Whitfield" in item.reason
    assert "Whether the portal has it is not known: look there." in item.reason
