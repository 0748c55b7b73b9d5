"""What a card asks, for a reader with ten seconds: what it leads to, who is needed, what can be taken back."""

import json
from decimal import Decimal
from typing import Any

import pytest

from handlers.views import answers, render
from handlers.views.home import home as home_view
from motions.answer_surfaces import DoneAnswer, StandingLine, StandingList, StandingOffer, StatusAnswer
from motions.effects import Undo
from motions.model import MotionState
from motions.surfaces import Consequence, MotionCard, Note
from tests.handlers import values


def drawn(card: MotionCard) -> str:
    return json.dumps(render(card), ensure_ascii=False)


def buttons(message: Any) -> list[dict[str, Any]]:
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    beside = [block["accessory"] for block in message["blocks"] if "accessory" in block]
    return [button for row in rows for button in row] + beside


def labels(card: MotionCard) -> list[str]:
    return [button["text"]["text"] for button in buttons(render(card))]


def test_what_an_approval_leads_to_stands_before_the_buttons_with_what_can_be_undone() -> None:
    said = drawn(values.card())

    listed = [
        said.index(words) for words in ("If this is approved", "*Final*", "*Can be undone*", "*Can be undone in part*")
    ]
    assert listed == sorted(listed)
    assert listed[-1] < said.index("motion.approve")
    assert "Files this referral with AWS. *Final*: it can only be closed as lost." in said


def test_a_referral_that_lacks_something_promises_nothing() -> None:
    card = values.card(proposal=values.proposal(problems=(values.problem(),)), consequences=())

    assert "If this is approved" not in drawn(card)


def test_an_approval_that_can_all_be_undone_is_not_called_final() -> None:
    mild = (Consequence("Files this", Undo.REVERSIBLE, "it can be taken back"),)

    confirm = buttons(render(values.card(consequences=mild)))[0]["confirm"]

    assert "final" not in confirm["text"]["text"]


def test_a_big_deal_asks_for_two_people_and_says_so_before_the_first() -> None:
    card = values.card(people_needed=2)

    approve = buttons(render(card))[0]
    assert "Waiting for two approvals: the amount needs two different people." in drawn(card)
    assert labels(card) == ["Approve as the first", "Edit", "Deny"]
    assert approve["confirm"]["text"]["text"] == "Nothing is filed before somebody else approves it too."


def test_after_the_first_approval_the_card_names_who_gave_it() -> None:
    card = values.card(people_needed=2, first_name="Priya Raman")

    assert "Approved by Priya Raman; one more approval needed, from somebody else." in drawn(card)
    assert labels(card) == ["Approve as the second", "Edit", "Deny"]
    assert buttons(render(card))[0]["confirm"]["confirm"]["text"] == "File it"


def test_the_match_for_the_crm_is_asked_beside_the_referral_with_every_field_it_writes() -> None:
    card = values.card(crm=values.crm_request())

    said = drawn(card)
    by_id = {button["action_id"]: button["value"] for button in buttons(render(card))}
    assert "Write this match to the deal in the CRM?" in said
    assert all(line in said for line in ("Status: Matched", "Partner: AWS", "Why: Acmeco runs on AWS", "Score: 52"))
    assert "Approving the referral covers this too." in said
    assert (by_id["motion.crm_write"], by_id["motion.crm_skip"]) == ("crm-token", "crm-token")
    assert by_id["motion.approve"] == values.TOKEN


def test_a_field_this_view_has_no_word_for_is_shown_by_its_name() -> None:
    request = values.crm_request()
    card = values.card(crm=type(request)(request.token, (("thread", "C1"),)))

    assert "thread: C1" in drawn(card)


def test_an_approval_that_has_not_left_can_be_taken_back() -> None:
    filing = values.motion(state=MotionState.FILING)
    card = values.card(motion=filing, token=None, take_back=values.TOKEN)

    [button] = buttons(render(card))
    assert (button["action_id"], button["value"]) == ("motion.take_back", values.TOKEN)
    assert "Nothing has left yet" in button["confirm"]["text"]["text"]
    assert labels(values.card(motion=filing, token=None)) == []


