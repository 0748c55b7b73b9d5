"""What an approval is about, in full: every line of the referral, and the words the partner would read."""

from collections.abc import Mapping

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.proposals import Proposal
from motions.referrals import FormField


def in_full(proposal: Proposal, partner: str, *, was_approved: bool) -> list[Block]:
    """The sealed proposal as blocks, nothing cut; values are exact text, never formatting."""
    who = text.escaped(partner, 60)
    if not proposal.form:
        return []  # no grant: nothing was made for the partner
    title = f"*What was approved for {who}*" if was_approved else f"*What would be filed with {who}, in full*"
    drawn: list[Block] = [blocks.divider(), blocks.section(title)]
    drawn.append(_listed([_line(field) for field in proposal.form]))
    handoff = proposal.payload.get("handoff")
    return drawn + (_told(handoff, who) if isinstance(handoff, dict) else [])


def _line(field: FormField) -> Block:
    notes = [text.one_line(field.note)] if field.note else []
    return _labelled(field.label, field.value or "", notes)


def _told(handoff: Mapping[str, object], who: str) -> list[Block]:
    words = text.cleaned(str(handoff.get("text") or "")).strip()
    drawn = [_where(str(handoff.get("channel") or ""), who)]
    drawn += [blocks.quote(words)] if words else []
    given = handoff.get("fields")
    pairs = [(str(label), str(value)) for label, value in given] if isinstance(given, list) else []
    pairs += [("Next step", str(handoff.get("next_step") or "")), ("By", str(handoff.get("owner") or ""))]
    return [*drawn, _listed([_labelled(label, value, []) for label, value in pairs])]


def _where(channel: str, who: str) -> Block:
    place = text.channel(channel, "the channel we share")
    return blocks.section(f"*What {who} would read in {place} once they accept*")


def _labelled(label: str, value: str, notes: list[str]) -> Block:
    runs = [blocks.run(f"{text.one_line(label)}: ", bold=True), blocks.run(text.cleaned(value).strip() or "empty")]
    hidden = text.hidden_in(value)
    if hidden:
        notes = [*notes, f"characters in it that no screen shows: {hidden}"]
    if notes:
        runs.append(blocks.run(f" ({'; '.join(notes)})", italic=True))
    return {"type": "rich_text_section", "elements": runs}


def _listed(lines: list[Block]) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": lines}]}
