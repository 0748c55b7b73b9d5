"""Partners without an API: reads their spreadsheets and files by pack; knows no motion and no person."""

from connectors.sheets.grids import NotReadable
from connectors.sheets.headers import plain
from connectors.sheets.mapping import read_sheet
from connectors.sheets.portal import SheetPortal, check, open_portal
from connectors.sheets.reader import PartnerSheets

__all__ = ["NotReadable", "PartnerSheets", "SheetPortal", "check", "open_portal", "plain", "read_sheet"]
