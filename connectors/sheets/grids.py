"""A spreadsheet as bare cells: what a file holds before anybody knows what it means; knows no file format."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from motions.errors import UserMistake

LARGEST_BYTES = 50 * 1024 * 1024
LARGEST_ROWS = 100_000
LARGEST_CELLS = 3_000_000  # that hold something, in all sheets of a file: each costs memory until it is read
WIDEST = 256  # columns; no list for people is wider


class NotReadable(UserMistake):
    """The file is no spreadsheet that can be read; the message says why, and what to do."""


@dataclass(frozen=True)
class Formula:
    """A formula, which nobody computes: its text."""

    text: str


@dataclass(frozen=True)
class Broken:
    """An error value such as #REF!."""

    text: str


@dataclass(frozen=True)
class Number:
    """A number, with the currency its format shows."""

    value: Decimal
    currency: str | None = None


Cell = str | Number | datetime | bool | Formula | Broken | None


@dataclass(frozen=True)
class Line:
    """One row that is not empty, by its number in the file."""

    number: int
    cells: tuple[Cell, ...]
    is_hidden: bool = False

    def at(self, index: int) -> Cell:
        """The cell in a column; None beyond the end."""
        return self.cells[index] if index < len(self.cells) else None

    @property
    def held(self) -> int:
        """How many cells hold something."""
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True)
class Merge:
    """A block of cells merged into its upper left one; rows by number, columns from 0."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True)
class Grid:
    """One sheet of a file."""

    name: str
    lines: tuple[Line, ...]
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()
    notes: tuple[str, ...] = ()  # how it was read, where that was a guess


def letter(index: int) -> str:
    """The name of a column: 0 is A."""
    name, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def too_many_rows() -> NotReadable:
    """Why a sheet is not read that is longer than any list."""
    return NotReadable(f"It has more than {LARGEST_ROWS:,} rows, so nothing was read. Split it.")


def too_many_cells() -> NotReadable:
    """Why a file is not read that holds more than any list."""
    return NotReadable(f"It has more than {LARGEST_CELLS:,} cells, so nothing was read. Split it.")
