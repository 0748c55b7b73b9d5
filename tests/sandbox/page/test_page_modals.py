"""Modals: every input, what is wrong with it, and the keyboard."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.sandbox.page.page_blocks import asked, modal, options, section
from tests.sandbox.page.page_eyes import Eyes

pytestmark = pytest.mark.browser
PRIYA = "U0PRIYA"
EVERYTHING = modal(
    section("*Zathunicon*"),
    asked("title", "Title", "plain_text_input", initial_value="GTX Pro"),
    asked("why", "Why", "plain_text_input", multiline=True),
    asked("stage", "Stage", "static_select", options=options("qualified", "committed")),
    asked("close", "Close date", "datepicker", initial_date="2026-12-31"),
    asked("amount", "Amount", "number_input", is_decimal_allowed=False, min_value="1"),
    asked("mail", "Contact", "email_text_input"),
    asked("site", "Web site", "url_text_input"),
    asked("needs", "Needs", "checkboxes", options=options("pricing", "architecture")),
    asked("seen", "Visibility", "radio_buttons", options=options("full", "limited")),
    asked("note", "Note", "plain_text_input", optional=True),
)


def show(eyes: Eyes, *views: dict[str, Any]) -> None:
    """Open these modals, the last on top."""
    eyes.viewer.stacks[PRIYA] = list(views)
    eyes.tell("modals")
    expect(eyes.see("modal")).to_be_visible()


def test_every_input_is_filled_in_and_submitted(eyes: Eyes) -> None:
    eyes.open()
    show(eyes, EVERYTHING)

    eyes.tab.get_by_label("Why").fill("They asked\nfor it")
    eyes.tab.get_by_label("Stage").select_option(label="Committed")
    eyes.tab.get_by_label("Close date").fill("2027-01-15")
    eyes.tab.get_by_label("Amount").fill("54180")
    eyes.tab.get_by_label("Contact").fill("ana@zathunicon.example")
    eyes.tab.get_by_label("Web site").fill("https://zathunicon.example")
    eyes.tab.get_by_label("Pricing").check()
    eyes.tab.get_by_label("Limited").check()
    eyes.see("modal-submit").click()

    expect(eyes.see("modal")).to_have_count(0)
    submitted = eyes.viewer.told("submit")[0]
    assert submitted["view_id"] == "V1"
    assert {block: answers[f"{block}_answer"] for block, answers in submitted["values"].items()} == {
        "title": {"type": "plain_text_input", "value": "GTX Pro"},
        "why": {"type": "plain_text_input", "value": "They asked\nfor it"},
        "stage": {"type": "static_select", "selected_option": options("committed")[0]},
        "close": {"type": "datepicker", "selected_date": "2027-01-15"},
        "amount": {"type": "number_input", "value": "54180"},
        "mail": {"type": "email_text_input", "value": "ana@zathunicon.example"},
        "site": {"type": "url_text_input", "value": "https://zathunicon.example"},
        "needs": {"type": "checkboxes", "selected_options": options("pricing")},
        "seen": {"type": "radio_buttons", "selected_option": options("limited")[0]},
        "note": {"type": "plain_text_input", "value": None},
    }


def test_missing_answers_are_named_before_anything_is_sent(eyes: Eyes) -> None:
    eyes.open()
    show(eyes, EVERYTHING)
    eyes.tab.get_by_label("Amount").fill("a lot")
    eyes.tab.get_by_label("Contact").fill("nobody")

    eyes.see("modal-submit").click()

    expect(eyes.see("error-why")).to_have_text("Please complete this required field.")
    expect(eyes.see("error-amount")).to_have_text("Please enter a number.")
    expect(eyes.see("error-mail")).to_have_text("Please enter a valid email address.")
    expect(eyes.see("error-note")).to_have_text("")
    expect(eyes.tab.get_by_label("Why")).to_be_focused()
    assert eyes.viewer.bodies("submit") == []


def test_the_apps_own_errors_stand_under_their_fields(eyes: Eyes) -> None:
    eyes.open()
    show(eyes, modal(asked("title", "Title", "plain_text_input", initial_value="GTX")))
    eyes.viewer.answers["submit"] = {"ok": False, "errors": {"title": "AWS knows this title already."}}

    eyes.see("modal-submit").click()

    expect(eyes.see("error-title")).to_have_text("AWS knows this title already.")
    expect(eyes.tab.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    expect(eyes.tab.get_by_label("Title")).to_be_focused()
    eyes.viewer.answers.clear()
    eyes.see("modal-submit").click()
    expect(eyes.see("modal")).to_have_count(0)


def test_an_app_that_does_not_answer_is_said_in_the_modal(eyes: Eyes) -> None:
    eyes.open()
    show(eyes, modal(section("Sure?")))
    eyes.viewer.answers["submit"] = {"ok": False, "error": "operation_timeout", "detail": "cosell did not answer."}

    eyes.see("modal-submit").click()

    expect(eyes.see("modal-problem")).to_have_text("cosell did not answer.")


def test_a_modal_is_worked_by_keyboard_alone(eyes: Eyes) -> None:
    eyes.open()
    show(
        eyes,
        modal(
            asked("title", "Title", "plain_text_input"),
            asked("stage", "Stage", "static_select", options=options("qualified", "committed")),
            asked("seen", "Visibility", "radio_buttons", options=options("full", "limited")),
        ),
    )
    keys = eyes.tab.keyboard
    expect(eyes.tab.get_by_label("Title")).to_be_focused()

    keys.type("GTX Pro")
    keys.press("Tab")
    keys.type("Comm")
    keys.press("Tab")
    keys.press("Space")
    keys.press("ArrowDown")
    keys.press("Tab")
    expect(eyes.see("modal-close")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")

    expect(eyes.see("modal")).to_have_count(0)
    values = eyes.viewer.told("submit")[0]["values"]
    assert values["title"]["title_answer"]["value"] == "GTX Pro"
    assert values["stage"]["stage_answer"]["selected_option"]["value"] == "committed"
    assert values["seen"]["seen_answer"]["selected_option"]["value"] == "limited"


def test_tab_stays_inside_a_modal(eyes: Eyes) -> None:
    eyes.open()
    show(eyes, modal(asked("title", "Title", "plain_text_input")))
    eyes.see("modal-submit").focus()

    eyes.tab.keyboard.press("Tab")
    expect(eyes.see("modal-x")).to_be_focused()
    eyes.tab.keyboard.press("Shift+Tab")

    expect(eyes.see("modal-submit")).to_be_focused()


def test_escape_closes_a_modal_and_tells_the_app(eyes: Eyes) -> None:
    eyes.open()
    eyes.see("composer").focus()
    show(eyes, modal(asked("title", "Title", "plain_text_input")))

    eyes.tab.keyboard.press("Escape")

    expect(eyes.see("modal")).to_have_count(0)
    expect(eyes.see("composer")).to_be_focused()
    assert eyes.viewer.told("close") == [{"view_id": "V1"}]


def test_an_update_keeps_what_was_typed_and_where_the_caret_was(eyes: Eyes) -> None:
    eyes.open()
    title = asked("title", "Title", "plain_text_input")
    show(eyes, modal(section("Loading"), title))
    eyes.tab.get_by_label("Title").press_sequentially("GTX")

    eyes.viewer.stacks[PRIYA] = [modal(section("Loaded"), title, hash_="2")]
    eyes.tell("modals")
    expect(eyes.see("modal")).to_contain_text("Loaded")
    eyes.tab.keyboard.type(" Pro")

    expect(eyes.tab.get_by_label("Title")).to_have_value("GTX Pro")


def test_a_pushed_modal_covers_the_first_and_uncovers_it_as_it_was(eyes: Eyes) -> None:
    eyes.open()
    below = modal(asked("title", "Title", "plain_text_input"), title="Below")
    show(eyes, below)
    eyes.tab.get_by_label("Title").fill("GTX Pro")
    show(eyes, below, modal(section("On top"), view_id="V2", title="Above"))
    expect(eyes.tab.get_by_role("heading", name="Above")).to_be_visible()

    eyes.see("modal-back").click()

    expect(eyes.tab.get_by_role("heading", name="Below")).to_be_visible()
    expect(eyes.tab.get_by_label("Title")).to_have_value("GTX Pro")


def test_an_input_that_dispatches_tells_the_app_at_once(eyes: Eyes) -> None:
    eyes.open()
    show(eyes, modal(asked("stage", "Stage", "static_select", options=options("qualified"), dispatch_action=True)))

    eyes.tab.get_by_label("Stage").select_option("qualified")

    expect(eyes.see("modal")).to_be_visible()
    told = eyes.viewer.told("action")[0]
    assert told["container"] == {"type": "view", "view_id": "V1"}
    assert told["selected_option"]["value"] == "qualified"


def test_a_modal_that_is_open_on_the_server_is_there_after_a_reload(eyes: Eyes) -> None:
    eyes.viewer.stacks[PRIYA] = [modal(section("Still here"))]

    eyes.open()

    expect(eyes.see("modal")).to_contain_text("Still here")
