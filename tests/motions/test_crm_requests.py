"""The match beside the referral: two requests on one card, decided in any order by anybody entitled, each once."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from motions.approvals import approve, deny
from motions.cards import gather_card
from motions.crm_requests import not_now, write_it
from motions.deals import CosellFields, Money
from motions.editing import edit
from motions.model import Band, MotionState, Person, Token
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.proposals import ProposalKind, Verdict
from motions.referrals import Field
from motions.surfaces import ClickOutcome, ClickReply
from motions.sweeping import expire_cards
from tests.fakes.world import (
    ALEX,
    CHANNEL,
    DANA,
    DAY,
    DEAL,
    MOTION,
    PRIYA,
    SELLER,
    TOMAS,
    World,
    configuration,
    default_configuration,
)
from tests.motions.stages import asking, awaiting
from tests.motions.unsteady import SlowHandStore

Click = Callable[[Token, Person, Ports], ClickReply]
BOTH = pytest.mark.parametrize("click", [write_it, not_now])


def grey(**policy: Any) -> World:
    made = asking(19000, **policy)
    assert made.motion.band is Band.GREY
    return made


def request(made: World) -> tuple[Token, Verdict | None]:
    found = made.read(lambda uow: uow.decisions.latest(MOTION, ProposalKind.WRITE_CRM))
    assert found is not None
    return found[0].token, found[0].verdict


def verdicts(made: World, kind: ProposalKind) -> list[Verdict | None]:
    return [a.verdict for a, p in made.store._rows.decisions.values() if p.kind is kind]


def card_text(made: World) -> str:
    made.durable.settle()
    [card] = made.messenger.in_channel(CHANNEL)
    return str(card.message)


def written(made: World) -> CosellFields:
    made.durable.settle()
    return made.org.get(DEAL).cosell


def test_an_uncertain_match_asks_for_both_on_one_card() -> None:
    made = grey()

    card, _ = gather_card(MOTION, made.ports, mention=False)

    assert card.token == made.token
    assert card.crm is not None
    assert card.crm.token == request(made)[0] != made.token
    assert dict(card.crm.fields)["status"] == "Matched"
    assert written(made) == CosellFields()


def test_a_sure_match_is_not_asked_about() -> None:
    card, _ = gather_card(MOTION, awaiting().ports, mention=False)

    assert card.crm is None


def test_approved_it_writes_exactly_the_fields_that_were_shown_and_the_referral_still_waits() -> None:
    made = grey()
    card, _ = gather_card(MOTION, made.ports, mention=False)
    assert card.crm is not None
    made.note(score=99)

    reply = write_it(card.crm.token, PRIYA, made.ports)

    assert "The referral still waits" in reply.text
    now = written(made)
    assert {name: getattr(now, name) for name, _ in card.crm.fields} == dict(card.crm.fields)
    assert made.state is MotionState.AWAITING
    assert made.token in card_text(made)
    assert "Match for the CRM approved by Priya Raman" in card_text(made)
    assert "motion.crm_write" not in card_text(made)


def test_put_off_it_writes_nothing_and_the_referral_still_waits() -> None:
    made = grey()

    reply = not_now(request(made)[0], TOMAS, made.ports)

    assert "unless the referral is approved" in reply.text
    assert written(made) == CosellFields()
    assert "Match kept out of the CRM by Tomas Lindqvist" in card_text(made)
    assert made.state is MotionState.AWAITING


@BOTH
def test_it_is_decided_once(click: Click) -> None:
    made = grey()
    token = request(made)[0]
    click(token, PRIYA, made.ports)
    verdict = request(made)[1]

    again = write_it(token, TOMAS, made.ports)

    assert again.outcome is ClickOutcome.CHANGED_NOTHING
    assert "already" in again.text
    assert "Priya Raman" in again.text
    assert request(made)[1] is verdict


@BOTH
@pytest.mark.parametrize("by", [SELLER, ALEX], ids=lambda person: person.name)
def test_sellers_and_partners_decide_nothing_here_either(click: Click, by: Person) -> None:
    made = grey()

    assert "Only alliance managers and operators" in click(request(made)[0], by, made.ports).text
    assert request(made)[1] is None


@BOTH
def test_of_two_clicks_at_the_same_moment_one_counts(click: Click) -> None:
    made = grey()
    token = request(made)[0]
    made.ports = replace(made.ports, store=SlowHandStore(made.store))

    assert "Somebody else decided this a moment ago" in click(token, PRIYA, made.ports).text


def test_no_button_decides_the_other_request() -> None:
    made = grey()
    token = request(made)[0]

    assert "not known here any more" in approve(token, PRIYA, made.ports).text
    assert "not known here any more" in write_it(made.token, PRIYA, made.ports).text
    assert (made.decision()[0].verdict, request(made)[1]) == (None, None)


def test_approving_the_referral_covers_the_match_and_says_so_to_who_comes_second() -> None:
    made = grey()
    token = request(made)[0]

    approve(made.token, PRIYA, made.ports)

    assert request(made)[1] is Verdict.COVERED
    assert "The approval of the referral covers this already" in write_it(token, DANA, made.ports).text
    assert written(made).status == "In review"


def test_what_was_put_off_is_not_covered_but_the_filing_keeps_the_crm_true() -> None:
    made = grey()
    not_now(request(made)[0], TOMAS, made.ports)

    approve(made.token, PRIYA, made.ports)

    assert request(made)[1] is Verdict.DENIED
    assert written(made).status == "In review"


def test_the_match_first_and_the_referral_after_it_are_each_decided_once() -> None:
    made = grey()
    write_it(request(made)[0], TOMAS, made.ports)

    approve(made.token, PRIYA, made.ports)

    assert verdicts(made, ProposalKind.WRITE_CRM) == [Verdict.APPROVED]
    assert verdicts(made, ProposalKind.FILE_REFERRAL) == [Verdict.APPROVED]
    assert written(made).status == "In review"


def test_denying_the_referral_ends_both_and_leaves_the_crm_alone() -> None:
    made = grey()
    token = request(made)[0]

    deny(made.token, PRIYA, "too early", made.ports)

    assert request(made)[1] is Verdict.DENIED
    assert "already denied by Priya Raman" in write_it(token, TOMAS, made.ports).text
    assert written(made) == CosellFields()


def test_what_stands_in_the_crm_is_kept_true_after_a_denial() -> None:
    made = grey()
    write_it(request(made)[0], TOMAS, made.ports)
    made.durable.settle()

    deny(made.token, PRIYA, "too early", made.ports)

    assert written(made).status == "Denied"


def test_nobody_deciding_in_time_ends_both() -> None:
    made = grey()
    made.clock.advance(5 * DAY)

    expire_cards(made.ports)

    assert (request(made)[1], made.state) == (Verdict.EXPIRED, MotionState.EXPIRED)
    assert written(made) == CosellFields()


def test_a_match_let_in_late_does_not_overwrite_what_is_newer() -> None:
    made = grey()
    approve(made.token, PRIYA, made.ports)
    for name in ("file", "record_status", "record_match"):
        made.durable.run_named(name)

    assert made.org.get(DEAL).cosell.status == "In review"


def test_an_edit_of_the_referral_asks_about_the_match_again_on_the_new_card() -> None:
    made = grey()
    old = request(made)[0]

    edit(made.token, PRIYA, {Field.TITLE: "Another title"}, made.ports)

    new = request(made)[0]
    assert new != old
    assert "already replaced" in write_it(old, TOMAS, made.ports).text
    assert write_it(new, TOMAS, made.ports).outcome is ClickOutcome.DONE


def test_a_change_of_the_deal_asks_again_only_about_what_nobody_decided() -> None:
    made = grey()
    write_it(request(made)[0], TOMAS, made.ports)
    made.change(stage_name="Committed")
    made.poll()

    assert verdicts(made, ProposalKind.WRITE_CRM) == [Verdict.APPROVED]
    assert gather_card(MOTION, made.ports, mention=False)[0].crm is None


def test_what_was_put_off_is_asked_again_only_when_the_fields_are_others() -> None:
    made = grey()
    not_now(request(made)[0], TOMAS, made.ports)
    made.change(stage_name="Committed")
    made.poll()
    same = verdicts(made, ProposalKind.WRITE_CRM)

    made.change(amount=Money(Decimal(4000), "USD"))
    made.poll()

    assert same == [Verdict.DENIED]
    assert verdicts(made, ProposalKind.WRITE_CRM) == [Verdict.DENIED, None]


def test_a_button_of_a_card_that_moved_on_is_out_of_date() -> None:
    made = grey()
    token = request(made)[0]
    made.note(epoch=made.motion.epoch + 1)

    assert "out of date" in write_it(token, PRIYA, made.ports).text


def test_policy_may_forbid_the_write_after_it_was_asked() -> None:
    made = grey()
    table = default_configuration().policy.autonomy
    made.use(configuration(autonomy={**table, ActionKind.CRM_WRITE: {Band.GREY: Autonomy.FORBID}}))

    assert "Policy forbids writing to the CRM" in write_it(request(made)[0], PRIYA, made.ports).text


def test_bytes_that_are_not_the_sealed_ones_are_never_written() -> None:
    made = grey()
    token = request(made)[0]
    write_it(token, PRIYA, made.ports)
    approval, proposal = made.store._rows.decisions[token]
    made.store._rows.decisions[token] = (approval, replace(proposal, payload={"fields": {"status": "Won"}}))

    assert written(made) == CosellFields()
