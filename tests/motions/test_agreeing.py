"""Agreeing on a figure: both companies say so of the very figures they were shown, or it is not agreed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from motions.agreeing import agree, agree_form, tell_agreed
from motions.deals import Stage
from motions.joint import Total, view_hash
from motions.joint_forms import AgreeForm, Choice
from motions.model import Person
from motions.spaces import JointField, Side
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.world import ALEX, AWS, DANA, DEAL, JORDAN, KIM, PRIYA, SELLER, STRANGER, World
from tests.motions.forecasts import grant, joint_world, line_of, message, revoke, seen, tell_all, token_of

AMOUNT, STAGE = JointField.AMOUNT, JointField.STAGE
OURS, THEIRS = Side.OURS, Side.THEIRS


@pytest.fixture
def made() -> World:
    """Both sides have told their figures."""
    made = joint_world()
    tell_all(made)
    return made


def _agree(made: World, by: Person, customer: str = "Acme", **choices: Side) -> ClickReply:
    chosen = {JointField(name): side for name, side in choices.items()}
    reply = agree(token_of(made, customer), by, chosen, made.ports)
    made.durable.settle()
    return reply


def test_the_form_offers_both_sides_of_what_differs(made: World) -> None:
    form = agree_form(token_of(made, "Acme"), PRIYA, made.ports)

    assert isinstance(form, AgreeForm)
    assert form.choices == (
        Choice(STAGE, "4 (proposal)", "5 (committed)"),
        Choice(AMOUNT, "USD 2,000,000", "USD 2,200,000"),
    )
    assert (form.name, form.our_name, form.partner_name) == ("Acme", "Meridian", "AWS")


def test_one_side_alone_agrees_to_nothing_and_the_message_says_who_waits(made: World) -> None:
    reply = _agree(made, PRIYA, amount=THEIRS)

    assert reply.outcome is ClickOutcome.DONE
    assert "It waits for the partner" in reply.text
    assert seen(made).conflicts == 3
    assert "Priya Raman (Meridian) agrees to USD 2,200,000: waits for AWS" in str(message(made).message)


def test_both_sides_settle_all_three_and_the_totals_match(made: World) -> None:
    for by in (PRIYA, ALEX):
        _agree(made, by, "Acme", amount=THEIRS, stage=THEIRS)
        _agree(made, by, "Cygnus", amount=THEIRS)

    view = seen(made)
    assert view.conflicts == 0
    assert view.totals == (Total("USD", Decimal(11_800_000), Decimal(11_800_000)),)
    assert "no differences" in str(message(made).message)
    assert "agreed by Priya Raman and Alex Moreno" in str(message(made).message)


def test_the_log_names_company_person_agent_and_grant_of_each_word(made: World) -> None:
    _agree(made, PRIYA, amount=THEIRS)
    _agree(made, ALEX, amount=THEIRS)

    entries = made.read(lambda uow: uow.log.of(f"space:{AWS}"))
    words = [each for each in entries if each.event in {"line.said", "line.agreed"}]
    told = [
        (e.event, e.actor, e.detail["company"], e.detail["by"], e.detail["agent"], e.detail["grant"]) for e in words
    ]
    assert told == [
        ("line.said", PRIYA.name, "ours", PRIYA.key, "cosell", "aws.1"),
        ("line.agreed", ALEX.name, "aws", ALEX.key, "cosell", "aws.1"),
    ]
    assert words[1].detail["agreed"] == {"amount": "2200000 USD"}


def test_our_seller_is_told_what_the_crm_does_not_have_and_nobody_s_crm_is_written(made: World) -> None:
    before = made.ports.crm.context(DEAL).deal
    _agree(made, PRIYA, amount=THEIRS)
    _agree(made, ALEX, amount=THEIRS)

    [note] = made.messenger.in_channel("D0DARCEL")
    assert "USD 2,200,000" in str(note.message)
    assert "USD 2,000,000" in str(note.message)
    assert made.ports.crm.context(DEAL).deal == before


def test_where_the_crm_has_what_was_agreed_the_seller_is_left_alone(made: World) -> None:
    _agree(made, PRIYA, amount=OURS)
    _agree(made, ALEX, amount=OURS)

    assert made.messenger.in_channel("D0DARCEL") == []


def test_a_seller_nobody_knows_is_told_nothing(made: World) -> None:
    deal = made.read(lambda uow: uow.deals.get(DEAL))
    with made.store.transaction() as uow:
        uow.deals.save([replace(deal, owner=None)])
    _agree(made, PRIYA, amount=THEIRS)
    _agree(made, ALEX, amount=THEIRS)

    tell_agreed(AWS, "006nowhere", 1, made.ports)

    assert made.messenger.in_channel("D0DARCEL") == []


def test_a_figure_that_moved_meanwhile_makes_the_form_stale_and_says_so(made: World) -> None:
    token = token_of(made, "Acme")
    made.change(DEAL, stage=Stage.COMMITTED, stage_name="Stage 5")
    made.poll()

    reply = agree(token, ALEX, {AMOUNT: THEIRS}, made.ports)
    form = agree_form(token, ALEX, made.ports)

    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert "moved meanwhile" in reply.text
    assert isinstance(form, ClickReply)
    assert seen(made).conflicts == 2


def test_who_was_overtaken_by_a_move_is_told_so(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motions.agreeing.change_line", lambda *_args, **_named: False)

    assert "moved meanwhile" in _agree(made, PRIYA, amount=THEIRS).text


def test_the_same_person_twice_is_told_it_waits_for_the_other_side(made: World) -> None:
    _agree(made, PRIYA, amount=THEIRS)

    again, colleague = (_agree(made, by, amount=THEIRS) for by in (PRIYA, DANA))

    assert [again.outcome, colleague.outcome] == [ClickOutcome.CHANGED_NOTHING] * 2
    assert "waits for the other side" in again.text
    assert seen(made).conflicts == 3


def test_what_is_agreed_already_is_not_asked_again(made: World) -> None:
    for by in (PRIYA, ALEX):
        _agree(made, by, "Cygnus", amount=OURS)

    form = agree_form(token_of(made, "Cygnus"), PRIYA, made.ports)
    reply = _agree(made, PRIYA, "Cygnus", amount=THEIRS)

    assert isinstance(form, ClickReply)
    assert "already" in form.text
    assert reply.outcome is ClickOutcome.CHANGED_NOTHING


def test_choosing_nothing_changes_nothing(made: World) -> None:
    assert _agree(made, PRIYA).outcome is ClickOutcome.CHANGED_NOTHING


@pytest.mark.parametrize("by", [SELLER, STRANGER, KIM], ids=lambda by: by.name)
def test_nobody_else_speaks_for_a_company(made: World, by: Person) -> None:
    token = token_of(made, "Acme")

    assert isinstance(agree_form(token, by, made.ports), ClickReply)
    assert agree(token, by, {AMOUNT: THEIRS}, made.ports).outcome is ClickOutcome.CHANGED_NOTHING


def test_only_the_people_the_grant_names_speak_for_the_partner() -> None:
    made = joint_world(grants=False)
    grant(made, people=(ALEX.user_id,))
    tell_all(made)

    assert _agree(made, JORDAN, amount=THEIRS).outcome is ClickOutcome.CHANGED_NOTHING
    assert _agree(made, ALEX, amount=THEIRS).outcome is ClickOutcome.DONE


def test_after_a_revocation_nothing_is_agreed() -> None:
    made = joint_world(grants=False)
    granted = grant(made)
    tell_all(made)
    _agree(made, PRIYA, amount=THEIRS)
    revoke(made, granted)

    reply = _agree(made, ALEX, amount=THEIRS)

    assert reply.outcome is ClickOutcome.CHANGED_NOTHING
    assert "no longer shared" in reply.text


def test_agreement_is_part_of_what_both_see_the_same(made: World) -> None:
    before = view_hash(seen(made))

    _agree(made, PRIYA, amount=THEIRS)

    assert view_hash(seen(made)) != before
    assert line_of(made, "Acme").cells[1].said[0].name == PRIYA.name
