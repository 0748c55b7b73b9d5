"""Whether an .xlsx archive may be opened at all: its size unpacked, encryption, document types; reads no cell."""

import re
import zlib
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from connectors.sheets.grids import NotReadable

LARGEST_UNPACKED: Final = 600 * 1024 * 1024
LARGEST_WHOLE: Final = 150 * 1024 * 1024  # of what is held in memory while rows are read: above all the shared texts
LARGEST_RATIO: Final = 200  # unpacked to packed; the most repetitive sheet of people's making stays below 60
_SMALL: Final = 16 * 1024 * 1024  # unpacked; so little does no harm, whatever the ratio
_READ_ROW_BY_ROW: Final = ("xl/worksheets/", "xl/media/")
_MOST_PARTS: Final = 2000
_ENCRYPTED: Final = 0x1
_CHUNK: Final = 1 << 20
_DOCTYPE: Final = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E")
_OVERLAP: Final = 20


def checked(data: bytes) -> ZipFile:
    """The archive, once it is harmless; raises NotReadable."""
    try:
        archive = ZipFile(BytesIO(data))
        parts = archive.infolist()
        _must_be_small(parts, len(data))
        _must_be_a_workbook(parts)
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                _must_declare_no_entities(archive, part)
    except (BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as error:
        raise NotReadable(f"The archive is damaged ({error}). Nothing was read. Save it again as .xlsx.") from error
    return archive


def _must_be_small(parts: list[ZipInfo], packed: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or unpacked > LARGEST_UNPACKED:
        raise NotReadable(f"Unpacked it would be {unpacked:,} bytes in {len(parts)} parts, so nothing was read.")
    whole = sum(part.file_size for part in parts if not part.filename.startswith(_READ_ROW_BY_ROW))
    if whole > LARGEST_WHOLE:
        raise NotReadable(f"Its texts alone would be {whole:,} bytes, so nothing was read. Split it.")
    if unpacked > _SMALL and unpacked > LARGEST_RATIO * packed:
        times = unpacked // packed
        raise NotReadable(f"It unpacks to {times} times its size, as no real sheet does. Nothing was read.")


def _must_be_a_workbook(parts: list[ZipInfo]) -> None:
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise NotReadable("The file is protected with a password. Nothing was read. Save it without one.")
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise NotReadable("It is an .xlsb workbook. Nothing was read. Save it as .xlsx or CSV.")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise NotReadable("It is an archive, but no .xlsx workbook. Nothing was read. Save it as .xlsx or CSV.")


def _must_declare_no_entities(archive: ZipFile, part: ZipInfo) -> None:
    """No program that writes sheets declares a document type; entities are what makes a parser swell."""
    with archive.open(part) as stream:
        before = b""
        while chunk := stream.read(_CHUNK):
            if _DOCTYPE.search(before + chunk):
                raise NotReadable(f"{part.filename} declares a document type, as no real sheet does. Nothing was read.")
            before = chunk[-_OVERLAP:]
