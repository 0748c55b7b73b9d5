"""Domain values drawn as Block Kit, one file a view; pure, and knows nothing of who asked or how it is sent."""

from typing import assert_never

from handlers.views import card, digest, handoff, note, nudge
from motions.surfaces import Digest, HandoffMessage, MotionCard, Note, Nudge, Surface


def render(surface: Surface) -> dict[str, object]:
    """The exact message for a surface: fallback text and blocks."""
    match surface:
        case MotionCard():
            return card.draw(surface)
        case HandoffMessage():
            return handoff.draw(surface)
        case Note():
            return note.draw(surface)
        case Nudge():
            return nudge.draw(surface)
        case Digest():
            return digest.draw(surface)
        case _:
            assert_never(surface)
