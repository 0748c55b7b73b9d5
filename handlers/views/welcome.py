"""What the bot asks in a channel it was added to: two questions, and whose answer counts."""

from handlers.views import blocks, text
from handlers.views.setup import ADD
from motions.surfaces import Welcome

_WHY = "I bring co-sell cards to the people who look after a partner. I could do that here, once I know two things:"
_QUESTIONS = "1. Which partner is this channel for?\n2. Who looks after that partner, and who stands in?"
_MOST = 3  # more admins are not called for one question


def draw(shown: Welcome) -> dict[str, object]:
    """The questions with the button that answers them."""
    admins = ", ".join(text.mention(each, "") for each in shown.admins[:_MOST])
    whose = f"Admins answer: {admins}." if admins else "Admins answer. There is none yet: name one in coverage.yml."
    drawn = [
        blocks.section(_WHY),
        blocks.section(_QUESTIONS),
        blocks.actions(blocks.button("Answer", ADD, shown.token, style="primary")),
        blocks.context(f"{whose} Until then nothing is posted here. `/cosell setup` shows all that is set up."),
    ]
    return blocks.message("Which partner is this channel for, and who looks after it?", drawn)
