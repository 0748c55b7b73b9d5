"""A short message to one person or thread: what happened, what it means, what to do."""

from handlers.views import blocks, text
from motions.surfaces import Note


def draw(note: Note) -> dict[str, object]:
    """The headline, its lines and the one link."""
    headline = text.escaped(note.headline, 400)
    who = f"{text.mention(note.mention_slack_id, '')} " if note.mention_slack_id else ""
    lines = [f"{who}*{headline}*" if headline else "cosell", *(text.escaped(line, 500) for line in note.lines)]
    kept = _within(lines, blocks.SECTION - 200)
    if note.link:
        kept.append(text.link(*note.link))
    quoted = text.shortened(text.cleaned(note.quote).strip(), 1000)
    return blocks.message(headline, [blocks.section("\n".join(kept)), *([blocks.quote(quoted)] if quoted else [])])


def _within(lines: list[str], limit: int) -> list[str]:
    kept, used = [], 0
    for line in lines:
        used += text.width(line) + 1
        if used > limit:
            kept.append("…")
            break
        kept.append(line)
    return kept
