"""What a card asks: what an approval leads to, the buttons, the match for the CRM, and taking an approval back."""

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.effects import Undo
from motions.model import MotionState
from motions.surfaces import Consequence, MotionCard

APPROVE = "motion.approve"
EDIT = "motion.edit"
ANSWER = "motion.answer"
DENY = "motion.deny"
TAKE_BACK = "motion.take_back"
WRITE_CRM = "motion.crm_write"
SKIP_CRM = "motion.crm_skip"
FILED = "motion.filed"

_UNDO = {Undo.FINAL: "Final", Undo.COMPENSABLE: "Can be undone in part", Undo.REVERSIBLE: "Can be undone"}
_CRM_LABELS = {
    "status": "Status",
    "partners": "Partner",
    "rationale": "Why",
    "score": "Score",
    "referral_id": "Referral",
    "pam": "Partner's contact",
    "partner_stage": "Partner's stage",
    "next_step": "Next step",
    "engagement": "Partner's engagement score",
    "quality": "Partner's view of the deal's quality",
    "best_actions": "Partner's next best actions",
}


def is_asking(card: MotionCard) -> bool:
    """Whether there is something to decide about the referral."""
    return card.token is not None and card.proposal is not None and card.motion.state is MotionState.AWAITING


def is_ready(card: MotionCard) -> bool:
    """Whether the referral could be filed as it is."""
    return card.proposal is not None and card.proposal.is_ready


def is_ungranted(card: MotionCard) -> bool:
    """Whether no grant lets anything cross, so that there is nothing to show or to answer."""
    return card.proposal is not None and not card.proposal.is_ready and not card.proposal.form


def waits_for(card: MotionCard) -> str:
    """What a card that asks is waiting for, in a sentence; still to be escaped."""
    if is_ungranted(card):
        return "Waiting for the partner: nothing may be shared with it yet."
    if not is_ready(card):
        return "Waiting for your answer: something is missing before it can be filed."
    if card.first_name:
        return f"Approved by {card.first_name}; one more approval needed, from somebody else."
    if card.people_needed > 1:
        return "Waiting for two approvals: the amount needs two different people."
    return "Waiting for your decision."


def asks(card: MotionCard, *, may_approve: bool) -> list[Block]:
    """Everything below the facts of a card that a person may act on."""
    if card.motion.state is MotionState.FILING:
        return _take_back(card)
    if card.to_file is not None:
        return [blocks.actions(blocks.button("Filed, reference is …", FILED, card.to_file, style="primary"))]
    if not is_asking(card):
        return []
    return [*_crm(card), *_consequences(card, may_approve=may_approve), *_buttons(card, may_approve=may_approve)]


def stop_notice(card: MotionCard) -> list[Block]:
    """That this card is held, or else that nothing leaves at the moment, and what a decision means meanwhile."""
    if card.held:
        return _hold_notice(card, card.held)
    if not card.stopped:
        return []
    said = f"*Nothing leaves at the moment.* {text.escaped(card.stopped, 400)}"
    if is_asking(card):
        return [blocks.section(f"{said}\nYou can decide; it is carried out when cosell goes on.")]
    return [blocks.section(f"{said}\nThe referral is kept and filed when cosell goes on.")]


def _hold_notice(card: MotionCard, why: str) -> list[Block]:
    said = f"*Held.* {text.escaped(why, 400)}"
    if is_asking(card):
        return [blocks.section(f"{said}\nThe card is prepared again then. Until then an approval changes nothing.")]
    again = "The card is prepared again then; what has begun already is finished as it was approved."
    return [blocks.section(f"{said}\n{again}")]


def _consequences(card: MotionCard, *, may_approve: bool) -> list[Block]:
    drawn = []
    if card.consequences and may_approve:
        drawn.append(blocks.bullets("If this is approved", [_line(each) for each in card.consequences], limit=1200))
    if card.expires_at:
        drawn.append(blocks.context(f"This request ends {text.moment(card.expires_at)}. Then nothing is filed."))
    return drawn


def _line(consequence: Consequence) -> str:
    return f"{text.escaped(consequence.what, 160)}. *{_UNDO[consequence.undo]}*: {text.escaped(consequence.how, 120)}."


def _buttons(card: MotionCard, *, may_approve: bool) -> list[Block]:
    token = card.token or ""
    deny = blocks.button("Deny", DENY, token)
    if is_ungranted(card):
        return [blocks.actions(deny)]
    if not is_ready(card):
        return [blocks.actions(blocks.button("Answer", ANSWER, token, style="primary"), deny)]
    edit = blocks.button("Edit", EDIT, token)
    if not may_approve:
        return [blocks.actions(edit, deny)]
    label = "Approve as the second" if card.first_name else "Approve and file"
    label = "Approve as the first" if card.people_needed > 1 and not card.first_name else label
    return [blocks.actions(blocks.button(label, APPROVE, token, style="primary", confirm=_confirm(card)), edit, deny)]


def _confirm(card: MotionCard) -> Block:
    partner = text.shortened(text.one_line(card.partner_name), 60)
    final = next((each.how for each in card.consequences if each.undo is Undo.FINAL), "")
    worst = f" This is final: {final}." if final else ""
    if card.people_needed > 1 and not card.first_name:
        said = "Nothing is filed before somebody else approves it too."
        return _dialog(f"Approve for {partner}?", said, "Approve")
    return _dialog(f"File with {partner}?", f"The referral goes to {partner} exactly as shown.{worst}", "File it")


def _crm(card: MotionCard) -> list[Block]:
    if card.crm is None:
        return []
    lines = [f"{_CRM_LABELS.get(name, name)}: {text.escaped(value, 1500)}" for name, value in card.crm.fields]
    write = blocks.button("Write to CRM", WRITE_CRM, card.crm.token)
    skip = blocks.button("Not now", SKIP_CRM, card.crm.token)
    note = "Cosell's own fields only; they can be set back. Approving the referral covers this too."
    return [
        blocks.divider(),
        blocks.bullets("Write this match to the deal in the CRM?", lines, limit=2900),
        blocks.context(note),
        blocks.actions(write, skip),
        blocks.divider(),
    ]


def _take_back(card: MotionCard) -> list[Block]:
    if card.take_back is None:
        return []
    confirm = _dialog("Take the approval back?", "Nothing has left yet. Nothing is filed then.", "Take back")
    button = blocks.button("Take back", TAKE_BACK, card.take_back, style="danger", confirm=confirm)
    return [blocks.actions(button)]


def _dialog(title: str, said: str, confirm: str) -> Block:
    return {
        "title": blocks.plain(title),
        "text": blocks.plain(said),
        "confirm": blocks.plain(confirm),
        "deny": blocks.plain("Not yet"),
    }
