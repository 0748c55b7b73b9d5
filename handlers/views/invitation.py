"""The card of a deal a partner brings: what it is, until when, which of our deals it may be, and what was answered."""

from collections.abc import Callable, Mapping

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.invitation_surfaces import DealLink, InvitationCard
from motions.invitations import InvitationState

ACCEPT = "invitation.accept"
REJECT = "invitation.reject"
LINK = "invitation.link"

_ASKS = 1500
_URGENT = 3  # days
_STANDING: Mapping[InvitationState, str] = {
    InvitationState.ACCEPTING: "{who} accepted it. {partner}'s portal is being told.",
    InvitationState.REJECTING: "{who} rejected it. {partner}'s portal is being told.",
    InvitationState.LINKING: "Accepted. It is being linked to our deal.",
    InvitationState.EXPIRED: "Lapsed. Nobody answered in time.",
}


def draw(card: InvitationCard) -> dict[str, object]:
    """The card as a message, in the order a person decides."""
    parts: list[Callable[[InvitationCard], list[Block]]] = [_headline, _asks, _facts, _deals, _trouble, _buttons]
    title = f"{text.escaped(_title(card), 200)}. {_standing(card)}"
    return blocks.message(title, [block for part in parts for block in part(card)])


def _title(card: InvitationCard) -> str:
    tail = f": a deal {text.shortened(text.one_line(card.partner_name), 60)} brings"
    customer = text.one_line(card.invitation.facts.customer) or "A customer"
    return text.shortened(customer, blocks.HEADER - text.width(tail)) + tail


def _headline(card: InvitationCard) -> list[Block]:
    invitation = card.invitation
    who = f"{text.mention(card.manager_slack_id, invitation.manager_email)} " if card.manager_slack_id else ""
    next_act = f"\nNext: {text.escaped(invitation.next_act, 200)}" if invitation.next_act else ""
    return [blocks.header(_title(card)), blocks.section(f"{who}*{_standing(card)}*{next_act}")]


def _standing(card: InvitationCard) -> str:
    """Where it stands, in one escaped sentence."""
    invitation, partner = card.invitation, text.escaped(card.partner_name, 60)
    who = text.escaped(invitation.answered_by or "Somebody", 80)
    match invitation.state:
        case InvitationState.PENDING:
            return f"{_days(invitation.days_left)} to answer, until {text.moment(invitation.expires_at)}."
        case InvitationState.ACCEPTED:
            number = f" It is {text.escaped(invitation.referral_id, 60)} there." if invitation.referral_id else ""
            return f"{_by(card, 'Accepted')}{number}"
        case InvitationState.REJECTED:
            why = f" Reason: {text.escaped(invitation.reason, 120)}." if invitation.reason else ""
            return f"{_by(card, 'Rejected')}{why}"
        case _:
            return _STANDING[invitation.state].format(who=who, partner=partner)


def _by(card: InvitationCard, verb: str) -> str:
    name, partner = card.invitation.answered_by, text.escaped(card.partner_name, 60)
    return f"{verb} by {text.escaped(name, 80)}." if name else f"{verb} in {partner}'s own portal, not here."


def _days(days: int) -> str:
    said = "Less than a day" if days <= 1 else f"{days} days"
    return f":hourglass: {said}" if days <= _URGENT else said


def _asks(card: InvitationCard) -> list[Block]:
    facts = card.invitation.facts
    title = text.escaped(facts.title, 255)
    asked = text.shortened(text.cleaned(facts.asks).strip(), _ASKS)
    return [*([blocks.section(f"*{title}*")] if title else []), *([blocks.quote(asked)] if asked else [])]


def _facts(card: InvitationCard) -> list[Block]:
    facts = card.invitation.facts
    where = ", ".join(filter(None, (facts.industry, facts.country)))
    pairs = (
        ("Expected spend", f"{text.money(facts.monthly_spend)} a month" if facts.monthly_spend else ""),
        ("Target date", facts.close_date.isoformat() if facts.close_date else ""),
        ("Customer", ", ".join(filter(None, (where, facts.website)))),
        (f"{text.one_line(card.partner_name)}'s contact", "; ".join(facts.contacts[:3])),
    )
    return blocks.fields(pairs)


def _deals(card: InvitationCard) -> list[Block]:
    if card.deal is not None:
        name, url = card.deal
        return [blocks.section(f"*Our deal:* {text.link(name, url)}")]
    if card.token is None:
        return []
    if not card.deals:
        return [blocks.section("*None of our open deals looks like it.* Accept asks which it is.")]
    return [blocks.bullets("Ours may be", [_deal(each) for each in card.deals])]


def _deal(each: DealLink) -> str:
    filed = f", {text.escaped(each.candidate.filed_as, 80)} already" if each.candidate.filed_as else ""
    name = text.link(text.shortened(each.candidate.name, 100), each.url)
    return f"{name}: {text.escaped(each.candidate.why, 80)}{filed}"


def _trouble(card: InvitationCard) -> list[Block]:
    lines = [f"{text.escaped(item.reason, 300)} {text.escaped(item.next_act, 250)}" for item in card.problems]
    return [blocks.bullets("Open problems", lines, limit=2000)] if lines else []


def _buttons(card: InvitationCard) -> list[Block]:
    if card.token is not None:
        return [
            blocks.actions(
                blocks.button("Accept", ACCEPT, card.token, style="primary"),
                blocks.button("Reject", REJECT, card.token, style="danger"),
            ),
            blocks.context("Accept asks which deal of ours it is. Nothing leaves before."),
        ]
    if card.invitation.needs_deal:
        return [blocks.actions(blocks.button("Link a deal", LINK, card.invitation.id, style="primary"))]
    return []
