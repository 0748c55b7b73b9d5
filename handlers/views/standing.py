"""Standing approvals: the list with its Revoke buttons, and the offer with exactly what it means."""

from decimal import Decimal

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.answer_surfaces import StandingLine, StandingList, StandingOffer

GIVE = "standing.give"
REVOKE = "standing.revoke"

_LINES = 20
_EXAMPLE = "`/cosell standing AWS up to 250000 EUR until 2026-12-31`"


def draw(answer: StandingList | StandingOffer) -> dict[str, object]:
    """The message for either."""
    return listing(answer) if isinstance(answer, StandingList) else offer(answer)


def listing(answer: StandingList) -> dict[str, object]:
    """Every standing approval that was given and not revoked, the ones out of date marked so."""
    count = len(answer.lines)
    title = f"Standing approvals ({count})" if count else "No standing approval is in force"
    drawn = [blocks.section(f"*{title}*"), *(_line(line) for line in answer.lines[:_LINES])]
    more = f"and {count - _LINES} more. " if count > _LINES else ""
    drawn.append(blocks.context(f"{more}To give one: {_EXAMPLE}"))
    return blocks.message(title, drawn)


def offer(answer: StandingOffer) -> dict[str, object]:
    """Exactly what would be given, and the button that gives it."""
    terms = answer.standing
    partner, amount = text.escaped(answer.partner_name, 60), text.escaped(text.money(terms.up_to), 60)
    title = f"Approve in advance what is filed with {partner}?"
    which = f"of deals up to {amount}, in that currency only, that match with high or uncertain confidence"
    covered = f"Covered: co-sell referrals to {partner} that lack nothing, {which}."
    lines = [
        covered,
        "Such a referral is filed as soon as it is prepared, without a click. Its card says that you approved it.",
        "Filing is final: a referral can only be closed as lost.",
        f"It counts until the end of {terms.until} (UTC), and for cards prepared from now on.",
        *_never(answer.two_people_from),
        f"It ends when policy changes. {partner}'s alliance managers, operators and admins can revoke it at once.",
    ]
    confirm: dict[str, object] = {
        "title": blocks.plain("Give this approval?"),
        "text": blocks.plain(f"Referrals up to {text.money(terms.up_to)} are then filed without asking you."),
        "confirm": blocks.plain("Give it"),
        "deny": blocks.plain("Not yet"),
    }
    give = blocks.button("Give this standing approval", GIVE, terms.token, style="primary", confirm=confirm)
    return blocks.message(title, [blocks.bullets(title, lines), blocks.actions(give)])


def _never(two_people_from: Decimal | None) -> list[str]:
    always = "Never covered: what you asked for yourself"
    if two_people_from is None:
        return [f"{always}."]
    return [f"{always}, and deals from {two_people_from:,.0f} on, which need two people."]


def _line(line: StandingLine) -> Block:
    terms = line.standing
    said = (
        f"*{text.escaped(line.partner_name, 60)}* up to {text.escaped(text.money(terms.up_to), 60)} "
        f"until {terms.until}, by {text.escaped(terms.given_name, 80)}"
    )
    if line.why_out:
        said += f"\nCounts no more: it {text.escaped(line.why_out, 200)}."
    return blocks.section(said) | {"accessory": blocks.button("Revoke", REVOKE, terms.token, style="danger")}
