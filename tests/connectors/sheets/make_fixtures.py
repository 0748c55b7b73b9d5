"""Writes the ten messy sheets of this folder's `fixtures`: `python -m tests.connectors.sheets.make_fixtures`."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

FIXTURES = Path(__file__).parent / "fixtures"


def main() -> None:
    """Write all of them again."""
    for name, make in WORKBOOKS.items():
        book = Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        make(sheet)
        book.save(FIXTURES / f"{name}.xlsx")
    for name, (text, encoding) in TEXTS.items():
        # Named by encoding too: what reads every text of the repository as UTF-8 passes over them.
        (FIXTURES / f"{name}.csv.{encoding}").write_bytes(text.encode(encoding))


def _merged_headings(sheet: Worksheet) -> None:
    """Titles above, two rows of headings, the upper one merged across, a total below."""
    sheet.title = "P2B Q4"
    sheet.append(["Propensity to buy, Northern region"])
    sheet.append(["Confidential, for partner use"])
    sheet.append([])
    sheet.append(["Customer", "Deal", None, "Propensity", None])
    sheet.append([None, "Name", "Value", "Score", "As of"])
    sheet.append(["Acme GmbH", "Acme data lake", 120000, 87, date(2026, 11, 2)])
    sheet.append(["Borealis AS", "Borealis ERP", 80500.5, 41, date(2026, 11, 2)])
    sheet.append(["Total", None, 200500.5, None, None])
    for cells in ("A4:A5", "B4:C4", "D4:E4", "A1:E1"):
        sheet.merge_cells(cells)


def _formulas(sheet: Worksheet) -> None:
    """Scores and a margin that are formulas, an error, and a sum of everything at the end."""
    sheet.title = "Scores"
    sheet.append(["CRM ID", "Customer", "P2B Score", "Margin", "Deal value"])
    sheet.append(["006A1", "Acme", 72, "=E2*0.1", 100])
    sheet.append(["006A2", "Borealis", "=C2+3", "=E3*0.1", 200])
    sheet.append(["006A3", "Cirrus", "#REF!", 4, 300])
    sheet["C4"].data_type = "e"
    sheet.append([None, None, None, None, "=SUM(E2:E4)"])


def _hidden(sheet: Worksheet) -> None:
    """A hidden row, a hidden column, a hidden sheet beside."""
    sheet.title = "Accounts"
    sheet.append(["Account name", "Domain", "Fit score", "Sales rep"])
    sheet.append(["Acme", "https://www.acme.example/de", 66, "Rae Moss"])
    sheet.append(["Secret Ltd", "secret.example", 99, "Rae Moss"])
    sheet.append(["Borealis", "not a domain", 51, "Rae Moss"])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True
    book = sheet.parent
    assert isinstance(book, Workbook)
    other = book.create_sheet("Old scores")
    other.append(["Account name", "Score"])
    other.append(["Acme", 1])
    other.sheet_state = "hidden"
    second = book.create_sheet("Legend")
    second.append(["Colours are ours"])


def _doubles(sheet: Worksheet) -> None:
    """The same row twice, two scores of one deal, the headings once more, empty rows between."""
    sheet.title = "List"
    heading = ["Deal ID", "Customer", "Score"]
    sheet.append(heading)
    sheet.append(["006A1", "Acme", 70])
    sheet.append([])
    sheet.append(["006A1", "Acme", 70])
    sheet.append(heading)
    sheet.append(["006A2", "Borealis", 40])
    sheet.append(["006A2", "Borealis", 60])
    sheet.append([None, None, 55])


def _statuses(sheet: Worksheet) -> None:
    """What a partner decided, with words of its own, ids a spreadsheet spoilt, and e-mail addresses that are none."""
    sheet.title = "Registrations"
    sheet.append(["Your reference", "Registration ID", "Review status", "Partner manager", "E-mail", "Reason"])
    sheet.append(["006A1", "DR-1001", "Approved", "Kim Ode", "kim.ode@partner.example", None])
    sheet.append(["006A2", "DR-1002", "Declined", "Kim Ode", "kim.ode(at)partner", "Duplicate"])
    sheet.append([6.0012345678901e17, "DR-1003", "More info needed", None, None, "Which region?"])
    sheet.append(["006A4", date(2026, 11, 1), "On hold", None, None, None])
    sheet.append(["006A5", "DR-1005", "more information", "-", None, "Size of the team"])


def _currencies(sheet: Worksheet) -> None:
    """Currencies in number formats, in cells, in the heading and in a column of their own."""
    sheet.title = "Pipeline"
    sheet.append(["Opportunity name", "Company", "Amount (EUR)", "Currency", "Stage"])
    sheet.append(["Lake", "Acme", 1000, None, "Proposal"])
    sheet.append(["ERP", "Borealis", "$ 2,500.00", None, "Proposal"])
    sheet.append(["CRM", "Cirrus", "GBP 300", "EUR", "Proposal"])
    sheet.append(["HCM", "Dune", 4000, "CHF", "Proposal"])
    sheet.append(["SCM", "Eolia", -5, None, "Proposal"])
    sheet.append(["MDM", "Fjord", "tbd", None, "Proposal"])
    sheet["C2"].number_format = "#,##0.00 [$€-407]"


def _typos(sheet: Worksheet) -> None:
    """Headings with typing errors, two columns that mean the same, one nobody knows."""
    sheet.title = "Sheet1"
    sheet.append(["Custommer Name", "Propensty score", "Score", "Whitespace tier", "Closing  Date"])
    sheet.append(["Acme", 12, 77, "A", 46387])
    sheet.append(["Borealis", 13, "87/100", "B", "Q1"])
    sheet.append(["Cirrus", 14, "101", "B", date(2027, 1, 31)])


WORKBOOKS: Mapping[str, Callable[[Worksheet], None]] = {
    "merged_headings": _merged_headings,
    "formulas": _formulas,
    "hidden": _hidden,
    "doubles": _doubles,
    "statuses": _statuses,
    "currencies": _currencies,
    "typos": _typos,
}

TEXTS: Mapping[str, tuple[str, str]] = {
    "european": (
        """Kunde;Projekt;Betrag;Währung;Abschlussdatum;Bewertung
Müller KG;Datenplattform;1.234.567,89;EUR;31.12.2026;87,5
Groß AG;ERP;98.000;EUR;01.02.2027;n/a
Weiß GmbH;Portal;12,5 Mio;EUR;31.02.2027;60
Summe;;1.345.067,89;EUR;;
""",
        "cp1252",
    ),
    "american_dates": (
        """sep=,
Account,Deal name,Score,Score date,Expected close
Acme,Lake,0.82,11/02/2026,12/31/2026
Borealis,ERP,0.5,11/03/2026,01/02/2027
Cirrus,CRM,1,10/13/2026,"Feb 3, 2027"
""",
        "utf-16",
    ),
    "undecided_dates": (
        """crm id|account|score|as of
006A1|Acme|55|03/04/2026
006A2|Borealis|56|05/05/2026
006A3|Cirrus|57|2026-04-03
006A4|Dune|=1+1|4. Mai 2026
""".replace("|", "\t"),
        "utf-8-sig",
    ),
}

if __name__ == "__main__":
    main()
