"""A world in which an accepted deal has a quote, and hands to have it drafted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from motions.deals import Money, Quote
from motions.model import Person, Token
from motions.offer_cards import latest_request
from motions.offer_desk import draft
from motions.offers import OfferId, OfferState, PrivateOffer, offer_id_of
from motions.performing import LEASE
from motions.surfaces import ClickOutcome, ClickReply
from tests.fakes.marketplace import PRODUCT, FakeMarketplace
from tests.fakes.world import DEAL, MINUTE, MOTION, PRIYA, World
from tests.motions.stages import handed_off

OFFER: OfferId = offer_id_of(MOTION)
QUOTE = Quote(
    number="Q-17",
    is_approved=True,
    amount=Money(Decimal(48000), "USD"),
    months=12,
    valid_until=date(2027, 1, 31),
    product=PRODUCT,
    buyer_account="111122223333",
    amount_from="Opportunity.Quote_Amount__c, Opportunity.Quote_Term_Months__c",
    buyer_from="Opportunity.Buyer_AWS_Account__c",
)
PROPOSED, DRAFTING, DRAFTED = OfferState.PROPOSED, OfferState.DRAFTING, OfferState.DRAFTED
LOST = LEASE + MINUTE


def quoted(policy: dict[str, Any] | None = None, **changes: Any) -> World:
    """The deal was accepted, and then its quote was approved; the offer's card is out."""
    made = handed_off(**(policy or {}))
    requote(made, **changes)
    return made


def requote(made: World, **changes: Any) -> None:
    """Somebody saves another quote, and the bot reads it."""
    made.change(quote=replace(QUOTE, **changes))
    made.poll()


def offer(made: World) -> PrivateOffer:
    found = the_offer(made)
    assert found is not None
    return found


def the_offer(made: World) -> PrivateOffer | None:
    found: PrivateOffer | None = made.read(lambda uow: uow.offers.get(OFFER))
    return found


def market(made: World) -> FakeMarketplace:
    return made.portal.marketplace


def token_of(made: World) -> Token:
    """What the button of the newest request carries."""
    found: Token = made.read(lambda uow: latest_request(OFFER, uow)[0].token)
    return found


def say_draft(made: World, by: Person = PRIYA, token: Token | None = None) -> ClickReply:
    """Press Draft private offer; nothing else happens yet."""
    return draft(token or token_of(made), by, made.ports)


def drafted(made: World) -> World:
    """Drafted, and all that follows done."""
    say_draft(made)
    made.durable.settle()
    return made


def card_text(made: World) -> str:
    """The card as it stands, in words."""
    (card,) = [each for each in made.messenger.posted if each.key == f"{OFFER}:card"]
    return str(card.message["blocks"])


def changed_nothing(reply: ClickReply, *words: str) -> bool:
    said = all(word in reply.text for word in words)
    return reply.outcome is ClickOutcome.CHANGED_NOTHING and said and "Nothing changed." in reply.text


def before_it_leaves(
    made: World, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object], step: str = "draft"
) -> None:
    """Something happens between the click and the call."""
    run = made.durable.step

    def late(name: str, work: Callable[[], str]) -> str:
        if name == step:
            happens()
        return run(name, work)

    monkeypatch.setattr(made.durable, "step", late)


def lose(made: World) -> None:
    with made.store.transaction() as uow:
        deal = uow.deals.get(DEAL)
        assert deal is not None
        uow.deals.save([replace(deal, is_closed=True, is_won=False)])


def tamper(made: World) -> None:
    """Somebody writes to the store what nobody was shown."""
    approval, proposal = made.store._rows.decisions[token_of(made)]
    payload = {**proposal.payload, "request": {"name": "another", "price": "USD 1.00", "buyer": "999988887777"}}
    made.store._rows.decisions[approval.token] = (approval, replace(proposal, payload=payload))
