"""A reminder in a handoff's thread: the given values and nothing else."""

from handlers.views import blocks, text
from motions.surfaces import Nudge

LESS = "handoff.less"


def draw(nudge: Nudge) -> dict[str, object]:
    """Who, the next step, when it is due, and which reminder this is."""
    who = text.mention(nudge.recipient_slack_id, nudge.recipient_name)
    step, due = text.escaped(nudge.next_step, 600), text.escaped(nudge.due, 80)
    said = f"{who}, this is still open.\n*Next step:* {step}\n*Due:* {due}"
    how = f"Reminder {nudge.count}. A reply here is enough to stop them."
    fewer = [blocks.actions(blocks.button("Remind me less", LESS, nudge.token))] if nudge.token else []
    return blocks.message(f"Reminder: {step}", [blocks.section(said), *fewer, blocks.context(how)])
