"""The card of a deal a partner brings, read in ten seconds, and the forms behind its buttons."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.views import render
from handlers.views.invitation_forms import accept_modal, deal_chosen, reason_chosen, reject_modal
from motions.deals import OpportunityId
from motions.invitation_surfaces import AcceptForm, DealLink, InvitationCard, RejectForm
from motions.invitations import Candidate, Facts, Invitation, InvitationState
from motions.model import ExceptionItem, Token
from tests.contracts.test_store_invitations import AT, DEAL, an_invitation
from tests.fakes.portal_invitations import FACTS
from tests.handlers import values
from tests.handlers.validators import check_message, check_view

PENDING, ACCEPTED, REJECTED = InvitationState.PENDING, InvitationState.ACCEPTED, InvitationState.REJECTED
extreme = pytest.mark.parametrize("name", values.EXTREMES.values(), ids=values.EXTREMES.keys())


def a_card(invitation: Invitation | None = None, **changes: Any) -> InvitationCard:
    """A typical one that asks."""
    asking = an_invitation(opportunity_id=None, referral_id=None, answered_by=None, answered_at=None, reason=None)
    ours = DealLink(Candidate(DEAL, "Acmeco rollout", "same web address"), "https://crm.example/1")
    return replace(InvitationCard(invitation or asking, "AWS", (ours,), Token("t")), **changes)


def shown(card: InvitationCard) -> str:
    """The card as it is drawn, valid for Slack."""
    message = render(card)
    check_message(message)
    return str(message)


def test_an_open_invitation_says_what_until_when_and_which_deal_it_may_be() -> None:
    said = shown(a_card(manager_slack_id="U0PRIYA"))

    for words in (
        "Acmeco: a deal AWS brings",
        "<@U0PRIYA>",
        "14 days to answer, until",
        "Move the warehouse system",
        "Orders are lost whenever",
        "USD 18,000 a month",
        "2027-03-01",
        "Jordan Ellis, PDM",
        "Retail, US, www.acmeco.example",
        "<https://crm.example/1|Acmeco rollout>: same web address",
        "invitation.accept",
        "invitation.reject",
    ):
        assert words in said


def test_one_that_looks_like_none_of_ours_says_so() -> None:
    assert "None of our open deals looks like it" in shown(a_card(deals=()))


def test_a_deal_that_is_filed_already_is_marked() -> None:
    twin = DealLink(Candidate(DEAL, "Acmeco rollout", "same customer name", "filed as O7"), "https://crm.example/1")

    assert "same customer name, filed as O7 already" in shown(a_card(deals=(twin,)))


@pytest.mark.parametrize(("days", "words"), [(15, "*15 days"), (3, ":hourglass: 3 days"), (1, "Less than a day")])
def test_the_clock_is_said_in_days(days: int, words: str) -> None:
    card = a_card()

    assert words in shown(replace(card, invitation=replace(card.invitation, days_left=days)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": InvitationState.ACCEPTING}, "Priya Raman accepted it. AWS's portal is being told."),
        ({"state": InvitationState.REJECTING}, "Priya Raman rejected it. AWS's portal is being told."),
        ({"state": InvitationState.LINKING}, "Accepted. It is being linked to our deal."),
        ({"state": ACCEPTED}, "Accepted by Priya Raman. It is O8 there."),
        ({"state": ACCEPTED, "answered_by": None, "referral_id": None}, "Accepted in AWS's own portal, not here."),
        ({"state": REJECTED}, "Rejected by Priya Raman. Reason: Other."),
        ({"state": REJECTED, "answered_by": None, "reason": None}, "Rejected in AWS's own portal, not here."),
        ({"state": InvitationState.EXPIRED}, "Lapsed. Nobody answered in time."),
    ],
)
def test_one_that_is_answered_says_by_whom_and_has_no_button_that_answers(changes: dict[str, Any], words: str) -> None:
    said = shown(a_card(an_invitation(**changes), token=None))

    assert words in said
    assert "invitation.accept" not in said
    assert "Ours may be" not in said
    assert "invitation.link" not in said


def test_one_without_a_deal_has_the_button_that_links_it_and_says_what_is_missing() -> None:
    problem = ExceptionItem("1", "engi-1", None, "deal-missing", "The CRM has no deal for it.", "Create it.", "p@x", AT)

    said = shown(a_card(an_invitation(state=ACCEPTED, opportunity_id=None), token=None, problems=(problem,)))

    assert "'action_id': 'invitation.link'" in said
    assert "The CRM has no deal for it. Create it." in said


def test_one_with_a_deal_links_to_it() -> None:
    said = shown(a_card(an_invitation(state=ACCEPTED), token=None, deal=("Acmeco rollout", "https://crm.example/1")))

    assert "*Our deal:* <https://crm.example/1|Acmeco rollout>" in said


def test_what_the_partner_wrote_does_nothing() -> None:
    evil = replace(FACTS, customer="<!channel> *Acme*", title="<@U0PRIYA>", contacts=("<http://evil|click>",))

    drawn: Any = render(a_card(an_invitation(facts=evil)))["blocks"]
    headline, *rest = drawn

    assert headline["text"]["type"] == "plain_text"
    assert [words for words in ("<!channel>", "*Acme*", "<@U0PRIYA>", "<http://evil") if words in str(rest)] == []


@extreme
@pytest.mark.parametrize("state", InvitationState)
def test_a_card_fits_in_every_state(name: str, state: InvitationState) -> None:
    facts = Facts(name, name, name * 30, name, name, name, FACTS.monthly_spend, FACTS.close_date, (name,) * 3, name)
    crowded = an_invitation(
        state=state, facts=facts, next_act=name, manager_email=name, reason=name, referral_id=name, answered_by=name
    )
    deal = DealLink(Candidate(OpportunityId(name), name, name, name), f"https://crm.example/{'x' * 60}")
    problem = ExceptionItem("1", "engi-1", None, "x", name, name, name, AT)
    card = InvitationCard(
        crowded,
        name,
        (deal,) * 4,
        Token("t") if state is PENDING else None,
        "U0PRIYA",
        (name, deal.url),
        (problem,) * 4,
    )

    check_message(render(card))


def test_the_least_there_is_to_say_fits() -> None:
    check_message(render(a_card(an_invitation(facts=Facts("", "", ""), next_act=""), deals=())))


CHOICES = ((DEAL, "Acmeco rollout (same web address)"), ("0062", "Another (similar customer name)"))


def test_accepting_asks_for_the_deal_and_offers_a_new_one() -> None:
    modal = accept_modal(AcceptForm(Token("t"), "AWS", "Acmeco", CHOICES))
    check_view(modal)

    assert [each["value"] for each in _options(modal)] == [DEAL, "0062", "new"]
    assert "AWS is told yes, and sees nothing of our deal" in str(modal)


@pytest.mark.parametrize("choices", [CHOICES, ()])
def test_linking_offers_no_new_deal(choices: tuple[tuple[str, str], ...]) -> None:
    modal = accept_modal(AcceptForm(Token("t"), "AWS", "Acmeco", choices, is_accepted=True))
    check_view(modal)

    assert "'new'" not in str(modal)
    assert ("static_select" in str(modal)) == bool(choices)


def test_rejecting_offers_the_portals_reasons() -> None:
    modal = reject_modal(RejectForm(Token("t"), "AWS", "Acmeco", ("Unable to support", "Other")))
    check_view(modal)

    assert [each["value"] for each in _options(modal)] == ["Unable to support", "Other"]
    assert "cannot be taken back" in str(modal)


@extreme
def test_the_forms_fit(name: str) -> None:
    check_view(accept_modal(AcceptForm(Token("t"), name, name, ((DEAL, name),))))
    check_view(reject_modal(RejectForm(Token("t"), name, name, ("Other",))))


@pytest.mark.parametrize(
    ("picked", "typed", "chosen"),
    [
        (DEAL, None, (DEAL, "", False)),
        ("new", None, ("", "", True)),
        (None, "  Acmeco \n rollout ", ("", "Acmeco rollout", False)),
        (None, None, ("", "", False)),
    ],
)
def test_what_was_chosen_is_read(picked: str | None, typed: str | None, chosen: tuple[str, str, bool]) -> None:
    option = {"selected_option": {"value": picked} if picked else None}
    state = {"invitation.deal": {"value": option}, "invitation.other": {"value": {"value": typed}}}

    assert deal_chosen({"state": {"values": state}}) == chosen


def test_a_form_without_a_list_is_read_too() -> None:
    state = {"invitation.other": {"value": {"value": "Acmeco"}}}

    assert deal_chosen({"state": {"values": state}}) == ("", "Acmeco", False)


def test_the_reason_is_read() -> None:
    state = {"invitation.reason": {"value": {"selected_option": {"value": "Other"}}}}

    assert reason_chosen({"state": {"values": state}}) == "Other"


def _options(modal: Any) -> list[Any]:
    (select,) = [each for each in modal["blocks"] if each.get("element", {}).get("type") == "static_select"]
    found: list[Any] = select["element"]["options"]
    return found
