"""Two who see or answer what a partner asks in the same second, on a real server: asked once, answered once."""

import pytest
from sqlalchemy import Engine

from motions.correcting import correct
from motions.corrections import KIND, ask_for
from motions.proposals import Verdict
from motions.records import UnitOfWork
from motions.referrals import Field
from motions.surfaces import ClickOutcome
from tests.contracts.test_decisions_at_once import Scene, outcomes
from tests.fakes.world import DANA, MOTION, PRIYA, TOMAS
from tests.motions.corrected import TOLD, asked
from tests.motions.stages import in_review

pytestmark = pytest.mark.postgres


def test_two_looks_at_the_same_time_ask_once(postgres_engine: Engine) -> None:
    made = in_review()
    made.portal.ask_for_changes("O1", "Say what is lost")
    scene, status, motion = Scene(made, postgres_engine), made.portal.status("O1"), made.motion

    def look() -> bool:
        with scene.store.transaction() as uow:
            return ask_for(motion, status, uow, scene.ports)

    def first(uow: UnitOfWork) -> None:
        assert ask_for(motion, status, uow, scene.ports)

    assert scene.while_open(first, look) is False
    requests = scene.store.read(lambda uow: uow.decisions.of(MOTION))
    assert len([each for each in requests if each[1].kind is KIND]) == 1


def test_of_three_answers_in_the_same_second_one_goes(postgres_engine: Engine) -> None:
    scene = Scene(asked(), postgres_engine)
    token, problem = scene.latest(KIND)[0].token, {Field.PROBLEM: TOLD}

    answers = scene.at_once(*(lambda by=by: correct(token, by, problem, scene.ports) for by in (PRIYA, TOMAS, DANA)))

    requests = scene.store.read(lambda uow: uow.decisions.of(MOTION))
    assert outcomes(answers).count(ClickOutcome.DONE) == 1
    assert [each[0].verdict for each in requests if each[1].kind is KIND] == [Verdict.REPLACED, Verdict.APPROVED]
