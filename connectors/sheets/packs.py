"""A filing pack as bytes: one workbook in the partner's layout, with the checklist of whoever files it."""

from collections.abc import Mapping
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from connectors.sheets.grids import Number
from connectors.sheets.layouts import Layout, cell_of

_BOLD: Final = Font(bold=True)


def workbook_of(layout: Layout, cells: Mapping[str, str], pack: str) -> bytes:
    """The workbook; what somebody wrote into a name stays text."""
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    _fill(book.active, layout, cells)
    _check(book.create_sheet("Checklist"), layout, cells, pack)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, layout: Layout, cells: Mapping[str, str]) -> None:
    sheet.title = "Referral"
    for index, column in enumerate(layout.column, 1):
        heading = sheet.cell(1, index)
        _say(heading, column.heading)
        heading.font = _BOLD
        sheet.column_dimensions[get_column_letter(index)].width = max(14, len(column.heading) + 4)
        if value := cells.get(column.heading):
            typed = cell_of(column, value)
            cell = sheet.cell(2, index)
            if isinstance(typed, Number):
                cell.value = typed.value
                cell.number_format = f'#,##0.00 "{typed.currency}"'
            elif isinstance(typed, str):
                _say(cell, typed)
            else:
                cell.value = typed
                cell.number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "A2"


def _check(sheet: Worksheet, layout: Layout, cells: Mapping[str, str], pack: str) -> None:
    steps = [
        f"File this with {layout.partner}, in its portal or with its manager. Change nothing that was approved.",
        *(
            f"{column.heading}{f' ({column.group})' if column.group else ''}: {cells[column.heading]}"
            for column in layout.column
            if cells.get(column.heading)
        ),
        f"Then tell cosell the reference you were given: cosell sheet filed {pack} REFERENCE",
    ]
    for row, step in enumerate(steps, 1):
        _say(sheet.cell(row, 1), str(row))
        _say(sheet.cell(row, 2), step)
    sheet.column_dimensions["B"].width = 110


def _say(cell: Cell | MergedCell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"  # a text that begins with = is still a text
