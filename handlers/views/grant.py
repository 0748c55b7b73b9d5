"""Grants: the card in the channel both companies read, what would be proposed, and the list; no deal is in any."""

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.grant_surfaces import GrantCard, GrantLine, GrantList, GrantOffer, NothingShared
from motions.grant_terms import DealRule, Grant, Purpose, Side, Terms

PROPOSE = "grant.propose"
AGREE = "grant.agree"
REVOKE = "grant.revoke"

_LINES = 20
_PURPOSES = {
    Purpose.REFERRAL: "referrals in {partner}'s portal",
    Purpose.HANDOFF: "handoffs to {partner}'s seller in this channel",
    Purpose.FORECAST: "the joint forecast in this channel",
}


def draw(surface: GrantCard | NothingShared) -> dict[str, object]:
    """The message for either."""
    return card(surface) if isinstance(surface, GrantCard) else nothing_shared(surface)


def draw_answer(answer: GrantList | GrantOffer) -> dict[str, object]:
    """The answer for either."""
    return listing(answer) if isinstance(answer, GrantList) else offer(answer)


def card(surface: GrantCard) -> dict[str, object]:
    """The terms in full, where they stand, and the buttons that change that."""
    grant, partner = surface.grant, text.escaped(surface.partner_name, 60)
    title = f"What we share with {partner}"
    drawn: list[Block] = [blocks.header(f"What we share with {text.one_line(surface.partner_name)}")]
    drawn.append(blocks.section(_standing(grant, partner)))
    drawn.append(blocks.bullets("Terms", _terms(grant.terms, partner)))
    drawn += _buttons(grant, partner)
    proposed = f"Proposed by {text.escaped(grant.proposed_name, 80)} {text.moment(grant.proposed_at)}"
    drawn.append(blocks.context(f"{proposed}. Grant {text.escaped(grant.id, 60)}, signed."))
    return blocks.message(f"{title}: {_standing(grant, partner)}", drawn)


def nothing_shared(surface: NothingShared) -> dict[str, object]:
    """In the place of a handoff whose grant is over."""
    said = f"What this message said is no longer shared with {text.one_line(surface.partner_name)}."
    # Slack lets rich text be replaced by rich text only (block_mismatch), and a handoff quotes its words.
    return blocks.message(text.escaped(said, 200), [blocks.quote(said)])


def offer(answer: GrantOffer) -> dict[str, object]:
    """Exactly what would be proposed, for our own eyes, and the button that proposes it."""
    partner = text.escaped(answer.partner_name, 60)
    title = f"Propose to {partner} what we share?"
    lines = [
        *_terms(answer.terms, partner),
        f"{partner} is asked in the channel you share. Nothing crosses before somebody of theirs agrees.",
        "Either side ends it at once with the button on that message; `/cosell unshare` does it too.",
    ]
    said = f"{text.one_line(answer.partner_name)} reads these terms in the channel you share."
    confirm = _dialog("Propose this?", said, "Propose it")
    button = blocks.button("Propose", PROPOSE, answer.token, style="primary", confirm=confirm)
    return blocks.message(title, [blocks.bullets(title, lines), blocks.actions(button)])


def listing(answer: GrantList) -> dict[str, object]:
    """Every grant that nobody ended, with the button that does."""
    count = len(answer.lines)
    title = f"Shared with partners ({count})" if count else "Nothing is shared with any partner"
    drawn = [blocks.section(f"*{title}*"), *(_line(line) for line in answer.lines[:_LINES])]
    more = f"and {count - _LINES} more. " if count > _LINES else ""
    drawn.append(blocks.context(f"{more}To propose one: `/cosell share <partner>`"))
    return blocks.message(title, drawn)


def _standing(grant: Grant, partner: str) -> str:
    if grant.revoked_at is not None:
        return _ended(grant)
    if grant.confirmed_at is None:
        return f"*Proposed.* Nothing is shared before somebody of {partner} agrees."
    return f"*Agreed* by {text.escaped(grant.confirmed_name or '', 80)} {text.moment(grant.confirmed_at)}."


def _ended(grant: Grant) -> str:
    assert grant.revoked_at is not None
    who = f" by {text.escaped(grant.revoked_name, 80)}" if grant.revoked_name else ""
    match grant.revoked_side:
        case Side.TIME:
            return f"*Over.* It ended with {grant.until}."
        case Side.REPLACED:
            return "*Replaced* by another proposal or grant."
        case _:
            return f"*Ended*{who} {text.moment(grant.revoked_at)}. Nothing more is shared under it."


def _terms(terms: Terms, partner: str) -> list[str]:
    people = ", ".join(text.mention(each, each) for each in terms.people[:_LINES])
    return [
        f"Fields: {', '.join(sorted(each.value.replace('_', ' ') for each in terms.fields))}.",
        f"Deals: {_deals(terms.deals)}.",
        f"For: {', '.join(_PURPOSES[each].format(partner=partner) for each in Purpose if each in terms.purposes)}.",
        f"With: {people or f'anybody of {partner}'}.",
        f"Until the end of {terms.until} (UTC), or until either side ends it.",
    ]


def _deals(rule: DealRule) -> str:
    if rule.everything:
        return "all that we work together"
    named = [
        f"regions {_named(rule.regions)}" if rule.regions else "",
        f"products {_named(rule.products)}" if rule.products else "",
        f"{len(rule.opportunities)} named ones" if rule.opportunities else "",
        f"from {rule.minimum_amount:,} on, in the deal's own currency" if rule.minimum_amount is not None else "",
    ]
    return "; ".join(each for each in named if each)


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(text.escaped(name, 60) for name in names[:_LINES])


def _buttons(grant: Grant, partner: str) -> list[Block]:
    if grant.revoked_at is not None:
        return []
    said = f"Nothing more is shared with {text.one_line(partner)} then. What was shared stays where it is."
    end = blocks.button("End it", REVOKE, grant.id, style="danger", confirm=_dialog("End it now?", said, "End it"))
    if grant.confirmed_at is not None:
        return [blocks.actions(end)]
    return [
        blocks.actions(blocks.button("Agree", AGREE, grant.id, style="primary"), end),
        blocks.context(f"Only those who may agree for {partner} can press Agree."),
    ]


def _line(line: GrantLine) -> Block:
    grant = line.grant
    stands = f"agreed by {text.escaped(grant.confirmed_name or '', 80)}" if line.stands else "not agreed"
    said = (
        f"*{text.escaped(line.partner_name, 60)}*: {len(grant.fields)} fields of {_deals(grant.deals)}, "
        f"until {grant.until}; {stands}"
    )
    return blocks.section(said) | {"accessory": blocks.button("End it", REVOKE, grant.id, style="danger")}


def _dialog(title: str, said: str, confirm: str) -> Block:
    return {
        "title": blocks.plain(title),
        "text": blocks.plain(said),
        "confirm": blocks.plain(confirm),
        "deny": blocks.plain("Not yet"),
    }
