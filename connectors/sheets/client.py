"""The bytes of a spreadsheet as bare cells, whatever program wrote them; refuses what cannot be read, with why."""

from typing import Final

from connectors.sheets.delimited import read_csv
from connectors.sheets.grids import LARGEST_BYTES, Grid, NotReadable

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


def open_sheets(data: bytes, name: str) -> tuple[Grid, ...]:
    """Every sheet of a file, what it is told by its bytes and never by its name; raises NotReadable."""
    try:
        return _opened(data, name)
    except NotReadable as error:
        raise NotReadable(f"{name}: {error}") from error


def _opened(data: bytes, name: str) -> tuple[Grid, ...]:
    if len(data) > LARGEST_BYTES:
        raise NotReadable(f"It is larger than {LARGEST_BYTES // 1024 // 1024} MB, so it was not read. Split it.")
    if data.startswith(_ZIP):
        from connectors.sheets.workbooks import read_xlsx  # noqa: PLC0415 -- openpyxl takes half a second to load

        return read_xlsx(data)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise NotReadable("The file is protected with a password. Nothing was read. Save it without one.")
        raise NotReadable("It is an .xls of before 2007. Nothing was read. Save it as .xlsx or CSV.")
    return (read_csv(data, name),)
