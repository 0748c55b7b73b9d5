"""The card of a private offer: what was quoted, what both companies see to, and where the draft stands."""

from collections.abc import Callable

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.offer_surfaces import OfferCard
from motions.offers import Check, OfferState, Whose

DRAFT = "offer.draft"


def draw(card: OfferCard) -> dict[str, object]:
    """The card as a message, in the order a person decides."""
    parts: list[Callable[[OfferCard], list[Block]]] = [_headline, _terms, _checks, _trouble, _buttons]
    return blocks.message(
        f"{text.escaped(_title(card), 200)}. {_standing(card)}", [block for part in parts for block in part(card)]
    )


def _title(card: OfferCard) -> str:
    tail = f": private offer through {text.shortened(text.one_line(card.partner_name), 60)}"
    name = text.one_line(card.offer.deal_name) or "A deal"
    return text.shortened(name, blocks.HEADER - text.width(tail)) + tail


def _headline(card: OfferCard) -> list[Block]:
    offer = card.offer
    who = f"{text.mention(card.manager_slack_id, offer.manager_email)} " if card.manager_slack_id else ""
    next_act = f"\nNext: {text.escaped(offer.next_act, 250)}" if offer.next_act else ""
    return [blocks.header(_title(card)), blocks.section(f"{who}*{_standing(card)}*{next_act}")]


def _standing(card: OfferCard) -> str:
    """Where it stands, in one escaped sentence."""
    offer, partner = card.offer, text.escaped(card.partner_name, 60)
    who = text.escaped(offer.approved_by or "Somebody", 80)
    match offer.state:
        case OfferState.PROPOSED:
            open_ones = sum(not check.is_met for check in offer.checks)
            return f"{open_ones} of {len(offer.checks)} checks are open." if open_ones else "Ready to be drafted."
        case OfferState.DRAFTING:
            made = f" It is {text.escaped(offer.offer_id, 80)} there." if offer.offer_id else ""
            return f"{who} had it drafted. {partner}'s marketplace is being asked.{made}"
        case OfferState.DRAFTED:
            state = text.escaped(offer.standing or "Draft", 40)
            return f"{text.escaped(offer.offer_id or '', 80)} ({state}): draft, not published. Approved by {who}."
        case OfferState.WITHDRAWN:
            return "Withdrawn. Nothing was drafted."


def _terms(card: OfferCard) -> list[Block]:
    quote = card.offer.quote
    pairs = (
        ("Deal", card.offer.deal_name),
        ("Customer", card.offer.customer),
        ("Quote", quote.number or ""),
        ("Price for the whole term", text.money(quote.amount)),
        ("Term", f"{quote.months} months" if quote.months else ""),
        ("Can be accepted until", quote.valid_until.isoformat() if quote.valid_until else ""),
        ("Product", quote.product or ""),
        ("Buyer's account", quote.buyer_account or ""),
        ("Referral", card.offer.referral_id),
    )
    return [*blocks.fields(pairs), blocks.context(text.link("Open the deal", card.deal_url))]


def _checks(card: OfferCard) -> list[Block]:
    partner = text.escaped(card.partner_name, 60)
    sides = ((Whose.OURS, "We see to"), (Whose.THEIRS, f"{partner} sees to"))
    listed = ((title, [_check(one) for one in card.offer.checks if one.whose is whose]) for whose, title in sides)
    return [blocks.bullets(title, lines, limit=2500) for title, lines in listed if lines]


def _check(check: Check) -> str:
    said = f"{text.escaped(check.what, 120)}: {text.escaped(check.found, 200)}"
    if check.is_met:
        return f":white_check_mark: {said}"
    return f":black_square_button: {said}. {text.escaped(check.fix, 300)}"


def _trouble(card: OfferCard) -> list[Block]:
    lines = [f"{text.escaped(item.reason, 300)} {text.escaped(item.next_act, 250)}" for item in card.problems]
    return [blocks.bullets("Open problems", lines, limit=2000)] if lines else []


def _buttons(card: OfferCard) -> list[Block]:
    if card.token is None:
        return []
    partner = text.escaped(card.partner_name, 60)
    return [
        blocks.actions(blocks.button("Draft private offer", DRAFT, card.token, style="primary")),
        blocks.context(
            f"Makes a draft with exactly these terms in {partner}'s marketplace and links it to the referral. "
            "The customer sees nothing: cosell publishes no offer."
        ),
    ]
