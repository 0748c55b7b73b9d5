"""The table that keeps two sides in step: what is sent, told, and left to a person, and that it ends."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from motions.merging import FOLLOW_ONLY, Agreed, Direction, Directions, Sides, Turn, turn_of, turns
from motions.policy import Policy
from motions.referrals import Field
from tests.fakes.world import configuration

BASE = Agreed("a", "a")
TYPED = Agreed("a", "t")  # somebody typed another value on the card
VALUES = st.sampled_from(["a", "b", "c"])
SAID = st.none() | VALUES
AGREED = st.none() | st.builds(Agreed, SAID, SAID)


@pytest.mark.parametrize(
    ("direction", "agreed", "ours", "theirs", "turn"),
    [
        (Direction.BOTH, BASE, "a", "a", Turn.NOTHING),
        (Direction.BOTH, BASE, "b", "a", Turn.SEND),
        (Direction.BOTH, BASE, "a", "b", Turn.TAKE),
        (Direction.BOTH, BASE, "b", "b", Turn.AGREE),
        (Direction.BOTH, BASE, "b", "c", Turn.CONFLICT),
        (Direction.BOTH, BASE, None, "a", Turn.NOTHING),
        (Direction.BOTH, BASE, None, "b", Turn.TAKE),
        (Direction.BOTH, BASE, "a", None, Turn.TAKE),
        (Direction.BOTH, BASE, "b", None, Turn.CONFLICT),
        (Direction.BOTH, TYPED, "a", "t", Turn.NOTHING),
        (Direction.BOTH, TYPED, "b", "t", Turn.SEND),
        (Direction.BOTH, TYPED, "t", "t", Turn.AGREE),
        (Direction.BOTH, None, "a", "b", Turn.AGREE),
        (Direction.TO_PORTAL, BASE, "b", "a", Turn.SEND),
        (Direction.TO_PORTAL, BASE, "a", "b", Turn.NOTHING),
        (Direction.TO_PORTAL, BASE, "b", "c", Turn.CONFLICT),
        (Direction.TO_CRM, BASE, "b", "a", Turn.NOTHING),
        (Direction.TO_CRM, BASE, "a", "b", Turn.TAKE),
        (Direction.TO_CRM, BASE, "b", "c", Turn.TAKE),
        (Direction.OFF, BASE, "b", "c", Turn.NOTHING),
        (Direction.OFF, None, "b", "c", Turn.NOTHING),
    ],
)
def test_row(direction: Direction, agreed: Agreed | None, ours: str | None, theirs: str | None, turn: Turn) -> None:
    assert turn_of(direction, agreed, ours, theirs) is turn


@given(direction=st.sampled_from(Direction), agreed=AGREED, ours=SAID, theirs=SAID)
def test_what_was_done_leaves_nothing_to_do(
    direction: Direction, agreed: Agreed | None, ours: str | None, theirs: str | None
) -> None:
    match turn_of(direction, agreed, ours, theirs):
        case Turn.SEND:
            assert ours is not None
            after, theirs = Agreed(ours, ours), ours
        case Turn.TAKE:
            assert agreed is not None
            after = replace(agreed, theirs=theirs)
        case Turn.AGREE:
            after = Agreed(ours, theirs)
        case _:
            return

    # A change of ours that went nowhere stays ours to make; nothing else is left.
    again = turn_of(direction, after, ours, theirs)
    assert again is Turn.NOTHING or (again is Turn.SEND and direction is Direction.BOTH and ours != after.ours)


@given(direction=st.sampled_from(Direction), agreed=AGREED, ours=SAID, theirs=SAID)
def test_nothing_is_sent_over_what_somebody_changed_there_nor_against_the_table(
    direction: Direction, agreed: Agreed | None, ours: str | None, theirs: str | None
) -> None:
    if turn_of(direction, agreed, ours, theirs) is Turn.SEND:
        assert agreed is not None
        assert theirs == agreed.theirs
        assert ours not in {None, agreed.ours, theirs}
        assert direction in {Direction.BOTH, Direction.TO_PORTAL}


def test_only_what_there_is_something_to_do_about_is_named() -> None:
    sides = Sides({Field.STAGE: BASE}, {Field.STAGE: "b"}, {Field.STAGE: "a", Field.NEXT_STEPS: None})
    table = {Field.STAGE: Direction.BOTH, Field.NEXT_STEPS: Direction.OFF}

    assert turns(table, sides) == {Field.STAGE: Turn.SEND}


def test_a_field_that_no_portal_lets_change_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match=r"title cannot be kept in step.*name stage"):
        TypeAdapter(Directions).validate_python({"title": "to_portal", "stage": "both"})


def test_a_policy_without_a_table_sends_nothing() -> None:
    given_ = configuration().policy.model_dump()
    del given_["sync"]

    assert Policy.model_validate(given_).sync == FOLLOW_ONLY
