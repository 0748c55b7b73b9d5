"""The motion's card: what is proposed, why, exactly what would be filed, and the decision; decides nothing itself."""

import json
from collections.abc import Callable

from handlers.views import blocks, text, words
from handlers.views.asking import asks, is_asking, stop_notice, waits_for
from handlers.views.blocks import Block
from handlers.views.correction import asked_for
from handlers.views.referral import in_full
from motions.model import MotionState
from motions.surfaces import MotionCard
from motions.writing import WORD_LIMIT

# Slack refuses a message of about 13,200 characters as msg_blocks_too_long and counts the containers in some
# undocumented way (bolt-js issues 2509 and 2867), so the JSON itself is measured.
_ROOM = 12_000
_BRIEF = 1_800
_REASONS = 4
_MILESTONES = 8
_FORM_STATES = {
    MotionState.MATCHED,
    MotionState.AWAITING,
    MotionState.FILING,
    MotionState.IN_REVIEW,
    MotionState.NEEDS_PERSON,
}


def draw(card: MotionCard) -> dict[str, object]:
    """The card as a message; when the referral cannot be shown whole it says so and offers no approval."""
    shows_form = card.proposal is not None and card.motion.state in _FORM_STATES
    for is_brief, shows in ((False, shows_form), (True, shows_form), (True, False)):
        drawn = _blocks(card, is_brief=is_brief, shows_form=shows, withheld=shows_form and not shows)
        if _fits(drawn):
            break
    return blocks.message(_fallback(card), drawn)


def _fits(drawn: list[Block]) -> bool:
    return len(drawn) <= blocks.MESSAGE_BLOCKS and text.width(json.dumps(drawn, ensure_ascii=False)) <= _ROOM


def _blocks(card: MotionCard, *, is_brief: bool, shows_form: bool, withheld: bool) -> list[Block]:
    parts: list[Callable[[MotionCard], list[Block]]] = [_headline, stop_notice, _facts, _insights, asked_for, _trouble]
    if not is_brief:
        parts += [_brief, _reasons]
    if shows_form:
        parts.append(_form)
    if withheld:
        parts.append(_too_long)
    if not is_brief:
        parts.append(_milestones)
    drawn = [block for part in parts for block in part(card)]
    return drawn + asks(card, may_approve=not withheld)


def _fallback(card: MotionCard) -> str:
    return text.escaped(f"{_title(card)}. {_standing(card)}", 600)


def _title(card: MotionCard) -> str:
    tail = f" — co-sell with {text.shortened(text.one_line(card.partner_name), 60)}"
    account = text.one_line(card.motion.account_name)
    return text.shortened(account, blocks.HEADER - text.width(tail)) + tail


def _headline(card: MotionCard) -> list[Block]:
    motion = card.motion
    state = f"*{text.escaped(_standing(card), 400)}*"
    who = f"{text.mention(card.manager_slack_id, motion.manager_email)} " if card.manager_slack_id else ""
    next_act = f"\nNext: {text.escaped(motion.next_act, 300)}" if motion.next_act else ""
    return [
        blocks.header(_title(card)),
        blocks.section(f"{who}{state}{next_act}"),
        blocks.context(
            words.confidence(motion.band, motion.score), _author(card), text.link("Open the deal", card.deal_url)
        ),
    ]


def _standing(card: MotionCard) -> str:
    if card.to_file is not None:
        return f"Approved. The pack {card.motion.referral_id} waits to be filed with {card.partner_name} by a person."
    return waits_for(card) if is_asking(card) else words.standing(card.motion, card.partner_name)


def _author(card: MotionCard) -> str:
    author = card.motion.brief_by
    return f"Drafted by {text.escaped(author, 160)}" if author else ""


def _facts(card: MotionCard) -> list[Block]:
    return blocks.fields(card.deal_facts[: blocks.FIELDS])


def _insights(card: MotionCard) -> list[Block]:
    """What the partner makes of the deal, on one line."""
    motion = card.motion
    told = (
        ("engagement", motion.engagement),
        ("quality", f"{motion.quality} of 100" if motion.quality else None),
        ("next", motion.best_actions),
    )
    said = "; ".join(f"{name} {text.escaped(value, 300)}" for name, value in told if value)
    return [blocks.context(f"{text.escaped(card.partner_name, 60)} says: {said}")] if said else []


def _brief(card: MotionCard) -> list[Block]:
    words_ = text.shortened(text.first_words(text.cleaned(card.motion.brief).strip(), WORD_LIMIT), _BRIEF)
    missing = ", ".join(text.escaped(each, 60) for each in card.motion.missing[:12])
    known = [blocks.section("*Brief*"), blocks.quote(words_)] if words_ else []
    return known + ([blocks.section(f"*Not known:* {missing}")] if missing else [])


def _reasons(card: MotionCard) -> list[Block]:
    lines = [
        ("Against: " if reason.points < 0 else "") + text.escaped(reason.text, 200)
        for reason in card.motion.reasons[:_REASONS]
    ]
    return [blocks.bullets(f"Why {text.escaped(card.partner_name, 60)}", lines)] if lines else []


def _trouble(card: MotionCard) -> list[Block]:
    unfit = card.proposal.problems if card.proposal and is_asking(card) else ()
    to_fix = [f"{text.escaped(p.message, 250)} {text.escaped(p.fix, 250)}" for p in unfit]
    stuck = [f"{text.escaped(item.reason, 250)} {text.escaped(item.next_act, 250)}" for item in card.problems]
    drawn = [blocks.bullets("Before it can be filed", to_fix, limit=2000)] if to_fix else []
    if card.elsewhere:
        drawn.append(blocks.bullets("Filed elsewhere", [text.escaped(each, 200) for each in card.elsewhere]))
    return drawn + ([blocks.bullets("Open problems", stuck, limit=2000)] if stuck else [])


def _form(card: MotionCard) -> list[Block]:
    assert card.proposal is not None
    return in_full(
        card.proposal, card.partner_name, was_approved=card.motion.approved_at is not None and not is_asking(card)
    )


def _too_long(card: MotionCard) -> list[Block]:
    partner = text.escaped(card.partner_name, 60)
    said = f"*The referral for {partner} is too long to be shown whole here, so it cannot be approved here.*"
    return [blocks.divider(), blocks.section(f"{said}\nShorten its longest texts with Edit, or in the CRM.")]


def _milestones(card: MotionCard) -> list[Block]:
    recent = card.milestones[-_MILESTONES:]
    lines = [f"{text.moment(each.at)}: {text.escaped(each.text, 150)}" for each in recent]
    return [blocks.context("\n".join(lines))] if lines else []
