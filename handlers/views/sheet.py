"""The card of a partner's sheet: what was recognised, what is wrong, what importing it changes, and the decision."""

from collections.abc import Sequence

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.sheet_drops import Look, SeenColumn, Told
from motions.sheet_surfaces import SheetCard

IMPORT = "sheet.import"
LEAVE = "sheet.leave"
COLUMNS = "sheet.columns"

_AFTER = "Nothing in the file was run. A score goes into our own field of the CRM; a status moves its motion on."
_ROOM = 2_000  # of each list: all of them together stay far below what Slack takes
_LINE = 220
_CELL = 60


def draw(card: SheetCard) -> dict[str, object]:
    """The card as a message, in the order a person decides."""
    head = [blocks.header(_title(card)), blocks.section(f"*{text.escaped(card.standing, 600)}*")]
    drawn = [*head, *(_look(card.look) if card.look is not None else []), *_trouble(card), *_buttons(card)]
    return blocks.message(f"{text.escaped(_title(card), 200)}. {text.escaped(card.standing, 600)}", drawn)


def _title(card: SheetCard) -> str:
    tail = f": a sheet of {text.shortened(text.one_line(card.partner_name), 60)}"
    name = text.one_line(card.name) or "A file"
    return text.shortened(name, blocks.HEADER - text.width(tail)) + tail


def _look(look: Look) -> list[Block]:
    known = [each for each in look.columns if each.column is not None]
    unread = [each for each in look.columns if each.column is None]
    rows = (
        f"rows that can be taken: {text.counted(look.rows)}, that say what is known already: {text.counted(look.same)}."
    )
    drawn = [blocks.context(f"Sheet “{text.escaped(look.sheet, 80)}”: {rows}")]
    drawn += _listed("Columns", [_column(each) for each in known])
    drawn += _listed("Columns that are not read", [_column(each) for each in unread])
    drawn += _told("What is wrong in it", look.mistakes)
    drawn += _told("What importing it changes", look.changes)
    return drawn + _told("What stays as it is", look.left_out)


def _column(each: SeenColumn) -> str:
    heading = f"{each.letter} “{text.escaped(each.heading, _CELL)}”"
    how = text.escaped(each.how, 80)
    return f"{heading}: {how}" if each.column is None else f"{heading} is {each.column} ({each.percent}%: {how})"


def _told(title: str, told: Told) -> list[Block]:
    lines = [text.escaped(line, _LINE) for line in told.lines]
    more = told.count - len(told.lines)
    return _listed(
        f"{title} ({text.counted(told.count)})", lines + ([f"and {text.counted(more)} more"] if more else [])
    )


def _listed(title: str, lines: Sequence[str]) -> list[Block]:
    return [blocks.bullets(title, lines, limit=_ROOM)] if lines else []


def _trouble(card: SheetCard) -> list[Block]:
    lines = [f"{text.escaped(item.reason, 400)} {text.escaped(item.next_act, 200)}" for item in card.problems]
    return [blocks.bullets("Open problems", lines, limit=_ROOM)] if lines else []


def _buttons(card: SheetCard) -> list[Block]:
    if card.token is None or card.look is None:
        return []
    row = []
    if card.look.changes.count:
        row.append(blocks.button("Import", IMPORT, card.token, style="primary"))
    if card.look.unmapped:
        row.append(blocks.button("Name columns", COLUMNS, card.token))
    row.append(blocks.button("Leave it", LEAVE, card.token))
    return [
        blocks.actions(*row),
        blocks.context(_AFTER),
    ]
