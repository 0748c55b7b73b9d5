"""What a partner's people see: the given values, inert, within Slack's limits, and the same for the same values."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers.views import partner, render
from motions.model import Token
from motions.partner_surfaces import PartnerHelp, SharedDeals, SharedTerms
from motions.surfaces import Note
from sandbox.slack.limits import message_problems, view_problems
from tests.handlers import values

TERMS = SharedTerms(values.AWS, ("customer", "country"), ("handoff",), date(2027, 1, 1), "Alex Moreno", Token("aws.1"))


def drawn(message: Any) -> str:
    return json.dumps(message, ensure_ascii=False)


@pytest.mark.parametrize("name", values.EXTREMES.values(), ids=values.EXTREMES)
def test_whatever_stands_in_a_deal_slack_takes_it(name: str) -> None:
    deal = values.shared_deal(name)
    listed = SharedDeals(values.AWS, (deal,) * 10, 3)

    assert list(message_problems(partner.draw(listed)["blocks"])) == []
    assert list(view_problems(partner.home(listed), "home")) == []
    assert list(view_problems(partner.details(deal), "modal")) == []
    assert list(message_problems(render(Note("Asked", quote=name))["blocks"])) == []


@pytest.mark.parametrize("form", [partner.decline_form, partner.ask_form, partner.next_step_form])
def test_a_form_holds_its_token_and_no_fact(form: Any) -> None:
    view = form(values.TOKEN)

    assert list(view_problems(view, "modal")) == []
    assert view["private_metadata"] == values.TOKEN
    assert "Acmeco" not in drawn(view)


def test_hostile_words_of_a_deal_are_inert() -> None:
    shown = drawn(partner.draw(SharedDeals(values.AWS, (values.shared_deal(values.HOSTILE),))))

    assert "<!channel>" not in shown
    assert "<https://evil.example" not in shown


def test_a_deal_somebody_is_on_has_no_button_to_take_it() -> None:
    taken = replace(values.shared_deal(), is_open=False, standing="Alex Moreno is on it.")
    shown = drawn(partner.draw(SharedDeals(values.AWS, (taken,))))

    assert "handoff.take" not in shown
    assert "handoff.decline" not in shown
    assert "handoff.details" in shown


def test_nothing_handed_over_says_so() -> None:
    assert "Nothing is handed to you" in drawn(partner.draw(SharedDeals(values.AWS, ())))


def test_what_is_shared_names_fields_purposes_and_the_end_with_its_button() -> None:
    shown = drawn(partner.draw(TERMS))

    for words in ("customer, country", "handoff", "2027-01-01", "Alex Moreno", '"grant.revoke"', "aws.1"):
        assert words in shown
    assert list(message_problems(partner.draw(TERMS)["blocks"])) == []


def test_help_says_why_and_what_can_be_asked() -> None:
    shown = drawn(partner.draw(PartnerHelp(values.AWS, "Nothing there.")))

    assert "Nothing there." in shown
    assert "`status`" in shown


def test_a_proposed_step_is_shown_beside_ours() -> None:
    deal = replace(values.shared_deal(), proposed="Call on Friday")

    assert "*You proposed:* Call on Friday" in drawn(partner.details(deal))
    assert "You proposed" not in drawn(partner.details(replace(deal, proposed="")))


def test_a_stub_holds_no_word_of_the_deal() -> None:
    """Byte for byte the same for two deals."""
    one = render(values.handoff("Acmeco", is_stub=True))
    other = render(values.handoff("Contoso", is_stub=True, next_step="Another", fields=(), text="Something else"))

    assert one == other
    assert "handoff.details" in drawn(one)


def test_a_declined_handoff_says_who_and_can_still_be_taken() -> None:
    shown = drawn(render(values.handoff(declined_by="Alex Moreno")))

    assert "Alex Moreno declined it." in shown
    assert "handoff.take" in shown


def test_somebody_elses_words_are_a_quotation() -> None:
    shown = render(Note("Asked", quote=values.HOSTILE))

    assert '"rich_text_quote"' in drawn(shown)
    assert '"rich_text_quote"' not in drawn(render(Note("Asked")))
