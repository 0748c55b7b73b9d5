"""The joint forecast as CSV: the same bytes for both companies."""

import csv
import io

from motions.deals import Money
from motions.joint import ref_of
from motions.sheets import sheet_of
from motions.spaces import Figures
from tests.motions.spacing import a_line, pipeline, viewed


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_line_and_the_totals() -> None:
    rows = _rows(sheet_of(viewed(*pipeline())))

    assert [row["customer"] for row in rows] == ["Acme", "Cygnus", "Beacon", "Drift", "USD"]
    assert rows[0]["amount: Meridian"] == "2000000 USD"
    assert rows[0]["stage: AWS"] == "committed"
    assert rows[0]["differs"] == "stage amount"
    assert (rows[4]["deal"], rows[4]["amount: Meridian"], rows[4]["amount: AWS"]) == (
        "total",
        "11400000 USD",
        "11800000 USD",
    )


def test_our_copy_is_theirs_and_one_column() -> None:
    view = viewed(*pipeline())
    ids = {ref_of(line): str(line.deal) for line in pipeline()}

    ours, theirs = _rows(sheet_of(view, ids)), _rows(sheet_of(view))

    assert [row.pop("crm_id") for row in ours][:1] == [ids[view.lines[0].ref]]
    assert ours == theirs


def test_a_withheld_field_is_an_empty_cell() -> None:
    [row, *_] = _rows(sheet_of(viewed(*pipeline(), released=frozenset({"stage"}))))

    assert (row["customer"], row["amount: AWS"], row["stage: AWS"] != "") == ("", "", True)


def test_a_name_is_never_a_formula() -> None:
    text = sheet_of(viewed(a_line("=HYPERLINK(1)", Figures(amount=Money(1, "USD")))))  # type: ignore[arg-type]  # an int will do

    assert "'=HYPERLINK(1)" in text
