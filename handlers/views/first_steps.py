"""What a newcomer can try, one line each; the first message somebody gets."""

from handlers.views import blocks
from motions.model import Role
from motions.surfaces import FirstSteps

_WHAT = (
    "cosell finds the partner for a deal when it changes in the CRM, asks for a decision, files the referral and tells "
    "you what came of it. You need not do anything for that. Three things to try:"
)
_DEAL = "Type `/cosell` and the name of one of your deals: where its co-sell stands, and why."
_MESSAGE = "Open the menu of a message with a link to a deal, and choose *Co-sell this*."
_HOME = "Open *Home* above: what waits for you, what goes cold, what is stuck."
_DESK = "Open *Home* above: decide what waits there, one by one or several at once, and put off what can wait."


def draw(shown: FirstSteps) -> dict[str, object]:
    """Three lines, and where the rest is told."""
    home = _HOME if shown.role is Role.SELLER else _DESK
    drawn = [
        blocks.section(_WHAT),
        blocks.section("\n".join(f"{n}. {line}" for n, line in enumerate((_DEAL, _MESSAGE, home), 1))),
        blocks.context("`/cosell help` lists what you can ask."),
    ]
    return blocks.message("Three things to try with cosell", drawn)
