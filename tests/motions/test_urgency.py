"""Whose work cannot wait: inside the block, on that thread, and no longer."""

import pytest

from motions.urgency import is_urgent, urgently


def test_work_is_urgent_inside_the_block_only() -> None:
    before = is_urgent()
    with urgently():
        inside = is_urgent()

    assert (before, inside, is_urgent()) == (False, True, False)


def test_a_failure_ends_the_urgency_too() -> None:
    with pytest.raises(ValueError, match="x"), urgently():
        raise ValueError("x")

    assert not is_urgent()