@pytest.mark.parametrize(
    ("state", "meaning"), [(MotionState.AWAITING, "You can decide"), (MotionState.FILING, "The referral is kept")]
)
def test_a_card_says_that_everything_is_stopped_and_what_that_means_for_it(state: MotionState, meaning: str) -> None:
    card = values.card(motion=values.motion(state=state), stopped="Dana stopped cosell at 09:00: wrong price list.")

    said = drawn(card)
    assert "*Nothing leaves at the moment.* Dana stopped cosell at 09:00: wrong price list." in said
    assert meaning in said


@pytest.mark.parametrize(
    ("state", "meaning"),
    [(MotionState.AWAITING, "an approval changes nothing"), (MotionState.FILING, "is finished as it was approved")],
)
def test_a_held_card_says_so_and_what_that_means_for_it(state: MotionState, meaning: str) -> None:
    why = "aws asks for something else <now>."
    card = values.card(motion=values.motion(state=state), held=why, stopped="Dana stopped cosell.")

    said = drawn(card)
    assert "*Held.* aws asks for something else &lt;now&gt;." in said
    assert meaning in said
    assert "Nothing leaves" not in said


def test_status_and_home_say_that_everything_is_stopped() -> None:
    status = json.dumps(answers.draw(StatusAnswer((), 0, None, "", "Dana stopped cosell.")))
    desk = values.home_view()

    assert "*Nothing leaves at the moment.* Dana stopped cosell." in status
    assert "Nothing leaves" not in json.dumps(home_view(desk))
    assert "Dana stopped cosell." in json.dumps(
        home_view(type(desk)(**{**desk.__dict__, "stopped": "Dana stopped cosell."}))
    )


def test_a_note_mentions_whom_it_is_for() -> None:
    message = render(Note("It still waits", ("Next: decide.",), None, "U0PRIYA"))

    assert message["blocks"][0]["text"]["text"].startswith("<@U0PRIYA> *It still waits*")  # type: ignore[index]


def test_the_offer_of_a_standing_approval_says_exactly_what_it_means() -> None:
    message = answers.draw(StandingOffer(values.standing(), "AWS", Decimal(1000000)))

    said, [give] = json.dumps(message), buttons(message)
    for words in (
        "EUR 250,000, in that currency only",
        "2026-12-31 (UTC)",
        "without a click",
        "1,000,000 on, which need two people",
    ):
        assert words in said
    assert (give["action_id"], give["value"]) == ("standing.give", "standing-token")
    assert "filed without asking you" in give["confirm"]["text"]["text"]


def test_an_offer_speaks_of_two_people_only_where_policy_does() -> None:
    assert "two people" not in json.dumps(answers.draw(StandingOffer(values.standing(), "AWS", None)))


def test_the_list_marks_what_counts_no_more_and_offers_to_revoke_each() -> None:
    lines = (
        StandingLine(values.standing(), "AWS", None),
        StandingLine(values.standing(), "AWS", "ended on 2026-01-01"),
    )

    message = answers.draw(StandingList(lines))

    assert [button["action_id"] for button in buttons(message)] == ["standing.revoke"] * 2
    assert "Counts no more: it ended on 2026-01-01." in json.dumps(message)
    assert "Standing approvals (2)" in json.dumps(message)


def test_a_long_list_counts_the_rest() -> None:
    message = answers.draw(StandingList((StandingLine(values.standing(), "AWS", None),) * 25))

    assert len(buttons(message)) == 20
    assert "and 5 more" in json.dumps(message)


def test_an_empty_list_shows_how_to_give_one() -> None:
    assert "up to 250000 EUR until 2026-12-31" in json.dumps(answers.draw(StandingList(())))


def test_what_a_command_did_is_said() -> None:
    assert "Stopped. Nothing leaves" in json.dumps(answers.draw(DoneAnswer("Stopped. Nothing leaves.")))
