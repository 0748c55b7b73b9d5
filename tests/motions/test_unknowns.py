"""An outcome nobody can tell: a person says what they found, once, and what waited for it goes on."""

from dataclasses import replace

import pytest

from motions.effects import EffectStatus, Recovery
from motions.errors import UserMistake
from motions.model import MotionState
from motions.performing import LEASE
from motions.referrals import FilingStep
from motions.unknowns import state_outcome
from tests.fakes.world import MINUTE, MOTION, World, world
from tests.motions.outside import KEY, OtherSide, attempt, effect_of, failure_of, lost, plan
from tests.motions.stages import approved

OPERATOR = "the command line"


def state(made: World, external_id: str | None, key: str = KEY) -> str:
    with made.store.transaction() as uow:
        return state_outcome(key, external_id, OPERATOR, uow, made.clock.now())


def unknown() -> tuple[World, OtherSide]:
    made, there = world(), OtherSide(after=[lost()])
    failure_of(lambda: attempt(there, made, plan(Recovery.ASK)))
    assert effect_of(made).status is EffectStatus.UNKNOWN
    return made, there


def test_the_failure_names_the_command_that_settles_it() -> None:
    made, there = unknown()

    failure = failure_of(lambda: attempt(there, made, plan(Recovery.ASK)))

    assert f"cosell effect {KEY} happened <its id there>, or did-not-happen" in str(failure)


def test_what_happened_is_done_and_never_sent_again() -> None:
    made, there = unknown()

    said = state(made, "O77")

    assert said.startswith(f"{KEY} happened as O77, says {OPERATOR}")
    assert attempt(there, made, plan(Recovery.ASK)) == "O77"
    assert len(there.done) == 1
    entry = made.read(lambda uow: uow.log.of("m1"))[-1]
    assert (entry.event, entry.actor, entry.detail["external_id"]) == ("effect.done", OPERATOR, "O77")


def test_what_did_not_happen_is_performed_at_its_next_attempt() -> None:
    made, there = unknown()

    said = state(made, None)

    assert said.startswith(f"{KEY} did not happen, says {OPERATOR}")
    assert attempt(there, made, plan(Recovery.ASK)) == "id-2"
    entries = made.read(lambda uow: uow.log.of("m1"))
    assert ("effect.held", OPERATOR) in [(entry.event, entry.actor) for entry in entries]


def test_an_answer_lost_long_ago_may_be_stated_too_but_not_a_call_under_way() -> None:
    made, there = world(), OtherSide(after=[lost()])
    failure_of(lambda: attempt(there, made))
    with pytest.raises(UserMistake, match="is intent: there is nothing to state"):
        state(made, "O1")
    made.clock.advance(LEASE)

    assert "happened as O1" in state(made, "O1")


@pytest.mark.parametrize("external_id", ["O2", None])
def test_what_is_known_is_not_stated_over(external_id: str | None) -> None:
    made, there = world(), OtherSide()
    attempt(there, made)

    with pytest.raises(UserMistake, match="is done: there is nothing to state"):
        state(made, external_id)
    assert effect_of(made).external_id == "id-1"


def test_an_effect_nobody_knows_is_named() -> None:
    with pytest.raises(UserMistake, match="There is no effect 'm1:none'"):
        state(world(), None, "m1:none")


@pytest.mark.parametrize("found", ["O77", None])
def test_a_filing_that_waits_for_a_person_s_word_goes_on_with_it(found: str | None) -> None:
    made = approved()
    saga = made.portal.saga

    def asks(*given: object) -> list[FilingStep]:
        steps = saga(*given)  # type: ignore[arg-type]  # passed through
        return [replace(step, recovery=Recovery.ASK) if step.name == "create" else step for step in steps]

    made.portal.saga = asks  # type: ignore[method-assign, assignment]  # a portal that can look nothing up
    made.portal.lose_answer("create")
    made.durable.settle()
    waiting, problems = made.state, made.problems(MOTION)
    [referral] = made.portal.referrals

    state(made, referral.id if found else None, f"{MOTION}:file.create")
    made.advance(10 * MINUTE)

    assert (waiting, problems) == (MotionState.FILING, ["file-failing"])
    assert made.state is MotionState.IN_REVIEW
    assert made.problems() == []
    assert made.motion.referral_id == "O1"
