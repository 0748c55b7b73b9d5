"""What a filing rests on: exactly these bytes, still approved, and by whom it may be."""

from dataclasses import replace

import pytest

from motions.approvals import undo
from motions.authority import guard_of, saga_key, what_left, why_withdrawn
from motions.errors import Rejected
from tests.fakes.world import MOTION, PRIYA, World
from tests.motions.stages import approved, awaiting, in_review
from tests.motions.unsteady import WatchedStore

NO_APPROVAL = "there is no approval of exactly this referral"


def why(made: World, seal: str | None = None) -> str | None:
    asked = seal or made.decision()[0].seal
    said: str | None = made.read(lambda uow: why_withdrawn(MOTION, asked, uow, made.ports))
    return said


def test_what_was_approved_as_it_is_may_be_filed() -> None:
    assert why(approved()) is None


@pytest.mark.parametrize("seal", ["0" * 64, None])
def test_what_nobody_approved_may_not(seal: str | None) -> None:
    made = awaiting() if seal is None else approved()

    assert why(made, seal) == NO_APPROVAL


def test_bytes_changed_behind_the_approval_may_not_be_filed() -> None:
    made = approved()
    approval, proposal = made.decision()
    made.store._rows.decisions[approval.token] = (approval, replace(proposal, payload={"file": {}}))

    assert why(made) == NO_APPROVAL


def test_the_guard_refuses_what_was_taken_back_and_names_who_did() -> None:
    made = approved()
    proposal, motion = made.decision()[1], made.motion
    guard = guard_of(motion, proposal, made.ports)
    made.read(guard)
    undo(made.token, PRIYA, made.ports)

    with pytest.raises(Rejected, match="the approval was taken back by Priya Raman"):
        made.read(guard)


def test_what_left_is_told_by_the_calls_of_this_filing() -> None:
    before, after = approved(), in_review()
    key = f"{MOTION}:file"

    left = after.read(lambda uow: what_left(MOTION, key, uow))

    assert before.read(lambda uow: what_left(MOTION, key, uow)) is None
    assert left is not None
    assert left.key == f"{key}.create"
    assert after.read(lambda uow: what_left(MOTION, f"{key}.1", uow)) is None
    assert after.read(lambda uow: saga_key(MOTION, "another seal", uow)) == key


def test_every_call_locks_its_motion_so_that_who_takes_the_approval_back_waits_for_it() -> None:
    made = approved()
    watched = WatchedStore(made.store)
    guard = guard_of(made.motion, made.decision()[1], made.ports)

    with watched.transaction() as uow:
        guard(uow)

    assert watched.locked == [f"motion {MOTION}"]
