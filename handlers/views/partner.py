"""What a partner's people see when they ask: the given values and nothing else; and the forms they answer with."""

from collections.abc import Mapping
from typing import Any, assert_never

from handlers.views import blocks, text
from handlers.views.blocks import Block
from handlers.views.form import entry, pick_list, words
from handlers.views.form import form as framed
from handlers.views.grant import REVOKE
from handlers.views.handoff import ASK, DECLINE, DETAILS, NEXT_STEP, buttons
from motions.model import Token
from motions.partner_acts import LONGEST, REASONS
from motions.partner_surfaces import PartnerAnswer, PartnerHelp, SharedDeal, SharedDeals, SharedTerms

_REASON, _WORDS = "partner.reason", "partner.words"
_TYPED = words(LONGEST, is_long=True)
_HELP = (
    ("status", "the deals that were handed to you, and where each stands"),
    ("status <customer>", "one of them"),
    ("shared", "what both companies agreed to share, and the button that ends it"),
)


def draw(answer: PartnerAnswer) -> dict[str, object]:
    """The message for an answer."""
    match answer:
        case SharedDeals():
            return _deals(answer)
        case SharedTerms():
            return _terms(answer)
        case PartnerHelp():
            return _help(answer)
        case _:
            assert_never(answer)


def home(answer: SharedDeals) -> dict[str, object]:
    """The Home tab: the same deals, each with its details; everything else is done in the channel."""
    drawn = [blocks.header("Handed to you")]
    for deal in answer.deals:
        drawn += [_line(deal), blocks.actions(blocks.button("Details", DETAILS, deal.token))]
    drawn += _rest(answer)
    drawn.append(blocks.context("Take on, decline or ask in the channel we share, or write to this assistant."))
    return {"type": "home", "blocks": drawn}


def details(deal: SharedDeal) -> dict[str, object]:
    """The modal behind Details: the handed deal, as this viewer may see it."""
    drawn = [blocks.section(f"*{text.escaped(deal.title, 200)}*\n{text.escaped(deal.standing, 200)}")]
    brief = text.shortened(text.cleaned(deal.text).strip(), 2000)
    drawn += [blocks.quote(brief)] if brief else []
    drawn += blocks.fields(deal.fields[:20])
    drawn.append(blocks.section(_step(deal)))
    drawn.append(blocks.context(f"Written by {text.escaped(deal.written_by, 120)}"))
    return {"type": "modal", "title": blocks.title("Details"), "close": blocks.plain("Close"), "blocks": drawn}


def decline_form(token: Token) -> dict[str, object]:
    """Why not; it carries the token and nothing else."""
    reason = entry(_REASON, "Why", pick_list(REASONS.items(), "Pick a reason"))
    said = entry(_WORDS, "In your words", _TYPED, is_optional=True)
    return framed(DECLINE, "Decline this handoff", "Decline", token, [reason, said])


def ask_form(token: Token) -> dict[str, object]:
    """A question to our side."""
    return framed(ASK, "Ask our side", "Ask", token, [entry(_WORDS, "Your question", _TYPED)])


def next_step_form(token: Token) -> dict[str, object]:
    """The next step as the partner sees it."""
    return framed(NEXT_STEP, "Propose a next step", "Propose", token, [entry(_WORDS, "The next step", _TYPED)])


def reason_given(view: Mapping[str, Any]) -> str:
    """The code of the reason that was picked."""
    return str(view["state"]["values"][_REASON]["value"]["selected_option"]["value"])


def words_given(view: Mapping[str, Any]) -> str:
    """What was typed, or nothing."""
    return str(view["state"]["values"][_WORDS]["value"].get("value") or "")


def _deals(answer: SharedDeals) -> dict[str, object]:
    drawn: list[Block] = []
    for deal in answer.deals:
        drawn += [_line(deal), buttons(deal.token, is_open=deal.is_open)]
    return blocks.message("Handed to you", [blocks.section("*Handed to you*"), *drawn, *_rest(answer)])


def _rest(answer: SharedDeals) -> list[Block]:
    if answer.more:
        return [blocks.context(f"and {answer.more} older ones; `status` with a customer's name finds them")]
    return [] if answer.deals else [blocks.section("Nothing is handed to you at the moment.")]


def _line(deal: SharedDeal) -> Block:
    title, standing = text.escaped(deal.title, 200), text.escaped(deal.standing, 200)
    return blocks.section(f"*{title}*\n{standing}\n{_step(deal)}")


def _step(deal: SharedDeal) -> str:
    step = f"*Next step:* {text.escaped(deal.next_step, 600)} ({text.escaped(deal.owner_name, 80)})"
    return f"{step}\n*You proposed:* {text.escaped(deal.proposed, 600)}" if deal.proposed else step


def _terms(answer: SharedTerms) -> dict[str, object]:
    lines = [
        f"Fields: {', '.join(answer.fields)}",
        f"For: {', '.join(answer.purposes)}",
        f"Until the end of {answer.until} (UTC)",
        f"Agreed to by {text.escaped(answer.agreed_by, 80)}",
    ]
    confirm: Block = {
        "title": blocks.plain("End it?"),
        "text": blocks.plain("Nothing more is shared with your company from this moment on."),
        "confirm": blocks.plain("End it"),
        "deny": blocks.plain("Not yet"),
    }
    end = blocks.button("Stop sharing", REVOKE, answer.token, style="danger", confirm=confirm)
    return blocks.message(
        "What is shared with you", [blocks.bullets("What is shared with you", lines), blocks.actions(end)]
    )


def _help(answer: PartnerHelp) -> dict[str, object]:
    lines = [f"`{text.escaped(words, 60)}` {what}" for words, what in _HELP]
    about = "Mention this assistant in the channel we share, or write to it. Each handoff has buttons for the rest."
    why = [blocks.section(f"*{text.escaped(answer.why, 300)}*")] if answer.why else []
    drawn = [*why, blocks.bullets("What you can ask", lines), blocks.context(about)]
    return blocks.message(text.escaped(answer.why, 300) or "What you can ask", drawn)
