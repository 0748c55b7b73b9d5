"""CSV as bare cells: finds encoding and delimiter out by looking; runs no formula, and knows no column."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from typing import Final

from connectors.sheets.grids import LARGEST_ROWS, WIDEST, Cell, Formula, Grid, Line, NotReadable, too_many_rows

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS: Final = (",", ";", "\t", "|")
_LOOKED_AT: Final = 40
_MOSTLY: Final = 0.3


def read_csv(data: bytes, name: str) -> Grid:
    """The one sheet of a CSV file; raises NotReadable."""
    text, notes = _decoded(data)
    first, _, rest = text.partition("\n")
    told = first.strip().strip('"')
    if told.lower().startswith("sep=") and len(told) == len("sep=;"):  # what Excel writes for itself
        delimiter, records = told[-1], _records(rest, told[-1])
        numbered = enumerate(records, 2)
    else:
        delimiter = _delimiter(text)
        numbered = enumerate(_records(text, delimiter), 1)
    lines = []
    for number, record in numbered:
        if len(record) > WIDEST:
            raise NotReadable(f"Row {number} has {len(record)} columns; {WIDEST} are the most. Nothing was read.")
        cells = tuple(_cell(each) for each in record)
        if any(cell is not None for cell in cells):
            lines.append(Line(number, cells))
        if len(lines) > LARGEST_ROWS:
            raise too_many_rows()
    return Grid(name, tuple(lines), notes=notes)


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None) or _wide(data)
    try:
        if encoding is not None:
            return data.decode(encoding), ()
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise NotReadable(f"It says it is {encoding}, and is not. Nothing was read. Save it as UTF-8.") from error
    if b"\x00" in data:
        raise NotReadable("It is neither a workbook nor text. Nothing was read. Save it as .xlsx or CSV.")
    try:
        return data.decode("cp1252"), ("It is no UTF-8; it was read as Windows-1252.",)
    except UnicodeDecodeError as error:
        raise NotReadable("Its encoding is not known. Nothing was read. Save it as UTF-8.") from error


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark has a zero in every other byte."""
    head = data[:2000]
    if not head or head.count(0) < len(head) * _MOSTLY:
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _delimiter(text: str) -> str:
    """The one that cuts the beginning into most cells, most rows alike."""

    def worth(delimiter: str) -> tuple[int, int]:
        widths = [len(record) for record in islice(_records(text, delimiter), _LOOKED_AT) if len(record) > 1]
        alike = max((widths.count(width) * width for width in set(widths)), default=0)
        return alike, -_DELIMITERS.index(delimiter)

    return max(_DELIMITERS, key=worth)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise NotReadable(f"It is no CSV ({error}). Nothing was read.") from error


def _cell(text: str) -> Cell:
    stripped = text.strip().strip("\ufeff")
    if not stripped:
        return None
    return Formula(stripped) if stripped.startswith("=") else stripped
