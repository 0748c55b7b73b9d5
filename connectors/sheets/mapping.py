"""A spreadsheet as rows of known columns, with everything wrong in it named; decides nothing about a row's use."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from connectors.sheets.aliases import TOTALS
from connectors.sheets.client import open_sheets
from connectors.sheets.grids import Formula, Grid, Line, NotReadable, letter
from connectors.sheets.headers import Headings, Told, headings_of, plain
from connectors.sheets.values import Habits, Unfit, fitted, habits_of
from motions.partner_sheets import Mistake, Reading, Recognised, SheetColumn, SheetRow

# Any of them says which deal a row is about.
NAMES_A_DEAL: Final = (SheetColumn.CRM_ID, SheetColumn.REFERENCE, SheetColumn.TITLE, SheetColumn.CUSTOMER)
# A row is not taken at all when what it is about, or what it says, cannot be read.
_DECIDING: Final = {*NAMES_A_DEAL, SheetColumn.SCORE, SheetColumn.SCORED_ON, SheetColumn.STATUS}
_IDS: Final = (SheetColumn.CRM_ID, SheetColumn.REFERENCE)


def read_sheet(data: bytes, name: str, told: Told) -> Reading:
    """The sheet of a file whose headings are known best, read; raises NotReadable when none has any."""
    grids = open_sheets(data, name)
    found = [(grid, headings) for grid in grids if (headings := headings_of(grid, told)) is not None]
    if not found:
        raise NotReadable(
            f"{name}: no row of it looks like headings we know; at least two columns must be. Nothing was read. "
            "Name them as docs/connectors.md does, or say what a heading means with `cosell sheet map`."
        )
    grid, headings = max(found, key=lambda each: _worth(each[1]))
    others = [each.name for each in grids if each is not grid and each.lines]
    reading = _Reader(grid, headings).read()
    notes = [*grid.notes, *(f'The sheet "{other}" was not read.' for other in others)]
    unread = tuple(Mistake(grid.name, None, None, "not-read", note, blocks=False) for note in notes)
    return replace(reading, mistakes=(*unread, *reading.mistakes))


def _worth(headings: Headings) -> int:
    return sum(each.column is not None for each in headings.columns.values())


class _Reader:
    def __init__(self, grid: Grid, headings: Headings) -> None:
        self._grid = grid
        self._headings = headings
        self._known = {i: each.column for i, each in headings.columns.items() if each.column is not None}
        body = [line for line in grid.lines if line.number > headings.last_row]
        self._body = [line for line in body if not line.is_hidden]
        self._hidden = [line.number for line in body if line.is_hidden]
        self._habits: Mapping[int, Habits] = {}
        self._mistakes: list[Mistake] = []

    def read(self) -> Reading:
        self._say_hidden()
        lines = [line for line in self._body if not self._is_no_row(line)]
        self._habits = {i: habits_of(column, (line.at(i) for line in lines)) for i, column in self._known.items()}
        rows = [row for line in lines if (row := self._row(line)) is not None]
        self._say_formulas(lines)
        kept = tuple(self._without_doubles(rows))
        mistakes = tuple(sorted(self._mistakes, key=lambda each: each.row or 0))
        columns = tuple(self._headings.columns.values())
        return Reading(self._grid.name, columns, kept, mistakes)

    def _row(self, line: Line) -> SheetRow | None:
        values: dict[SheetColumn, str] = {}
        shown: str | None = None
        is_good = True
        for index, column in self._known.items():
            try:
                fit = fitted(column, line.at(index), self._habits[index])
            except Unfit as error:
                is_good &= column not in _DECIDING
                said = str(error) if column in _DECIDING else f"{error}; the rest of the row was read"
                self._say(line.number, error.code, said, index=index, blocks=column in _DECIDING)
                continue
            if fit is not None:
                values[column] = fit.text
                if column is SheetColumn.AMOUNT:
                    shown = fit.currency or self._headings.currencies.get(index)
        if shown:
            self._settle_currency(line, values, shown)
        if is_good and not any(column in values for column in NAMES_A_DEAL):
            self._say(line.number, "no-deal", "names no deal: no id, name or customer")
            is_good = False
        return SheetRow(line.number, values) if is_good else None

    def _settle_currency(self, line: Line, values: dict[SheetColumn, str], shown: str) -> None:
        if values.setdefault(SheetColumn.CURRENCY, shown) == shown:
            return
        said = f"shows {shown} beside the amount, and {values.pop(SheetColumn.CURRENCY)} as its currency"
        self._say(line.number, "two-currencies", f"{said}; the rest of the row was read", blocks=False)
        del values[SheetColumn.AMOUNT]

    def _is_no_row(self, line: Line) -> bool:
        """Whether it is a total, or the headings once more."""
        texts = tuple(" ".join(cell.split()) if isinstance(cell, str) else "" for cell in line.cells)
        first = next((text for text in texts if text), "")
        if texts in self._headings.texts:
            self._say(line.number, "headings-again", "repeats the headings; it was left out", blocks=False)
            return True
        is_named_total = plain(first.rstrip(":")) in TOTALS
        if is_named_total or self._is_bare_sum(line):
            self._say(line.number, "total", "is a total; it was left out", blocks=False)
            return True
        return False

    def _is_bare_sum(self, line: Line) -> bool:
        """The last row with figures and formulas only, and none of what names a deal."""
        if line is not self._body[-1] or len(self._body) == 1:
            return False
        naming = [i for i, column in self._known.items() if column in NAMES_A_DEAL]
        others = [i for i, column in self._known.items() if column is SheetColumn.AMOUNT]
        return all(line.at(i) is None for i in naming) and any(line.at(i) is not None for i in others)

    def _without_doubles(self, rows: list[SheetRow]) -> Iterator[SheetRow]:
        """Each row once; of two that say different things of one deal neither."""
        first: dict[tuple[str, ...], SheetRow] = {}
        apart: set[int] = set()
        doubles: set[int] = set()
        for row in rows:
            before = first.setdefault(_key(row), row)
            if before is row:
                continue
            if dict(before.values) == dict(row.values):
                self._say(row.number, "double", f"says the same as row {before.number}; it was left out", blocks=False)
                doubles.add(row.number)
            else:
                self._say(row.number, "contradiction", f"says something else of the same deal than row {before.number}")
                apart |= {before.number, row.number}
        yield from (row for row in rows if row.number not in apart | doubles)

    def _say_hidden(self) -> None:
        for number in self._hidden:
            self._say(number, "hidden-row", "is hidden; it was left out", blocks=False)
        for index in sorted(self._grid.hidden_columns):
            if index in self._headings.columns:
                self._say(None, "hidden-column", "is hidden; it was read all the same", index=index, blocks=False)

    def _say_formulas(self, lines: list[Line]) -> None:
        """A formula in a column nobody needs is no harm, but is named once."""
        for index in self._headings.columns:
            if index not in self._known and any(isinstance(line.at(index), Formula) for line in lines):
                self._say(None, "formula", "holds formulas; none was computed", index=index, blocks=False)

    def _say(self, row: int | None, code: str, message: str, *, index: int | None = None, blocks: bool = True) -> None:
        column = _named(self._headings.columns[index], index) if index is not None else None
        self._mistakes.append(Mistake(self._grid.name, row, column, code, message, blocks))


def _key(row: SheetRow) -> tuple[str, ...]:
    """What a row is about: its ids when it has any, else its names."""
    ids = tuple(f"{column}={row.values[column]}" for column in _IDS if column in row.values)
    return ids or tuple(row.values.get(column, "").casefold() for column in NAMES_A_DEAL)


def _named(column: Recognised, index: int) -> str:
    return f'{letter(index)} "{column.heading}"'
