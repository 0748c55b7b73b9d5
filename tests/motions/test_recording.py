"""The motion in the CRM: our own fields in the order things happened, never over a person's edit."""

from datetime import timedelta

import pytest

from motions.deals import CosellFields
from motions.errors import Rejected, Unavailable
from motions.handoffs import take
from motions.model import MotionId, MotionState
from motions.performing import LEASE
from motions.policy import ActionKind, Autonomy
from motions.recording import last_written, note_first, record, record_match, record_status
from motions.referrals import Review
from tests.fakes.world import ALEX, DAY, DEAL, MINUTE, MOTION, SECOND, World, world
from tests.motions.outside import ProcessDied
from tests.motions.stages import PAM, POLL, approved, awaiting, handed_off, in_review

DOWN = Unavailable("CRM", "down for maintenance", retry_after=20.0)


def cosell(made: World) -> CosellFields:
    return made.org.get(DEAL).cosell


def accept(made: World) -> None:
    made.portal.review("O1", Review.ACCEPTED, **PAM)


def test_the_deal_shows_partner_reasons_score_and_status() -> None:
    made = handed_off()

    written = cosell(made)
    assert (written.status, written.partners, written.score) == ("Accepted", "AWS", "77")
    assert "companies of this size have an AWS account team" in str(written.rationale)
    assert (written.referral_id, written.partner_stage) == ("O1", "Qualified")


def test_the_motions_own_record_is_one_record() -> None:
    made = handed_off()

    [record] = made.org.motions.values()
    assert (record.opportunity_id, record.values["status"], record.values["referral_id"]) == (DEAL, "Accepted", "O1")


def test_what_a_person_wrote_into_our_fields_stays_and_is_logged() -> None:
    made = in_review()
    made.org.edit_cosell(DEAL, next_step="I call them myself", status="Ask me")
    accept(made)
    made.advance(POLL)

    [kept] = [e for e in made.read(lambda uow: uow.log.of(MOTION)) if e.event == "crm.kept-human-edit"]
    assert (cosell(made).next_step, cosell(made).status) == ("I call them myself", "Ask me")
    assert sorted(kept.detail["kept"]) == ["next_step", "status"]
    assert cosell(made).partner_stage == "Qualified"


def test_what_an_outage_held_back_is_written_first_so_that_nothing_of_ours_looks_like_an_edit() -> None:
    made = approved()
    made.org.fail(DOWN, times=6)
    made.durable.settle()
    accept(made)
    made.advance(10 * MINUTE)

    assert (made.state, cosell(made).status) == (MotionState.HANDED_OFF, "Accepted")
    assert "crm.kept-human-edit" not in made.events()


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_an_answer_lost_after_the_write_is_no_edit_either(lost: int) -> None:
    made = approved()
    made.org.lose_answers(lost)
    made.durable.settle()
    accept(made)
    made.advance(10 * MINUTE)
    assert made.motion.handoff_token is not None
    take(made.motion.handoff_token, ALEX, made.ports)
    made.advance(10 * MINUTE)

    assert cosell(made).status == "Engaged"
    assert "crm.kept-human-edit" not in made.events()


def test_a_write_does_not_overtake_one_that_is_under_way() -> None:
    made = awaiting()
    made.org._failures.append(ProcessDied())  # type: ignore[arg-type]  # not an answer: the process ends
    with pytest.raises(ProcessDied):
        record_status(MOTION, made.motion.epoch, made.ports)
    made.clock.advance(SECOND)

    with pytest.raises(Unavailable) as busy:
        record(made.motion, "later", CosellFields(status="Later"), made.ports)
    made.clock.advance(LEASE)
    record(made.motion, "later", CosellFields(status="Later"), made.ports)

    assert busy.value.retry_after == 1.0  # soon enough to be tried again at once
    assert cosell(made).status == "Later"


def test_a_long_outage_is_not_logged_every_second() -> None:
    made = approved()
    made.org.fail(Unavailable("CRM", "down for maintenance"), times=60)
    made.durable.settle()
    accept(made)
    made.advance(DAY / 4)

    assert (made.state, cosell(made).status) == (MotionState.HANDED_OFF, "Accepted")
    assert len(made.events()) < 200


def test_a_write_the_crm_refuses_neither_blocks_the_later_ones_nor_comes_after_them() -> None:
    made = approved()
    made.org.fail(Rejected("CRM", "bad picklist value"), times=1)
    made.durable.settle()
    refused = made.problems(MOTION)
    made.org.fail(Rejected("CRM", "bad picklist value"), times=1)
    accept(made)
    made.advance(MINUTE)
    soon = cosell(made).status
    made.advance(DAY / 4)

    assert refused == ["record-status-failing"]
    assert (soon, cosell(made).status) == ("Accepted", "Accepted")
    assert [record.values["status"] for record in made.org.motions.values()] == ["Accepted"]
    assert made.problems(MOTION) == []


def test_the_first_thing_written_stops_the_clock_once() -> None:
    made = awaiting()
    first = made.motion.first_at
    made.clock.advance(MINUTE)

    with made.store.transaction() as uow:
        note_first(MOTION, uow, made.ports)
        note_first(MotionId("nobody's"), uow, made.ports)

    assert first is not None
    assert made.motion.first_at == first


def test_a_motion_the_store_does_not_know_is_not_written() -> None:
    made = world()

    record_match(MotionId("nobody's"), 1, made.ports)
    record_status(MotionId("nobody's"), 1, made.ports)

    assert cosell(made) == CosellFields()


def test_what_we_wrote_is_what_the_ledger_says_was_done() -> None:
    made = in_review()

    written = last_written(made.read(lambda uow: uow.effects.of(MOTION)))

    assert written == cosell(made)


def test_when_the_crm_may_be_written_only_with_approval_the_match_waits_for_it() -> None:
    table = world().ports.config.policy.autonomy
    manual = {**table, ActionKind.CRM_WRITE: dict.fromkeys(table[ActionKind.CRM_WRITE], Autonomy.APPROVE)}
    made = awaiting(autonomy=manual)

    assert cosell(made) == CosellFields()
    assert made.clock.now() - made.motion.triggered_at < timedelta(minutes=1)


def test_when_policy_forbids_it_the_crm_is_never_written() -> None:
    table = world().ports.config.policy.autonomy
    made = in_review(autonomy={**table, ActionKind.CRM_WRITE: {}})

    assert cosell(made) == CosellFields()
    assert made.org.motions == {}
