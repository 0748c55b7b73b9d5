"""An operator's change of a rule, by mouse and keyboard; a bot of its own, since what it changes stays changed."""

import pytest
from playwright.sync_api import expect

from sandbox.cast import DANA
from tests.sandbox.page.browser import chromium, tab
from tests.scenarios.company import CENTRAL
from tests.scenarios.test_days import Desk, at_work

__all__ = ["at_work", "chromium", "tab"]

pytestmark = pytest.mark.browser


def test_an_operator_changes_a_rule_after_a_look_at_what_it_changes(at_work: Desk) -> None:
    at_work.go(DANA, CENTRAL)
    at_work.type("/cosell rules")
    listed = at_work.whispers.last
    expect(listed).to_contain_text("deals under 5,000 a year rarely get an AWS seller")

    listed.get_by_role("button", name="Change", exact=True).nth(3).click()
    conditions = at_work.modal.get_by_label("When all of this holds, one condition a line")
    expect(conditions).to_have_value("amount at most 5000")
    conditions.fill("amount at most lots")
    at_work.send()
    expect(at_work.modal).to_contain_text("Line 1: amount at most needs numbers.")
    conditions.fill("amount at most 900000")
    at_work.modal.get_by_label("Points, if it adds any").fill("-2")
    at_work.send()
    expect(at_work.modal).to_contain_text("open deals would be ranked otherwise")
    expect(at_work.modal).to_contain_text("would no longer be")
    assert at_work.scene.bot.ports.in_force.number == 0
    at_work.send()

    expect(at_work.modal).to_contain_text("In force now: rule aws-small-deal changed.")
    at_work.close()
    at_work.type("/cosell rules")
    expect(at_work.whispers.last).to_contain_text("AWS: -2 points")
