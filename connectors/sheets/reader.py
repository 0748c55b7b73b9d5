"""Partners' spreadsheets as the port wants them read; keeps nothing, and knows nobody who sends one."""

from collections.abc import Mapping

from connectors.sheets.headers import plain
from connectors.sheets.mapping import read_sheet
from motions.partner_sheets import Reading, SheetColumn


class PartnerSheets:
    """Implements `motions.sheet_drops.SheetReader`."""

    def read(self, data: bytes, name: str, told: Mapping[str, SheetColumn]) -> Reading:
        """The sheet of a file; raises NotReadable."""
        return read_sheet(data, name, told)

    def spelt(self, heading: str) -> str:
        """A heading's plain spelling."""
        return plain(heading)
