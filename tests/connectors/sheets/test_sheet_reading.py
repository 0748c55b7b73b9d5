"""Ten sheets as partners send them: what is read of each, and every mistake in it, by row and column."""

import time
from collections.abc import Mapping
from decimal import Decimal

import pytest

from connectors.sheets import NotReadable, read_sheet
from connectors.sheets.grids import Number
from connectors.sheets.values import Habits, Unfit, fitted
from motions.partner_sheets import Reading, SheetColumn
from tests.connectors.sheets.make_fixtures import FIXTURES

Found = tuple[int | None, str | None, str]

# By file: the rows that can be taken, and (row, column, code) of everything that is wrong or odd.
EXPECTED: Mapping[str, tuple[tuple[int, ...], tuple[Found, ...]]] = {
    "american_dates.csv.utf-16": (
        (
            3,
            4,
            5,
        ),
        (),
    ),
    "currencies.xlsx": (
        (
            2,
            3,
            4,
            5,
            6,
            7,
        ),
        (
            (4, None, "two-currencies"),
            (5, None, "two-currencies"),
            (6, "C", "negative"),
            (7, "C", "no-number"),
        ),
    ),
    "doubles.xlsx": (
        (2,),
        (
            (4, None, "double"),
            (5, None, "headings-again"),
            (7, None, "contradiction"),
            (8, None, "no-deal"),
        ),
    ),
    "european.csv.cp1252": (
        (
            2,
            3,
            4,
        ),
        (
            (None, None, "not-read"),
            (4, "E", "no-date"),
            (5, None, "total"),
        ),
    ),
    "formulas.xlsx": (
        (2,),
        (
            (None, "D", "formula"),
            (3, "C", "formula"),
            (4, "C", "error-value"),
            (5, None, "total"),
        ),
    ),
    "hidden.xlsx": (
        (
            2,
            4,
        ),
        (
            (None, None, "not-read"),
            (None, None, "not-read"),
            (None, "D", "hidden-column"),
            (3, None, "hidden-row"),
            (4, "B", "no-domain"),
        ),
    ),
    "merged_headings.xlsx": (
        (
            6,
            7,
        ),
        ((8, None, "total"),),
    ),
    "statuses.xlsx": (
        (
            2,
            3,
            6,
        ),
        (
            (3, "E", "no-email"),
            (4, "A", "id-as-number"),
            (5, "B", "id-as-date"),
            (5, "C", "no-status"),
        ),
    ),
    "typos.xlsx": (
        (
            2,
            3,
        ),
        (
            (2, "E", "date-as-number"),
            (3, "E", "no-date"),
            (4, "C", "no-score"),
        ),
    ),
    "undecided_dates.csv.utf-8-sig": (
        (
            3,
            4,
        ),
        (
            (2, "D", "ambiguous-date"),
            (5, "C", "formula"),
        ),
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_mistake_of_a_messy_sheet_is_named(name: str) -> None:
    rows, mistakes = EXPECTED[name]

    reading = read_sheet((FIXTURES / name).read_bytes(), name, {})

    found = [(each.row, each.column[0] if each.column else None, each.code) for each in reading.mistakes]
    assert [row.number for row in reading.rows] == list(rows)
    assert found == list(mistakes)
    assert all(each.message for each in reading.mistakes)


def test_every_fixture_has_its_mistakes_written_down() -> None:
    files = {path.name for path in FIXTURES.iterdir() if path.suffix != ".md"}

    assert files == set(EXPECTED)
    assert len(files) == 10


def test_two_rows_of_headings_are_read_as_one() -> None:
    reading = read("merged_headings.xlsx")

    assert [(each.heading, each.column) for each in reading.columns] == [
        ("Customer", SheetColumn.CUSTOMER),
        ("Deal Name", SheetColumn.TITLE),
        ("Deal Value", SheetColumn.AMOUNT),
        ("Propensity Score", SheetColumn.SCORE),
        ("Propensity As of", SheetColumn.SCORED_ON),
    ]
    assert reading.rows[0].values[SheetColumn.SCORED_ON] == "2026-11-02"


def test_european_amounts_and_scores_are_exact() -> None:
    first = read("european.csv.cp1252").rows[0].values

    assert (first[SheetColumn.AMOUNT], first[SheetColumn.SCORE]) == ("1234567.89", "87.5")
    assert first[SheetColumn.CUSTOMER] == "Müller KG"


def test_shares_of_one_are_scores_of_a_hundred_and_the_column_settles_its_dates() -> None:
    rows = read("american_dates.csv.utf-16").rows

    assert [row.values[SheetColumn.SCORE] for row in rows] == ["82", "50", "100"]
    assert [row.values[SheetColumn.CLOSE_DATE] for row in rows] == ["2026-12-31", "2027-01-02", "2027-02-03"]


def test_currencies_are_read_where_they_stand_and_never_two_at_once() -> None:
    rows = read("currencies.xlsx").rows

    money = [(row.values.get(SheetColumn.AMOUNT), row.values.get(SheetColumn.CURRENCY)) for row in rows[:3]]
    assert money == [("1000", "EUR"), ("2500", "USD"), (None, None)]


def test_what_a_heading_is_taken_for_says_how_sure_that_is() -> None:
    columns = {each.letter: each for each in read("typos.xlsx").columns}

    assert (columns["A"].column, columns["A"].how) == (SheetColumn.CUSTOMER, 'much like "customer name"')
    assert columns["A"].confidence < columns["E"].confidence < columns["C"].confidence
    assert columns["B"].column is None
    assert (columns["D"].column, columns["D"].how) == (None, "not known")


def test_what_a_person_told_of_a_heading_counts_most() -> None:
    told = {"whitespace tier": SheetColumn.STAGE, "score": SheetColumn.COMMENT}

    reading = read_sheet((FIXTURES / "typos.xlsx").read_bytes(), "typos.xlsx", told)

    columns = {each.letter: each.column for each in reading.columns}
    assert (columns["B"], columns["C"], columns["D"]) == (SheetColumn.SCORE, SheetColumn.COMMENT, SheetColumn.STAGE)


def read(name: str) -> Reading:
    return read_sheet((FIXTURES / name).read_bytes(), name, {})


def test_a_list_of_nothing_we_know_is_refused() -> None:
    with pytest.raises(NotReadable, match="looks like headings"):
        read_sheet(b"colour,shape\nred,round\n", "list.csv", {})


def test_an_id_has_single_blanks_as_when_a_person_types_it() -> None:
    read = read_sheet("Reference,Status\nDR\u00a0 1001 \u2009/A,accepted\n".encode(), "list.csv", {})

    assert read.rows[0].values[SheetColumn.REFERENCE] == "DR 1001 /A"


def test_an_absurd_score_is_a_mistake_of_its_row_and_hides_no_other() -> None:
    """What other programs write for 'no value'."""
    read = read_sheet(f"CRM ID,Score\n006A,-1{'0' * 40}\n006B,0.87\n".encode(), "list.csv", {})

    assert [row.values[SheetColumn.SCORE] for row in read.rows] == ["87"]
    assert [(each.row, each.code) for each in read.mistakes] == [(2, "no-score")]


def test_numbers_where_dates_belong_cost_no_more_than_other_cells() -> None:
    """Each was compared with every day of a hundred years: thousands of rows held the process up for minutes."""
    cells = [Number(Decimal("99999.5"))] * 500

    before = time.thread_time()
    for cell in cells:
        with pytest.raises(Unfit):
            fitted(SheetColumn.SCORED_ON, cell, Habits())

    assert time.thread_time() - before < 1


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("36525", "no-date"),
        ("36526", "date-as-number"),
        ("73050", "date-as-number"),
        ("73051", "no-date"),
        ("45000.5", "no-date"),
    ],
)
def test_a_bare_number_may_be_a_day_of_this_century(number: str, code: str) -> None:
    with pytest.raises(Unfit) as refused:
        fitted(SheetColumn.SCORED_ON, Number(Decimal(number)), Habits())

    assert refused.value.code == code
