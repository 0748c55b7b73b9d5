"""An .xlsx workbook as bare cells, read row by row; computes no formula, follows no link, and knows no column."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import IO, Final
from xml.parsers import expat
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from connectors.sheets.archives import checked
from connectors.sheets.grids import (
    LARGEST_CELLS,
    LARGEST_ROWS,
    WIDEST,
    Broken,
    Cell,
    Formula,
    Grid,
    Line,
    Merge,
    NotReadable,
    Number,
    too_many_cells,
    too_many_rows,
)

_LAST_ROW: Final = 1_048_576  # of any sheet; a row beyond it is somebody's trap
_MOST_MERGES: Final = 10_000
_CURRENCY: Final = re.compile(r"\[\$([^\]-]+)|([€£$¥])|\b(EUR|USD|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CAD|AUD)\b")
_NOT_COMPUTED: Final[Mapping[str, type[Formula] | type[Broken]]] = {"f": Formula, "e": Broken}
_SIGNS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "US$": "USD"}


def read_xlsx(data: bytes) -> tuple[Grid, ...]:
    """Every sheet that people see; raises NotReadable."""
    archive = checked(data)
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
        unseen = [sheet.title for sheet in sheets if sheet.sheet_state != "visible"]
        notes = tuple(f'The hidden sheet "{name}" was not read.' for name in unseen)
        grids, room = [], LARGEST_CELLS
        for sheet in (each for each in sheets if each.title not in unseen):
            grids.append(_grid(sheet, archive, notes, room))
            room -= sum(line.held for line in grids[-1].lines)
        return tuple(grids)
    except NotReadable:
        raise
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        SyntaxError,
        zlib.error,
    ) as error:
        # What openpyxl lets through of a workbook that is none; ElementTree's own error is a SyntaxError.
        why = type(error).__name__
        raise NotReadable(f"The workbook is damaged ({why}). Nothing was read. Save it again as .xlsx.") from error
    except expat.ExpatError as error:
        raise NotReadable(f"The workbook is damaged ({error}). Nothing was read. Save it again as .xlsx.") from error


@dataclass
class _Shape:
    """What a sheet looks like to people, which reading row by row does not tell."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    rows: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self._row(attributes)
            case "col" if attributes.get("hidden") in {"1", "true"}:
                last = min(int(attributes["max"]), WIDEST)
                self.hidden_columns.update(range(int(attributes["min"]) - 1, last))
            case "mergeCell" if len(self.merges) < _MOST_MERGES:
                left, top, right, bottom = range_boundaries(attributes["ref"])
                self.merges.append(Merge(top or 1, bottom or 1, (left or 1) - 1, (right or 1) - 1))

    def _row(self, attributes: dict[str, str]) -> None:
        self.rows = int(attributes.get("r", self.rows + 1))
        if self.rows > _LAST_ROW:
            raise NotReadable(f"It has a row {self.rows}, which no sheet has. Nothing was read.")
        if attributes.get("hidden") in {"1", "true"}:
            self.hidden_rows.add(self.rows)


def _shape(stream: IO[bytes]) -> _Shape:
    shape, parser = _Shape(), expat.ParserCreate()
    parser.StartElementHandler = shape.start
    parser.ParseFile(stream)
    return shape


def _grid(sheet: ReadOnlyWorksheet, archive: ZipFile, notes: tuple[str, ...], room: int) -> Grid:
    part = getattr(sheet, "_worksheet_path")  # noqa: B009 - where else its part is named, the stubs forget
    with archive.open(str(part).lstrip("/")) as stream:
        shape = _shape(stream)
    sheet.reset_dimensions()  # what a file claims of its own size is believed by nobody
    lines = []
    for number, cells in _numbered(sheet):
        if any(cell is not None for cell in cells):
            lines.append(Line(number, cells, number in shape.hidden_rows))
            room -= lines[-1].held
        if room < 0:
            raise too_many_cells()
        if len(lines) > LARGEST_ROWS:
            raise too_many_rows()
    return Grid(str(sheet.title), tuple(lines), frozenset(shape.hidden_columns), tuple(shape.merges), notes)


def _numbered(sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    currencies: dict[str, str | None] = {}
    for number, row in enumerate(sheet.iter_rows(), 1):  # type: ignore[misc]  # the stubs lend it from Worksheet
        cells = tuple(_cell(cell, currencies) for cell in row[:WIDEST])
        if any(cell.value is not None for cell in row[WIDEST:]):
            raise NotReadable(f"Row {number} is wider than {WIDEST} columns, so nothing was read.")
        yield number, cells


def _cell(cell: object, currencies: dict[str, str | None]) -> Cell:
    if isinstance(cell, EmptyCell) or not isinstance(cell, ReadOnlyCell):
        return None
    if cell.value is None or cell.data_type in _NOT_COMPUTED:
        return (
            None if cell.value is None else _NOT_COMPUTED[cell.data_type](str(getattr(cell.value, "text", cell.value)))
        )
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        shown = str(cell.number_format)
        if shown not in currencies:
            currencies[shown] = _currency(shown)
        return Number(Decimal(str(cell.value)), currencies[shown])
    return _plain(cell.value)


def _plain(value: object) -> Cell:
    match value:
        case bool() | datetime():
            return value
        case date():
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - sheets know no zone
        case _:
            return str(value).strip() or None


def _currency(shown: str) -> str | None:
    found = _CURRENCY.search(shown)
    if found is None:
        return None
    sign = next(group for group in found.groups() if group).strip()
    return _SIGNS.get(sign, sign if re.fullmatch("[A-Z]{3}", sign) else None)
