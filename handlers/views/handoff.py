"""The handoff in the channel both companies read: the given values and nothing else."""

from handlers.views import blocks, text
from motions.surfaces import HandoffMessage

TAKE = "handoff.take"


def draw(handoff: HandoffMessage) -> dict[str, object]:
    """The message to the partner's seller, with the button that takes it on."""
    who = text.mention(handoff.recipient_slack_id, handoff.recipient_name)
    drawn = [blocks.header(f"Handoff to {text.one_line(handoff.partner_name)}")]
    drawn.append(blocks.section(f"{who}, this deal is yours to work with us."))
    brief = text.shortened(text.cleaned(handoff.text).strip(), 2000)
    drawn += [blocks.quote(brief)] if brief else []
    drawn += blocks.fields(handoff.fields[:20])
    drawn.append(blocks.section(_next_step(handoff)))
    drawn.append(blocks.context(f"Written by {text.escaped(handoff.written_by, 120)}"))
    if handoff.taken_by:
        drawn.append(blocks.section(f"*{text.escaped(handoff.taken_by, 80)} is on it.*"))
    else:
        drawn.append(blocks.actions(blocks.button("I am on it", TAKE, handoff.token, style="primary")))
        drawn.append(blocks.context("Press the button or reply in this thread, and we know you have it."))
    fallback = f"Handoff to {text.escaped(handoff.partner_name, 80)}: {text.escaped(handoff.next_step, 300)}"
    return blocks.message(fallback, drawn)


def _next_step(handoff: HandoffMessage) -> str:
    step = f"*Next step:* {text.escaped(handoff.next_step, 600)}"
    return f"{step}\n*By:* {text.escaped(handoff.owner_name, 80)}, {text.escaped(handoff.due, 80)}"
