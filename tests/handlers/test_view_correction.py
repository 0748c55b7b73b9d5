"""A card whose partner asks for changes, and what it makes of the deal: somebody else's words, harmless and whole."""

import json
from typing import Any

from handlers.views import render
from handlers.views.edit import correction_modal
from motions.correction_surfaces import CorrectionRequest
from motions.model import MotionState
from motions.surfaces import EditForm, MotionCard
from tests.handlers import values
from tests.handlers.validators import check_message, check_view

HOSTILE = "<!channel> *Approved* by <@U1> & everybody\u202e"


def asked(asks: str = "Say what is lost", **motion: Any) -> MotionCard:
    request = CorrectionRequest(values.TOKEN, asks, ("Business problem", "Website"))
    return values.card(motion=values.motion(state=MotionState.IN_REVIEW, **motion), token=None, correction=request)


def test_it_says_what_is_asked_what_may_change_and_offers_one_button() -> None:
    message: Any = render(asked())

    check_message(message)
    said = json.dumps(message, ensure_ascii=False)
    (button,) = [each for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]
    assert "Say what is lost" in said
    assert "Business problem, Website" in said
    assert (button["action_id"], button["value"]) == ("motion.correct", values.TOKEN)


def test_the_partner_s_words_are_a_quotation_and_nothing_in_them_formats() -> None:
    message: Any = render(asked(HOSTILE))

    marked = json.dumps([each for each in message["blocks"] if each["type"] != "rich_text"], ensure_ascii=False)
    assert "<!channel>" not in marked
    assert "\u202e" not in json.dumps(message, ensure_ascii=False)


def test_a_request_without_a_word_has_no_empty_quotation() -> None:
    message: Any = render(asked(" "))

    check_message(message)
    assert not [
        part
        for each in message["blocks"]
        if each["type"] == "rich_text"
        for part in each["elements"]
        if part["type"] == "rich_text_quote" and not part["elements"][0]["text"].strip()
    ]


def test_a_card_that_asks_nothing_has_no_button() -> None:
    assert "motion.correct" not in json.dumps(render(values.card()))


def test_what_the_partner_makes_of_the_deal_is_one_line() -> None:
    said = json.dumps(render(asked(engagement="High", quality="82", best_actions=HOSTILE)), ensure_ascii=False)

    assert "says: engagement High; quality 82 of 100; next " in said
    assert "<!channel>" not in said.replace("&lt;", "")
    assert "says:" not in json.dumps(render(asked()))


def test_the_form_sends_and_does_not_only_save() -> None:
    view = correction_modal(EditForm(values.TOKEN, "Correct the referral", "AWS asks", values.form()))

    check_view(view)
    assert (view["callback_id"], view["submit"]) == (
        "motion.correct",
        {"type": "plain_text", "text": "Send", "emoji": False},
    )
