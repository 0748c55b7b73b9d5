"""Block Kit's pieces as plain dicts, with the limits every surface shares; knows no domain value."""

import json
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from handlers.views import text

Block: TypeAlias = dict[str, object]

HEADER = 150
SECTION = 3000
FIELD = 2000
FIELDS = 10
MESSAGE_BLOCKS = 50
BUTTON = 75
TITLE = 24


def message(fallback: str, blocks: Sequence[Block]) -> dict[str, object]:
    """A whole message; `fallback` is what notifications and screen readers get, already escaped."""
    return {"text": text.shortened(fallback, 2900) or "cosell", "blocks": list(blocks)}


def header(words: str) -> Block:
    """A headline, in plain text; cut to what Slack takes."""
    return {"type": "header", "text": plain(text.shortened(text.one_line(words), HEADER))}


def title(words: str) -> Block:
    """A modal's title."""
    return plain(text.shortened(text.one_line(words), TITLE) or "cosell")


def section(mrkdwn: str) -> Block:
    """One paragraph of mrkdwn."""
    return {"type": "section", "text": marked(mrkdwn)}


def fields(pairs: Iterable[tuple[str, str]], *, value_limit: int = 200) -> list[Block]:
    """Labels and values in two columns, ten a block."""
    cells = [
        marked(f"*{text.escaped(label, 80)}*\n{text.escaped(value, value_limit) or 'not known'}")
        for label, value in pairs
    ]
    return [{"type": "section", "fields": cells[i : i + FIELDS]} for i in range(0, len(cells), FIELDS)]


def context(*mrkdwn: str) -> Block:
    """Small print, one or more pieces."""
    return {"type": "context", "elements": [marked(words) for words in mrkdwn if words][:10]}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def actions(*buttons: Block) -> Block:
    """Buttons in a row."""
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action_id: str, value: str, *, style: str | None = None, confirm: Block | None = None) -> Block:
    """A button whose `value` is the opaque token it carries."""
    drawn: Block = {"type": "button", "action_id": action_id, "text": plain(label), "value": value}
    if style:
        drawn["style"] = style
    if confirm:
        drawn["confirm"] = confirm
    return drawn


def fitting(lines: Iterable[Block], room: int) -> list[Block]:
    """As many of these blocks, from the first on, as take so many characters: Slack bounds a message as a whole."""
    kept, used = [], 0
    for line in lines:
        used += text.width(json.dumps(line, ensure_ascii=False)) + 2
        if used > room:
            break
        kept.append(line)
    return kept


def bullets(title: str, lines: Sequence[str], *, limit: int = SECTION) -> Block:
    """A titled list in one section; lines that would pass the limit are counted instead of shown."""
    shown, used = [f"*{title}*"], text.width(title) + 2
    for index, line in enumerate(lines):
        used += text.width(line) + 3
        if used > limit - 40:
            shown.append(f"and {len(lines) - index} more")
            break
        shown.append(f"• {line}")
    return section("\n".join(shown))


def quote(words: str) -> Block:
    """Somebody's text, shown exactly and marked as a quotation; nothing in it is formatting."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [run(words)]}]}


def run(words: str, *, bold: bool = False, italic: bool = False) -> Block:
    """A run of exact text inside rich text."""
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return {"type": "text", "text": words, "style": style} if style else {"type": "text", "text": words}


def plain(words: str) -> Block:
    """A plain-text object."""
    return {"type": "plain_text", "text": words, "emoji": False}


def marked(mrkdwn: str) -> Block:
    # verbatim: Slack must not turn bare URLs, #channels and @names of CRM text into links.
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}
