"""What a partner asks to be corrected in a filed referral, on its motion's card; decides nothing itself."""

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.surfaces import MotionCard

CORRECT = "motion.correct"
_ASKS = 1500


def asked_for(card: MotionCard) -> list[Block]:
    """The partner's own words, the fields it lets us change, and the button; nothing while it asks nothing."""
    if card.correction is None:
        return []
    partner = text.escaped(card.partner_name, 60)
    asks = text.shortened(text.cleaned(card.correction.asks).strip(), _ASKS)
    may_change = text.escaped(", ".join(card.correction.may_change), 600)
    return [
        blocks.section(f"*{partner} asks for changes before it goes on*"),
        *([blocks.quote(asks)] if asks else []),
        blocks.context(f"What may change now: {may_change}. {partner} looks at it again once it is sent."),
        blocks.actions(blocks.button("Correct", CORRECT, card.correction.token, style="primary")),
    ]
