"""Which rows of a sheet are its headings, and what each heading may be called; decides no meaning of a value."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from connectors.sheets.aliases import ALIASES
from connectors.sheets.grids import Grid, Line, letter
from motions.partner_sheets import Recognised, SheetColumn

LOOKED_AT: Final = 40  # rows; whatever stands above a list is shorter
ENOUGH: Final = 2  # columns that must be known before a row counts as headings
_ALIKE: Final = 0.86
_KNOWN: Final = {alias: column for column, names in ALIASES.items() for alias in names}
_OWN: Final = {column.value.replace("_", " "): column for column in SheetColumn}
_CODE: Final = re.compile(r"\b(EUR|USD|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CAD|AUD)\b|([€£])")
_SIGNS: Final = {"€": "EUR", "£": "GBP"}

Told = Mapping[str, SheetColumn]  # what people said of this partner's headings, by their plain spelling


@dataclass(frozen=True)
class Headings:
    """The headings of a sheet: the rows they stand in, and the columns by index."""

    last_row: int
    columns: Mapping[int, Recognised]
    currencies: Mapping[int, str]  # what a heading itself says, 'Amount (EUR)'
    texts: tuple[tuple[str, ...], ...]  # the heading rows as they stand, to know them again further down


def plain(heading: str) -> str:
    """One spelling for each heading: lower case, no accents, no brackets, single blanks."""
    without = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", heading)
    folded = unicodedata.normalize("NFKD", without).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9%]+", " ", folded).split()
    return " ".join(word for word in words if not _CODE.fullmatch(word.upper())) or " ".join(words)


def headings_of(grid: Grid, told: Told) -> Headings | None:
    """The row, or the two rows, whose cells are the names of most columns; None when no row is."""
    lines = [line for line in grid.lines if not line.is_hidden][:LOOKED_AT]
    best: tuple[int, Headings] | None = None
    for index, line in enumerate(lines):
        below = lines[index + 1] if index + 1 < len(lines) else None
        for found in _candidates(grid, line, below, told):
            worth = sum(each.column is not None for each in found.columns.values())
            if worth >= ENOUGH and (best is None or worth > best[0]):
                best = worth, found
    return best[1] if best else None


def recognise(names: tuple[str, ...], told: Told) -> tuple[SheetColumn | None, float, str]:
    """What a heading means, how sure that is, and why; the first of its names that is known decides."""
    spelt = [name for name in map(plain, names) if name]
    for known, confidence, how in ((told, 1.0, "told by a person"), (_OWN, 1.0, "our own name")):
        for name in spelt:
            if name in known:
                return known[name], confidence, how
    for name in spelt:
        if name in _KNOWN:
            return _KNOWN[name], 0.95, "a known name"
    return _much_like(spelt[0]) if spelt else (None, 0.0, "not known")


def _much_like(name: str) -> tuple[SheetColumn | None, float, str]:
    ratio, alias = max((SequenceMatcher(None, name, alias).ratio(), alias) for alias in _KNOWN)
    if ratio < _ALIKE:
        return None, 0.0, "not known"
    return _KNOWN[alias], round(ratio * 0.9, 2), f'much like "{alias}"'


def _candidates(grid: Grid, line: Line, below: Line | None, told: Told) -> Iterator[Headings]:
    texts = _texts(line)
    if texts is None:
        return
    yield _headings(line.number, [(text,) for text in texts], told, (texts,))
    lower = _texts(below) if below is not None else None
    if below is not None and lower is not None and below.number == line.number + 1:
        across = _across(grid, line, texts)
        width = max(len(across), len(lower))
        pairs = zip(_wide(across, width), _wide(lower, width), strict=True)
        names = [_names(over, under) for over, under in pairs]
        yield _headings(below.number, names, told, (texts, lower))


def _names(over: str, under: str) -> tuple[str, ...]:
    if over and under:
        return f"{over} {under}", under, over
    return (over or under,)


def _headings(last: int, names: list[tuple[str, ...]], told: Told, texts: tuple[tuple[str, ...], ...]) -> Headings:
    columns: dict[int, Recognised] = {}
    currencies: dict[int, str] = {}
    for index, each in enumerate(names):
        if not each[0]:
            continue
        column, confidence, how = recognise(each, told)
        columns[index] = Recognised(letter(index), each[0], column, confidence, how)
        if found := _CODE.search(each[0].upper()):
            currencies[index] = found.group(1) or _SIGNS[found.group(2)]
    return Headings(last, _once_each(columns), currencies, texts)


def _once_each(columns: Mapping[int, Recognised]) -> dict[int, Recognised]:
    """Of two columns that may mean the same the surer one does, then the first; the other is asked about."""
    best: dict[SheetColumn, int] = {}
    for index, each in columns.items():
        if each.column is not None and (
            each.column not in best or each.confidence > columns[best[each.column]].confidence
        ):
            best[each.column] = index
    return {
        index: each
        if each.column is None or best[each.column] == index
        else Recognised(each.letter, each.heading, None, 0.0, f"{each.column} is column {letter(best[each.column])}")
        for index, each in columns.items()
    }


def _texts(line: Line) -> tuple[str, ...] | None:
    """The cells of a row of words; None when something else stands in it too."""
    if any(cell is not None and not isinstance(cell, str) for cell in line.cells):
        return None
    return tuple(" ".join(str(cell).split()) if cell else "" for cell in line.cells)


def _across(grid: Grid, line: Line, texts: tuple[str, ...]) -> tuple[str, ...]:
    """The upper of two heading rows, each merged heading over all of its columns."""
    width = max([len(texts), *(merge.last_column + 1 for merge in grid.merges if merge.first_row == line.number)])
    spread = list(_wide(texts, width))
    for merge in grid.merges:
        if merge.first_row <= line.number <= merge.last_row:
            for index in range(merge.first_column, merge.last_column + 1):
                spread[index] = spread[merge.first_column]
    return tuple(spread)


def _wide(texts: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*texts, *[""] * (width - len(texts)))
