"""Keeping in step through lost answers, older reads and outages: nothing is sent twice or taken for a colleague's."""

from motions.effects import EffectStatus
from tests.fakes.world import MINUTE, MOTION, SECOND
from tests.motions.kept import CLOSE, LATER, OTHER, STEPS, amendments, in_portal, moves, says, writes
from tests.motions.stages import handed_off


def test_a_lost_answer_is_looked_up_and_not_sent_again() -> None:
    made = handed_off()
    made.portal.lose_answer("change")

    moves(made, close_date=LATER)
    made.advance(MINUTE)

    assert (writes(made), amendments(made)) == (1, [EffectStatus.DONE])
    assert made.portal.calls.count("change") == 1
    assert "sync.agreed" in made.events() or "sync.sent" in made.events()


def test_a_lost_answer_of_a_change_that_was_not_made_is_sent_again() -> None:
    made = handed_off()
    made.portal.drop_changes()

    moves(made, close_date=LATER)
    made.advance(MINUTE)

    assert (says(made, CLOSE), amendments(made)) == ("2027-06-30", [EffectStatus.DONE])


def test_an_older_read_after_our_own_write_is_not_taken_for_a_colleague_s() -> None:
    made = handed_off()
    moves(made, next_step="Contract")

    made.portal.read_back_older(1)
    moves(made, close_date=LATER)
    made.advance(MINUTE)

    assert (says(made, STEPS), says(made, CLOSE)) == ("Contract", "2027-06-30")
    assert "sync.taken" not in made.events()
    assert made.problems() == []


def test_an_older_read_of_before_the_acceptance_keeps_nothing_waiting() -> None:
    made = handed_off()

    made.portal.read_back_older(1)
    moves(made, close_date=LATER)
    made.advance(MINUTE)

    assert says(made, CLOSE) == "2027-06-30"
    assert "sync.parked" not in made.events()


def test_an_older_read_after_a_colleague_s_change_is_not_taken_for_another_one() -> None:
    made = handed_off()
    in_portal(made, next_steps="Call the CIO")

    made.portal.read_back_older(1)
    made.durable.run_again()
    made.advance(MINUTE)

    assert says(made, STEPS) == "Call the CIO"
    assert made.events().count("sync.taken") == 1
    assert made.problems() == []


def test_an_outage_holds_it_back_and_it_goes_on() -> None:
    made = handed_off()
    made.portal.be_unavailable(5, at="held")
    made.portal.be_unavailable(5, at="change")

    moves(made, close_date=LATER)
    made.advance(20 * MINUTE)

    assert (says(made, CLOSE), writes(made), made.problems()) == ("2027-06-30", 1, [])


def test_a_change_after_a_lost_answer_is_no_conflict() -> None:
    made = handed_off()
    made.portal.lose_answer("change")
    moves(made, close_date=LATER)

    moves(made, close_date=OTHER)
    made.advance(MINUTE)

    assert says(made, CLOSE) == "2027-09-30"
    assert "exception.opened" not in made.events()


def test_a_look_at_an_older_version_and_a_refused_try_do_not_settle_a_lost_answer() -> None:
    made = handed_off()
    made.portal.lose_answer("change")
    moves(made, close_date=LATER)
    lost = amendments(made)
    made.portal.read_back_older(2)
    made.portal.be_unavailable(1, at="change", retry_after=60.0)
    made.advance(3 * SECOND)

    moves(made, close_date=OTHER)
    made.advance(10 * MINUTE)

    assert lost == [EffectStatus.INTENT]
    assert says(made, CLOSE) == "2027-09-30"
    assert "sync-conflict" not in str(made.read(lambda uow: [e.detail for e in uow.log.of(MOTION)]))


def test_somebody_who_changed_the_same_after_a_lost_change_is_not_overwritten() -> None:
    made = handed_off()
    made.portal.drop_changes()
    moves(made, close_date=LATER)
    made.portal.colleague("O1", close_date="2027-12-31")

    made.advance(MINUTE)

    assert says(made, CLOSE) == "2027-12-31"
    assert "sync-conflict" in made.problems()
