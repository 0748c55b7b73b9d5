"""The joint forecast: two companies' figures side by side, what differs said in words, and the buttons of both.

One drawing for the live message and for the answer to `/cosell forecast`; it is given released fields only.
"""

from collections.abc import Sequence

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.joint import Cell, JointForecast, JointLine, Said, Total, difference, grouped, in_words
from motions.spaces import JointField, Move, Side, Source

UPDATE = "forecast.update"
AGREE = "forecast.agree"

_LABELS = {JointField.STAGE: "Stage", JointField.AMOUNT: "Amount", JointField.CLOSE_DATE: "Close date"}
_LINE = 1500
_ALL_LINES = 9_500  # of the 12,000 characters of a message; the rest is its frame


def draw(view: JointForecast) -> dict[str, object]:
    """The message; without a deal it says so."""
    ours, theirs = (text.escaped(name, 60) for name in (view.our_name, view.partner_name))
    title = f"Joint forecast of {text.one_line(view.our_name)} and {text.one_line(view.partner_name)}"
    if not view.lines:
        empty = "No deal is shared for the forecast just now."
        return blocks.message(f"{text.escaped(title, 200)}: {empty}", [blocks.header(title), blocks.section(empty)])
    drawn = [blocks.header(title), blocks.section(_summary(view, ours, theirs))]
    lines = blocks.fitting([_line(line, ours, theirs) for line in view.lines], _ALL_LINES)
    drawn += lines
    if (more := view.deals - len(lines)) > 0:
        drawn.append(blocks.context(f"… and {more} more: `cosell space export` has them all"))
    button = blocks.button("Update your figures", UPDATE, view.token)
    drawn.append(blocks.actions(button))
    same = f"State {view.state[:12]}: who sees the same state sees the same figures, at either company."
    drawn.append(blocks.context("The partner updates its figures with the button; ours are the CRM's.", same))
    return blocks.message(f"{text.escaped(title, 200)}: {_counted(view.conflicts)}", drawn)


def label_of(name: JointField) -> str:
    """A field as people call it."""
    return _LABELS[name]


def _summary(view: JointForecast, ours: str, theirs: str) -> str:
    totals = [_total(each, ours, theirs) for each in view.totals]
    deals = "1 deal" if view.deals == 1 else f"{view.deals} deals"
    return "\n".join([*totals, f"{deals}, {_counted(view.conflicts)}"])


def _total(total: Total, ours: str, theirs: str) -> str:
    sums = f"{ours}: {grouped(total.ours)} · {theirs}: {grouped(total.theirs)}"
    said = f"*Total {text.escaped(total.currency, 12)}* · {sums}"
    return said + (
        " · both the same" if total.ours == total.theirs else f" · apart by {grouped(abs(total.ours - total.theirs))}"
    )


def _counted(conflicts: int) -> str:
    if not conflicts:
        return "no differences"
    return "1 difference" if conflicts == 1 else f"{conflicts} differences"


def _line(line: JointLine, ours: str, theirs: str) -> Block:
    head = f"*{text.escaped(line.name, 120)}* · {_counted(len(line.conflicts))}"
    said = [head, *(_cell(cell, ours, theirs) for cell in line.cells)]
    if line.last is not None:
        said.append(_moved(line.last, ours, theirs))
    drawn = blocks.section(_within(said))
    if line.conflicts:
        drawn["accessory"] = blocks.button("Agree on figures", AGREE, line.token)
    return drawn


def _cell(cell: Cell, ours: str, theirs: str) -> str:
    label = _LABELS[cell.field]
    if cell.agreed is not None:
        who = " and ".join(f"{text.escaped(each.name, 80)}" for each in cell.said)
        return f"{label}: {_figure(cell, cell.agreed)}, agreed by {who}"
    if cell.ours == cell.theirs:
        both = "neither says" if cell.ours is None else f"both {_figure(cell, cell.ours)}"
        return f"{label}: {both}"
    said = f"{label}: {ours} {_figure(cell, cell.ours)} · {theirs} {_figure(cell, cell.theirs)}"
    if cell.is_conflict:
        said += f" · *differs*: {difference(cell, ours, theirs)}"
    return said + "".join(f"\n    {_word(cell, each, ours, theirs)}" for each in cell.said)


def _word(cell: Cell, said: Said, ours: str, theirs: str) -> str:
    company, other = (ours, theirs) if said.side is Side.OURS else (theirs, ours)
    name = text.escaped(said.name, 80)
    waits = f"waits for {other}" if len(cell.said) == 1 else f"not what {other} says"
    return f"{name} ({company}) agrees to {_figure(cell, said.value)}: {waits}"


def _figure(cell: Cell, spelled: str | None) -> str:
    return text.escaped(in_words(cell.field, spelled), 80)


def _moved(move: Move, ours: str, theirs: str) -> str:
    company = ours if move.side is Side.OURS else theirs
    what = f"{_LABELS[move.field].lower()} from {_spelled(move, move.before)} to {_spelled(move, move.after)}"
    by = "" if move.source is Source.CRM else f", by {text.escaped(move.by, 80)}"
    return f"{company} moved the {what}{by}, {text.moment(move.at)}"


def _spelled(move: Move, spelled: str | None) -> str:
    return text.escaped(in_words(move.field, spelled), 80)


def _within(lines: Sequence[str]) -> str:
    """Whole lines only: a cut inside a date or a mark would draw something else."""
    kept: list[str] = []
    for line in lines:
        if text.width("\n".join([*kept, line])) > _LINE:
            break
        kept.append(line)
    return "\n".join(kept)
