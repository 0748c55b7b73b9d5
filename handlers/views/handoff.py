"""The handoff in the channel both companies read: the given values and nothing else."""

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.surfaces import HandoffMessage

TAKE = "handoff.take"
DETAILS = "handoff.details"
DECLINE = "handoff.decline"
ASK = "handoff.ask"
NEXT_STEP = "handoff.next_step"


def draw(handoff: HandoffMessage) -> dict[str, object]:
    """The message to the partner's seller, with the buttons that take it on or say something else of it."""
    who = text.mention(handoff.recipient_slack_id, handoff.recipient_name)
    title = f"Handoff to {text.one_line(handoff.partner_name)}"
    drawn = [blocks.header(title), blocks.section(f"{who}, this deal is yours to work with us.")]
    drawn += _stub() if handoff.is_stub else _whole(handoff)
    drawn += _standing(handoff)
    summary = "press Details" if handoff.is_stub else text.escaped(handoff.next_step, 300)
    return blocks.message(f"Handoff to {text.escaped(handoff.partner_name, 80)}: {summary}", drawn)


def buttons(token: str, *, is_open: bool) -> Block:
    """What a person of the partner can do about a handoff; each is drawn for whoever presses it."""
    take = blocks.button("I am on it", TAKE, token, style="primary")
    decline = blocks.button("Decline", DECLINE, token)
    always = (
        blocks.button("Details", DETAILS, token),
        blocks.button("Ask", ASK, token),
        blocks.button("Next step", NEXT_STEP, token),
    )
    return blocks.actions(take, *always, decline) if is_open else blocks.actions(*always)


def _stub() -> list[Block]:
    return [blocks.section("It is shared with some of you. Press *Details* to see it.")]


def _whole(handoff: HandoffMessage) -> list[Block]:
    brief = text.shortened(text.cleaned(handoff.text).strip(), 2000)
    drawn = [blocks.quote(brief)] if brief else []
    drawn += blocks.fields(handoff.fields[:20])
    drawn.append(blocks.section(_next_step(handoff)))
    return [*drawn, blocks.context(f"Written by {text.escaped(handoff.written_by, 120)}")]


def _standing(handoff: HandoffMessage) -> list[Block]:
    if handoff.taken_by:
        said = blocks.section(f"*{text.escaped(handoff.taken_by, 80)} is on it.*")
        return [said, buttons(handoff.token, is_open=False)]
    declined = f"{text.escaped(handoff.declined_by, 80)} declined it. " if handoff.declined_by else ""
    how = f"{declined}Press the button or reply in this thread, and we know you have it."
    return [buttons(handoff.token, is_open=True), blocks.context(how)]


def _next_step(handoff: HandoffMessage) -> str:
    step = f"*Next step:* {text.escaped(handoff.next_step, 600)}"
    return f"{step}\n*By:* {text.escaped(handoff.owner_name, 80)}, {text.escaped(handoff.due, 80)}"
