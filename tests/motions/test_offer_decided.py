"""The button that has a private offer drafted: who may press it, once, and on what its card showed."""

from dataclasses import replace

import pytest

from motions.model import Person, Token
from motions.policy import ActionKind, Autonomy
from motions.proposals import Verdict
from tests.fakes.world import ALEX, DAY, DEAL, SELLER, STRANGER, configuration
from tests.motions.quoted import (
    OFFER,
    PROPOSED,
    QUOTE,
    changed_nothing,
    lose,
    market,
    offer,
    quoted,
    say_draft,
    tamper,
    token_of,
)


@pytest.mark.parametrize("by", [SELLER, ALEX, STRANGER])
def test_only_those_who_decide_referrals_have_offers_drafted(by: Person) -> None:
    made = quoted()

    assert changed_nothing(say_draft(made, by), "Only alliance managers and operators")
    assert offer(made).state is PROPOSED


def test_a_second_click_is_told_who_decided() -> None:
    made = quoted()
    token = token_of(made)
    say_draft(made)

    assert changed_nothing(say_draft(made, token=token), "Priya Raman", "is being drafted already")
    made.durable.settle()
    assert changed_nothing(say_draft(made, token=token), "was drafted already")
    assert market(made).offers == ["offer-1"]


def test_who_is_a_moment_too_late_is_told() -> None:
    made = quoted()
    token = token_of(made)
    with made.store.transaction() as uow:
        uow.decisions.claim(token, Verdict.DENIED, by=None, at=made.clock.now())

    assert changed_nothing(say_draft(made), "a moment ago")


def test_a_button_nobody_knows_and_one_of_another_card_draft_nothing() -> None:
    made = quoted()

    assert changed_nothing(say_draft(made, token=Token("nothing")), "not known here any more")
    assert changed_nothing(say_draft(made, token=made.decision()[0].token), "not known here any more")


def test_a_quote_that_is_over_cannot_be_drafted() -> None:
    made = quoted()
    made.clock.advance(100 * DAY)

    assert changed_nothing(say_draft(made), "no longer valid")


def test_policy_may_forbid_it() -> None:
    table = configuration().policy.model_dump(mode="json")["autonomy"]
    made = quoted()
    kind = ActionKind.PORTAL_FILING.value
    made.configure(autonomy={**table, kind: dict.fromkeys(table[kind], Autonomy.FORBID.value)})

    assert changed_nothing(say_draft(made), "Policy forbids")


def test_a_quote_that_changed_a_moment_ago_is_not_drafted() -> None:
    made = quoted()
    with made.store.transaction() as uow:
        deal = uow.deals.get(DEAL)
        assert deal is not None
        uow.deals.save([replace(deal, quote=replace(QUOTE, number="Q-18"))])

    assert changed_nothing(say_draft(made), "The quote changed")


def test_a_deal_that_was_lost_a_moment_ago_is_drafted_nothing() -> None:
    made = quoted()
    lose(made)

    assert changed_nothing(say_draft(made), "The deal was lost a moment ago")


def test_a_card_that_was_tampered_with_drafts_nothing_and_an_operator_is_told() -> None:
    made = quoted()
    tamper(made)

    assert changed_nothing(say_draft(made), "An operator was told")
    assert made.problems(OFFER) == ["seal-broken"]
