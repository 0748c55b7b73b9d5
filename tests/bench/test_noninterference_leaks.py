"""The bench sees what it is for: leaks planted at different seams show, and only in worlds that are alike without."""

import pytest

from bench.noninterference.leaks import LEAKS, caught, planted
from bench.noninterference.running import staged

A_DOZEN = 12
# After dozens of pairs, or in ones that take long: for the command alone.
SHOWS_LATE = {"sorted-by-score", "rival-in-a-refusal", "rounded-amount", "shared-cache", "error-text"}


def test_there_are_at_least_a_dozen_leaks_each_at_a_seam_that_is_there() -> None:
    assert len(LEAKS) >= A_DOZEN
    for name, (where, what, _) in LEAKS.items():
        before = getattr(where, what)
        with planted(name):
            assert getattr(where, what) is not before, name
        assert getattr(where, what) is before


@pytest.mark.parametrize("name", sorted(LEAKS.keys() - SHOWS_LATE))
def test_a_planted_leak_is_caught(name: str) -> None:
    with staged() as stage:
        assert caught(name, 3, stage) is not None
