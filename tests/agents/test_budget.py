"""A day's allowance of tokens."""

from agents.budget import DAY, DayBudget
from tests.fakes.emulated_model import Seconds


def test_a_budget_is_spent_once_its_tokens_are() -> None:
    budget = DayBudget(100, Seconds())

    budget.spend(99)
    assert not budget.is_spent()

    budget.spend(1)
    assert budget.is_spent()


def test_the_next_day_begins_with_everything() -> None:
    seconds = Seconds()
    budget = DayBudget(100, seconds)
    budget.spend(500)

    seconds.now += DAY

    assert not budget.is_spent()


def test_nothing_allowed_is_spent_from_the_start() -> None:
    assert DayBudget(0, Seconds()).is_spent()
