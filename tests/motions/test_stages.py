"""The common scale of stages: what people and portals write, on one ladder."""

import pytest

from motions.deals import Stage
from motions.stages import SCALE, number_of, stage_named, stage_words


@pytest.mark.parametrize("stage", Stage)
def test_what_is_said_of_a_stage_is_read_as_that_stage(stage: Stage) -> None:
    assert stage_named(stage_words(stage)) is stage
    assert stage_named(stage.value.upper()) is stage


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("St 4", Stage.PROPOSAL),
        ("stage 5", Stage.COMMITTED),
        (" 2 ", Stage.QUALIFIED),
        ("St. 3", Stage.DEMO),
        ("Business  Validation", Stage.PROPOSAL),
        ("Closed Lost", Stage.LOST),
        ("7", None),
        ("", None),
        ("rather late", None),
    ],
)
def test_what_people_write_for_a_stage(text: str, stage: Stage | None) -> None:
    assert stage_named(text) is stage


def test_stages_are_counted_from_one_and_a_lost_deal_stands_on_no_rung() -> None:
    assert [number_of(stage) for stage in SCALE] == [1, 2, 3, 4, 5, 6]
    assert number_of(Stage.LOST) is None
