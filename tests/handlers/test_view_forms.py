"""The modals: typed inputs out, typed values and complaints back."""

from typing import Any

import pytest

from handlers.views.deny import deny_modal, reason_given
from handlers.views.edit import complaints, edit_modal, typed
from motions.referrals import Field, FormField, InputKind, Problem
from motions.surfaces import EditForm
from tests.handlers import values


def modal(*fields: FormField) -> Any:
    return edit_modal(EditForm(values.TOKEN, "Edit the referral", "Change what is wrong.", fields))


def submitted(view: Any, said: dict[str, object]) -> Any:
    """The view as Slack sends it back: block ids, and what each input holds."""
    state = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        kept = {"value": element.get("initial_value"), "selected_date": element.get("initial_date")}
        if element["type"] == "static_select":
            kept = {"selected_option": element.get("initial_option")}
        state[block["block_id"]] = {element["action_id"]: said.get(block["block_id"], kept)}
    return {**view, "state": {"values": state}}


def element(field: FormField) -> Any:
    return modal(field)["blocks"][1]["element"]


def test_each_kind_of_field_has_its_own_input() -> None:
    kinds = {field.label: element(field)["type"] for field in values.form()}

    assert kinds == {
        "Title": "plain_text_input",
        "Customer": "plain_text_input",
        "Industry": "static_select",
        "Business problem": "plain_text_input",
        "Expected monthly spend": "number_input",
        "Close date": "datepicker",
        "Website": "plain_text_input",
    }


def test_the_modal_carries_the_token_and_nothing_else() -> None:
    assert modal(*values.form())["private_metadata"] == values.TOKEN


def test_a_form_saved_unchanged_gives_what_it_showed() -> None:
    view = modal(*values.form())

    assert typed(submitted(view, {})) == {field.field: field.value or "" for field in values.form()}


def test_what_a_person_typed_comes_back_by_field() -> None:
    view = modal(*values.form())
    said = {
        "field:industry": {"selected_option": {"value": "Software and Internet"}},
        "field:close_date": {"selected_date": "2027-06-30"},
        "field:monthly_spend": {"value": "4000"},
        "field:title": {"value": None},
    }

    changed = typed(submitted(view, said))

    assert changed[Field.INDUSTRY] == "Software and Internet"
    assert changed[Field.CLOSE_DATE] == "2027-06-30"
    assert changed[Field.MONTHLY_SPEND] == "4000"
    assert changed[Field.TITLE] == ""


@pytest.mark.parametrize(
    "field",
    [
        FormField(Field.HELP_WANTED, "Help", "a; b", InputKind.CHOICE, ("a", "b")),
        FormField(Field.CLOSE_DATE, "Close date", "next spring", InputKind.DATE),
        FormField(Field.MONTHLY_SPEND, "Spend", "about 1,000", InputKind.NUMBER),
    ],
    ids=["several choices", "no date", "no number"],
)
def test_a_value_the_form_cannot_show_is_told_and_kept_when_left_blank(field: FormField) -> None:
    view = modal(field)

    assert f"Now: {field.value}" in view["blocks"][1]["hint"]["text"]
    assert typed(submitted(view, {})) == {}


def test_without_words_of_introduction_the_form_begins_with_its_fields() -> None:
    view: Any = edit_modal(EditForm(values.TOKEN, "Edit", "", values.form()))

    assert view["blocks"][0]["type"] == "input"


def test_a_long_list_of_the_portal_is_grouped() -> None:
    options = tuple(f"Solution {n:03}" for n in range(250))

    select = element(FormField(Field.SOLUTION, "Solution", "Solution 249", InputKind.CHOICE, options))

    assert [len(group["options"]) for group in select["option_groups"]] == [100, 100, 50]
    assert select["option_groups"][0]["label"]["text"] == "Solution 000 to Solution 099"
    assert select["initial_option"]["value"] == "Solution 249"


def test_a_number_is_given_without_its_commas() -> None:
    assert element(FormField(Field.MONTHLY_SPEND, "Spend", "1,250.50", InputKind.NUMBER))["initial_value"] == "1250.50"


def test_complaints_stand_beside_their_fields_and_the_rest_at_the_first() -> None:
    view = modal(*values.form())
    problems = (
        Problem(Field.WEBSITE, "x", "It is no address.", "Begin with https://."),
        Problem(Field.STATE, "x", "The state is missing.", "Set it in the CRM."),
        Problem(None, "x", "The portal knows this deal.", "Deny it."),
    )

    assert complaints(problems, view) == {
        "field:website": "It is no address. Begin with https://.",
        "field:title": "The state is missing. Set it in the CRM. The portal knows this deal. Deny it.",
    }


@pytest.mark.parametrize(
    ("words", "reason"), [(None, "too-early"), ("  ", "too-early"), ("not\nyet", "too-early: not yet")]
)
def test_a_denial_has_a_code_and_perhaps_words(words: str | None, reason: str) -> None:
    chosen = {"selected_option": {"value": "too-early"}}
    state = {"reason.code": {"value": chosen}, "reason.words": {"value": {"value": words}}}

    assert reason_given({"state": {"values": state}}) == reason


def test_the_denial_carries_the_token_and_nothing_else() -> None:
    assert deny_modal(values.TOKEN)["private_metadata"] == values.TOKEN
