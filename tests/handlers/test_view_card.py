"""The card: says what is needed in words, shows exactly what would be filed, and offers only what is possible."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers.views import render
from motions.model import MotionState
from motions.referrals import Field, FormField, InputKind
from motions.surfaces import MotionCard
from tests.handlers import values


def drawn(card: MotionCard) -> str:
    return json.dumps(render(card), ensure_ascii=False)


def buttons(card: MotionCard) -> list[dict[str, Any]]:
    blocks: Any = render(card)["blocks"]
    return [button for block in blocks if block["type"] == "actions" for button in block["elements"]]


def labels(card: MotionCard) -> list[str]:
    return [button["text"]["text"] for button in buttons(card)]


def test_a_ready_card_offers_approval_with_a_warning() -> None:
    approve, edit, deny = buttons(values.card())

    assert [each["action_id"] for each in (approve, edit, deny)] == ["motion.approve", "motion.edit", "motion.deny"]
    assert approve["style"] == "primary"
    assert "This is final: it can only be closed as lost." in approve["confirm"]["text"]["text"]


def test_a_button_carries_the_token_and_nothing_else() -> None:
    assert {button["value"] for button in buttons(values.card())} == {values.TOKEN}


def test_a_card_with_something_missing_asks_for_it_and_cannot_be_approved() -> None:
    card = values.card(proposal=values.proposal(problems=(values.problem(),)))

    assert [button["action_id"] for button in buttons(card)] == ["motion.answer", "motion.deny"]
    assert "Waiting for your answer" in drawn(card)
    assert "The website is missing. Type the customer's website." in drawn(card)


@pytest.mark.parametrize("state", [state for state in MotionState if state is not MotionState.AWAITING])
def test_a_decided_card_has_no_buttons(state: MotionState) -> None:
    assert labels(values.card(motion=values.motion(state=state))) == []


def test_a_card_without_a_token_has_no_buttons() -> None:
    assert labels(values.card(token=None)) == []


@pytest.mark.parametrize("field", values.form(), ids=lambda field: field.label)
def test_every_line_of_the_referral_is_shown_exactly(field: FormField) -> None:
    blocks: Any = render(values.card())["blocks"]
    texts = [
        run["text"]
        for block in blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        if part["type"] == "rich_text_list"
        for line in part["elements"]
        for run in line["elements"]
    ]

    assert f"{field.label}: " in texts
    assert (field.value or "empty") in texts
    assert field.note is None or f" ({field.note})" in texts


def test_what_the_partner_would_read_is_shown_too() -> None:
    shown = drawn(values.card())

    assert "What AWS would read in <#C0SHAREDAWS>" in shown
    assert "We would like to work Acmeco with you." in shown
    assert "Intro call" in shown


def test_a_referral_too_long_to_show_says_so_and_offers_no_approval() -> None:
    long = FormField(Field.PROBLEM, "Business problem", "word " * 3000, InputKind.LONG_TEXT)

    card = values.card(proposal=values.proposal(lines=(long,)))

    assert "too long to be shown whole" in drawn(card)
    assert labels(card) == ["Edit", "Deny"]


def test_a_crowded_card_gives_up_the_brief_before_the_referral() -> None:
    long = FormField(Field.PROBLEM, "Business problem", "word " * 1600, InputKind.LONG_TEXT)

    card = values.card(proposal=values.proposal(lines=(long,)), motion=values.motion(brief="said " * 149))

    assert "Approve and file" in labels(card)
    assert "word word" in drawn(card)
    assert "*Brief*" not in drawn(card)


def test_hidden_characters_in_a_value_are_pointed_out() -> None:
    assert "characters in it that no screen shows: 2" in drawn(values.card("Ac\u202eme\u200bco"))


def test_the_manager_is_mentioned_only_when_named() -> None:
    assert "<@U0PRIYA>" in drawn(values.card(manager_slack_id="U0PRIYA"))
    assert "<@" not in drawn(values.card())


def test_the_brief_is_capped_at_150_words() -> None:
    card = values.card(motion=values.motion(brief=" ".join(f"w{n}" for n in range(200))))

    assert "w149 …" in drawn(card)
    assert "w150" not in drawn(card)


def test_at_most_four_reasons_are_shown() -> None:
    reasons = values.motion().reasons
    many = tuple(replace(reasons[0], text=f"reason {n}") for n in range(9))

    shown = drawn(values.card(motion=values.motion(reasons=many)))

    assert "reason 3" in shown
    assert "reason 4" not in shown


def test_what_is_missing_stuck_and_done_is_named() -> None:
    shown = drawn(values.card(problems=(values.exception(),)))

    assert "*Not known:* close date" in shown
    assert "The portal refused Acmeco. fix the address in the CRM" in shown
    assert "Changed by Priya Raman" in shown


def test_the_card_says_when_it_ends_and_who_wrote_it() -> None:
    shown = drawn(values.card())

    assert "This request ends <!date^" in shown
    assert "Drafted by playbook v1 (no AI model configured)" in shown
    assert "Confidence: high (72 of 100)" in shown


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (MotionState.MATCHED, "Matched with AWS."),
        (MotionState.FILING, "being filed with AWS"),
        (MotionState.IN_REVIEW, "Filed with AWS (O123). AWS is reviewing it."),
        (MotionState.ACCEPTED, "AWS accepted the referral (O123)"),
        (MotionState.HANDED_OFF, "Handed to AWS's seller"),
        (MotionState.ENGAGED, "AWS is on it"),
        (MotionState.DENIED, "Denied. Nothing was filed."),
        (MotionState.EXPIRED, "Withdrawn"),
        (MotionState.REJECTED, "AWS rejected the referral (O123)"),
        (MotionState.NEEDS_PERSON, "A person has to decide"),
    ],
)
def test_the_state_is_said_in_words(state: MotionState, words: str) -> None:
    assert words in drawn(values.card(motion=values.motion(state=state, referral_id="O123", pam="Jordan Blake")))


@pytest.mark.parametrize("state", MotionState)
def test_nothing_from_outside_is_live_in_any_state(state: MotionState) -> None:
    card = values.card(values.HOSTILE)

    for words in _mrkdwn(render(replace(card, motion=values.motion(values.HOSTILE, state=state)))):
        assert "<!channel>" not in words
        assert "<@" not in words
        assert "<https://evil" not in words
        assert "\u202e" not in words


def _mrkdwn(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        assert value.get("type") != "mrkdwn" or value["verbatim"] is True
        return own + [each for part in value.values() for each in _mrkdwn(part)]
    return [each for part in value for each in _mrkdwn(part)] if isinstance(value, list) else []
