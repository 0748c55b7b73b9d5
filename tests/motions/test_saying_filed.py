"""Somebody says under which reference of the partner's a pack was filed: on the card, by the rules of the terminal."""

from dataclasses import replace
from typing import Any

import pytest

from motions import filed_by_hand
from motions.canonical import text_of, value_of
from motions.filed_by_hand import file_as, filed, filed_form
from motions.model import MotionId, MotionState, ProposalId, Token
from motions.referrals import Review
from motions.reviewing import watch_portal
from motions.sheet_surfaces import LONGEST, FiledForm, NotTaken
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.world import CHANNEL, DEAL, MOTION, PRIYA, SELLER, STRANGER, World
from tests.motions.by_hand import TO_DO, Packs, with_packs
from tests.motions.outside import ProcessDied
from tests.motions.stages import POLL

BUTTON = "motion.filed"


@pytest.fixture
def made() -> World:
    """A motion whose pack waits, and whose card asks for the reference."""
    return with_packs()


def card(made: World) -> str:
    [posted] = made.messenger.in_channel(CHANNEL)
    return str(posted.message)


def say(made: World, reference: str = "DR-1001", **by: Any) -> ClickReply | NotTaken:
    return filed(by.get("token", made.token), by.get("by", PRIYA), reference, made.ports)


def reply(outcome: object) -> ClickReply:
    assert isinstance(outcome, ClickReply)
    return outcome


def said(made: World) -> list[Any]:
    return [entry for entry in made.read(lambda uow: uow.log.of(MOTION)) if entry.event == "sheet.filed"]


def test_the_card_asks_for_the_reference_while_the_pack_waits(made: World) -> None:
    assert BUTTON in card(made)
    assert "The pack O1 waits to be filed with AWS by a person" in card(made)
    assert "Packed as O1, to be filed with AWS by hand" in card(made)
    assert TO_DO in card(made)


def test_the_form_shows_what_was_approved_and_where_the_pack_is(made: World) -> None:
    form = filed_form(made.token, PRIYA, made.ports)

    assert isinstance(form, FiledForm)
    assert (form.pack, form.to_do, form.token) == ("O1", TO_DO, made.token)
    assert dict(form.lines) == {line.label: line.value for line in made.decision()[1].form if line.value}
    assert value_of(FiledForm, text_of(FiledForm, form)) == form


def test_the_reference_counts_and_the_card_and_the_crm_show_it(made: World) -> None:
    outcome = reply(say(made, "  DR-1001 "))
    made.advance(4 * POLL)

    assert outcome.outcome is ClickOutcome.DONE
    assert made.motion.referral_id == "DR-1001"
    assert made.org.get(DEAL).cosell.referral_id == "DR-1001"
    assert [(entry.actor, entry.detail["reference"]) for entry in said(made)] == [(PRIYA.name, "DR-1001")]
    assert "Filed by hand as DR-1001 by Priya Raman" in card(made)
    assert BUTTON not in card(made)


def test_said_twice_it_changes_nothing_and_says_so(made: World) -> None:
    say(made)

    again = reply(say(made))
    made.advance(4 * POLL)
    later = reply(say(made))

    assert (again.outcome, later.outcome) == (ClickOutcome.CHANGED_NOTHING,) * 2
    assert "is filed as DR-1001 already" in again.text
    assert "is filed as DR-1001 already" in later.text
    assert len(said(made)) == 1


def test_what_was_filed_and_not_logged_before_a_crash_is_not_called_the_packs_own_id(
    made: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*_given: object) -> None:
        raise ProcessDied

    monkeypatch.setattr(filed_by_hand, "write_log", dying)
    with pytest.raises(ProcessDied):
        say(made)
    made.advance(POLL)
    watch_portal("aws", made.ports)
    made.durable.settle()
    portal = made.ports.portals["aws"]
    assert isinstance(portal, Packs)

    is_news = file_as(made.motion, "DR-1001", portal, by="cosell", store=made.store, clock=made.clock)

    assert (made.motion.referral_id, is_news) == ("DR-1001", False)


def test_of_two_who_say_the_same_at_once_one_is_told_so(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = made.ports.portals["aws"]
    assert isinstance(portal, Packs)
    others: list[object] = []

    def meanwhile(_referral_id: str, reference: str) -> None:
        monkeypatch.undo()
        others.append(say(made, reference))

    monkeypatch.setattr(portal, "filed", meanwhile)
    mine = reply(say(made))

    assert (reply(others[0]).outcome, mine.outcome) == (ClickOutcome.DONE, ClickOutcome.CHANGED_NOTHING)
    assert len(said(made)) == 1


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("", "not empty"),
        ("  ", "not empty"),
        ("D" * (LONGEST + 1), "80 at most"),
        ("DR-\u202e1001", "no screen shows"),
        ("O1", "the pack's own id"),
    ],
)
def test_what_cannot_be_a_reference_is_said_beside_the_input(made: World, reference: str, why: str) -> None:
    outcome = say(made, reference)

    assert isinstance(outcome, NotTaken)
    assert why in outcome.why
    assert said(made) == []


def test_another_deals_reference_is_not_this_ones(made: World) -> None:
    other = replace(made.motion, id=MotionId("006B|aws"), referral_id="DR-7", deal_name="Borealis rollout")
    with made.ports.store.transaction() as uow:
        uow.motions.add(other)

    outcome = say(made, "DR-7")

    assert isinstance(outcome, NotTaken)
    assert "DR-7 is the reference of Borealis rollout already" in outcome.why


def test_a_second_reference_is_not_taken(made: World) -> None:
    say(made, "DR-1001")

    outcome = say(made, "DR-1002")

    assert isinstance(outcome, NotTaken)
    assert "filed as DR-1001 already" in outcome.why


@pytest.mark.parametrize("by", [SELLER, STRANGER])
def test_only_those_who_decide_referrals_say_so(made: World, by: Any) -> None:
    outcomes = reply(say(made, by=by)), reply(filed_form(made.token, by, made.ports))

    assert [each.outcome for each in outcomes] == [ClickOutcome.CHANGED_NOTHING] * 2
    assert "Only alliance managers" in outcomes[0].text
    assert said(made) == []


def test_a_button_nobody_knows_says_so(made: World) -> None:
    assert "not known here" in reply(say(made, token=Token("none"))).text


def test_an_older_referrals_button_says_so(made: World) -> None:
    approval, proposal = made.decision()
    with made.ports.store.transaction() as uow:
        uow.decisions.add(replace(proposal, id=ProposalId("newer")), replace(approval, token=Token("newer")))

    assert "out of date" in reply(say(made, token=approval.token)).text


def test_once_decided_there_is_nothing_to_say(made: World) -> None:
    made.portal.review("O1", Review.ACCEPTED)
    made.advance(8 * POLL)
    assert made.state is MotionState.HANDED_OFF

    assert "already" in reply(filed_form(made.token, PRIYA, made.ports)).text


def test_a_partner_that_has_a_portal_by_now_is_not_filed_at_by_hand(made: World) -> None:
    made.ports = replace(made.ports, portals={"aws": made.portal})

    assert "not filed at by hand any more" in reply(say(made)).text
