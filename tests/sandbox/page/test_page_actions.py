"""What people press in messages, and what the app is told."""

import pytest
from playwright.sync_api import expect

from tests.sandbox.page.page_blocks import actions, button, mrkdwn, options, plain, section
from tests.sandbox.page.page_eyes import Eyes

pytestmark = pytest.mark.browser
EAST = "C0AWSEAST"
TS = "1795186800.000100"
CONTAINER = {"type": "message", "channel": EAST, "message_ts": TS}


def test_a_button_tells_the_app_who_where_and_what(eyes: Eyes) -> None:
    eyes.viewer.said(EAST, blocks=[actions(button("approve", "Approve", style="primary", value="token-1"))])
    eyes.open()

    eyes.see("action-approve").click()

    expect(eyes.see("action-approve")).not_to_have_attribute("aria-busy", "true")
    assert [(posted.user, posted.verb, posted.body) for posted in eyes.viewer.posted] == [
        (
            "U0PRIYA",
            "action",
            {
                "container": CONTAINER,
                "type": "button",
                "block_id": "acts",
                "action_id": "approve",
                "value": "token-1",
            },
        )
    ]


CONFIRM = {
    "title": plain("Deny?"),
    "text": mrkdwn("AWS hears *nothing*."),
    "confirm": plain("Deny"),
    "deny": plain("Keep"),
}


def test_a_confirmation_declined_sends_nothing(eyes: Eyes) -> None:
    eyes.viewer.said(EAST, blocks=[actions(button("deny", "Deny", style="danger", confirm=CONFIRM))])
    eyes.open()

    eyes.see("action-deny").click()
    expect(eyes.see("confirm").locator("strong")).to_have_text("nothing")
    eyes.see("confirm-no").click()

    expect(eyes.see("confirm")).to_have_count(0)
    expect(eyes.see("action-deny")).to_be_focused()
    assert eyes.viewer.bodies("action") == []


def test_a_confirmation_given_by_keyboard_sends_the_action_once(eyes: Eyes) -> None:
    eyes.viewer.said(EAST, blocks=[actions(button("deny", "Deny", confirm=CONFIRM))])
    eyes.open()

    eyes.see("action-deny").press("Space")
    expect(eyes.see("confirm-yes")).to_be_focused()
    eyes.tab.keyboard.press("Enter")

    expect(eyes.see("confirm")).to_have_count(0)
    assert [body["action_id"] for body in eyes.viewer.told("action")] == ["deny"]


def test_a_menu_and_a_date_say_what_was_chosen_and_the_state(eyes: Eyes) -> None:
    snooze = {
        "type": "static_select",
        "action_id": "snooze",
        "placeholder": plain("Snooze"),
        "options": options("day", "week"),
    }
    when = {"type": "datepicker", "action_id": "when", "initial_date": "2026-12-01"}
    eyes.viewer.said(EAST, blocks=[actions(snooze, when)])
    eyes.open()

    eyes.tab.get_by_label("Snooze").select_option("week")
    eyes.see("action-when").fill("2026-12-24")

    week = options("week")[0]
    first, second = eyes.viewer.told("action", 2)
    assert first["selected_option"] == week
    assert second["selected_date"] == "2026-12-24"
    assert second["state"]["acts"] == {
        "snooze": {"type": "static_select", "selected_option": week},
        "when": {"type": "datepicker", "selected_date": "2026-12-24"},
    }


def test_a_declined_menu_goes_back_to_what_it_was(eyes: Eyes) -> None:
    chosen = options("day", "week")
    owner = {
        "type": "static_select",
        "action_id": "snooze",
        "options": chosen,
        "initial_option": chosen[0],
        "confirm": CONFIRM,
    }
    eyes.viewer.said(EAST, blocks=[actions(owner)])
    eyes.open()

    eyes.see("action-snooze").select_option("week")
    eyes.see("confirm-no").click()

    expect(eyes.see("action-snooze")).to_have_value("day")
    assert eyes.viewer.bodies("action") == []


def test_an_overflow_menu_is_worked_by_arrow_keys(eyes: Eyes) -> None:
    overflow = {"type": "overflow", "action_id": "more", "options": options("bytes", "snooze")}
    eyes.viewer.said(EAST, blocks=[section("A deal", accessory=overflow)])
    eyes.open()

    eyes.see("action-more").press("Enter")
    expect(eyes.tab.get_by_role("menuitem", name="Bytes")).to_be_focused()
    eyes.tab.keyboard.press("ArrowDown")
    eyes.tab.keyboard.press("Enter")

    expect(eyes.see("action-more")).to_be_focused()
    assert [body["selected_option"]["value"] for body in eyes.viewer.told("action")] == ["snooze"]


def test_escape_closes_a_menu_without_choosing(eyes: Eyes) -> None:
    overflow = {"type": "overflow", "action_id": "more", "options": options("bytes")}
    eyes.viewer.said(EAST, blocks=[section("A deal", accessory=overflow)])
    eyes.open()

    eyes.see("action-more").click()
    eyes.tab.keyboard.press("Escape")

    expect(eyes.tab.get_by_role("menu")).to_have_count(0)
    assert eyes.viewer.bodies("action") == []


def test_an_action_that_fails_is_explained(eyes: Eyes) -> None:
    eyes.viewer.answers["action"] = {
        "ok": False,
        "error": "operation_timeout",
        "detail": "cosell did not answer in time.",
    }
    eyes.viewer.said(EAST, blocks=[actions(button("approve", "Approve"))])
    eyes.open()

    eyes.see("action-approve").click()

    expect(eyes.see("notice")).to_contain_text("cosell did not answer in time.")


def test_what_was_typed_in_a_message_survives_its_update(eyes: Eyes) -> None:
    element = {"type": "plain_text_input", "action_id": "why"}
    asked = {"type": "input", "block_id": "reason", "label": plain("Why"), "element": element}
    message = eyes.viewer.said(EAST, blocks=[section("One"), asked])
    eyes.open()
    eyes.see("action-why").fill("Too early")

    message["blocks"] = [section("Two"), asked]
    eyes.tell("channel", channel=EAST)

    expect(eyes.see(f"message-{TS}")).to_contain_text("Two")
    expect(eyes.see("action-why")).to_have_value("Too early")
    expect(eyes.see("action-why")).to_be_focused()
