"""What is no spreadsheet anybody should open is refused, with the reason, before anything of it is believed."""

import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from connectors.sheets import NotReadable, archives, client, delimited, read_sheet, workbooks
from tests.connectors.sheets.make_fixtures import FIXTURES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(**parts: bytes) -> bytes:
    """A workbook of two columns; `parts` replaces some of its archive."""
    book = Workbook()
    assert book.active is not None
    book.active.append(["Customer", "Score"])
    book.active.append(["Acme", 7])
    out = BytesIO()
    book.save(out)
    return with_parts(out.getvalue(), {SHEET: parts["sheet"]} if "sheet" in parts else {})


def with_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return out.getvalue()


def refusal(data: bytes, name: str = "list.xlsx") -> str:
    with pytest.raises(NotReadable) as refused:
        read_sheet(data, name, {})
    return str(refused.value)


def test_a_workbook_made_here_is_read() -> None:
    assert len(read_sheet(workbook(), "list.xlsx", {}).rows) == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + b"\0" * 600, "before 2007"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"\x00\x01\x02\x03" * 50 + b"\xff", "neither a workbook nor text"),
        (b"Customer,Score\n\x81\x8d,7\n", "encoding is not known"),
        (b"\xff\xfeC\x00\x00\xd8", "says it is utf-16"),
        (b'Customer,Score\n"' + b"x" * 200_000, "no CSV"),
        (b",".join(b"c" for _ in range(300)), "columns"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, why: str) -> None:
    said = refusal(data)

    assert why in said
    assert "Nothing was read" in said
    assert said.startswith("list.xlsx: ")


def test_a_file_too_large_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LARGEST_BYTES", 100)

    assert "larger than" in refusal(workbook())


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_too_many_rows_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_ROWS", 1)
    monkeypatch.setattr(delimited, "LARGEST_ROWS", 1)

    said = refusal(workbook() if name.endswith("xlsx") else b"Customer,Score\nAcme,7\n", name)

    assert "rows" in said


def test_more_cells_than_a_list_has_are_refused_in_however_many_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_CELLS", 7)
    book = Workbook()
    for sheet in (book.worksheets[0], book.create_sheet()):
        sheet.append(["Customer", "Score"])
        sheet.append(["Acme", 7])
    out = BytesIO()
    book.save(out)

    assert "cells, so nothing was read" in refusal(out.getvalue())
    assert len(read_sheet(workbook(), "list.xlsx", {}).rows) == 1


def test_a_bomb_is_not_unpacked() -> None:
    bomb = with_parts(workbook(), {"xl/media/image1.png": b"\0" * 40_000_000})

    assert "times its size" in refusal(bomb)


def test_what_would_be_huge_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_UNPACKED", 1000)

    assert "Unpacked it would be" in refusal(workbook())


def test_more_text_than_memory_should_hold_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = {"xl/worksheets/sheet9.xml": b"<worksheet/>" + b" " * 90_000}
    monkeypatch.setattr(archives, "LARGEST_WHOLE", 50_000)

    assert "Its texts alone would be" in refusal(with_parts(workbook(), {"xl/sharedStrings.xml": b" " * 60_000}))
    assert len(read_sheet(with_parts(workbook(), sheets), "list.xlsx", {}).rows) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_part_that_declares_entities_is_not_parsed(encoding: str) -> None:
    swelling = '<!-- a --><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'.encode(encoding)

    assert "document type" in refusal(workbook(sheet=swelling))


@pytest.mark.parametrize("sheet", [b"<worksheet", b"<worksheet><sheetData><row r='x'/></sheetData></worksheet>"])
def test_a_damaged_sheet_is_refused(sheet: bytes) -> None:
    assert "damaged" in refusal(workbook(sheet=sheet))


def test_a_row_beyond_every_sheet_is_a_trap() -> None:
    trap = b"<worksheet><sheetData><row r='999999999999'><c r='A1'/></row></sheetData></worksheet>"

    assert "which no sheet has" in refusal(workbook(sheet=trap))


def test_a_cell_far_to_the_right_is_refused() -> None:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    far = (
        b"<worksheet xmlns='" + space + b"'><sheetData><row r='1'><c r='ZZ1'><v>1</v></c></row></sheetData></worksheet>"
    )

    assert "wider" in refusal(workbook(sheet=far))


def test_a_part_under_a_password_is_refused() -> None:
    data = bytearray(workbook())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1

    assert "password" in refusal(bytes(data))


@pytest.mark.parametrize(("part", "why"), [("xl/workbook.bin", ".xlsb"), ("word/document.xml", "no .xlsx workbook")])
def test_another_kind_of_archive_is_refused(part: str, why: str) -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr(part, b"<x/>")

    assert why in refusal(out.getvalue())


def test_text_without_a_mark_is_read_in_whatever_width_it_is() -> None:
    text = "Customer;Score\nMüller;7\n"

    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1252"):
        row = read_sheet(text.encode(encoding), "list.csv", {}).rows[0]
        assert "Müller" in row.values.values()


def test_a_damaged_archive_is_refused() -> None:
    data = bytearray((FIXTURES / "hidden.xlsx").read_bytes())
    data[60:90] = zlib.compress(b"nothing of the kind, and longer")[:30]

    assert "Nothing was read" in refusal(bytes(data))
