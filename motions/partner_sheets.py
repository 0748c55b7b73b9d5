"""What a partner's spreadsheet says once it was read: rows of known columns, and what is wrong with it.

Knows no file format, and nothing of what is done with a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SheetColumn(StrEnum):
    """The columns a partner's sheet may have; those that a referral has too are called as there."""

    CRM_ID = "crm_id"
    REFERENCE = "reference"  # the partner's own id of what was filed
    TITLE = "title"
    CUSTOMER = "customer"
    WEBSITE = "website"
    COUNTRY = "country"
    INDUSTRY = "industry"
    AMOUNT = "amount"
    CURRENCY = "currency"
    CLOSE_DATE = "close_date"
    STAGE = "stage"
    NEXT_STEPS = "next_steps"
    SCORE = "score"  # the partner's own of our deal, 0 to 100
    SCORED_ON = "scored_on"
    STATUS = "status"  # what the partner decided of a referral
    PARTNER_CONTACT = "partner_contact"
    PARTNER_EMAIL = "partner_email"
    COMMENT = "comment"


@dataclass(frozen=True)
class SheetRow:
    """One row: its number in the file, and canonical text by column ('2027-03-31', '1234.50')."""

    number: int
    values: Mapping[SheetColumn, str]


@dataclass(frozen=True)
class Mistake:
    """Something wrong or odd in a sheet, named so that a person finds it."""

    sheet: str
    row: int | None  # None: the whole sheet, or the whole column
    column: str | None  # the letter and the heading, 'C "Score"'
    code: str
    message: str
    blocks: bool = True  # False: the row is taken all the same

    @property
    def where(self) -> str:
        """'Deals, row 7, C "Score"'."""
        parts = (self.sheet, f"row {self.row}" if self.row else "", self.column or "")
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Recognised:
    """A column of theirs and what it was taken for; None: it is not known."""

    letter: str
    heading: str
    column: SheetColumn | None
    confidence: float  # 1: as we call it, or told by a person
    how: str  # 'our own name', 'a known name', 'much like "…"', 'told by a person', 'not known'


@dataclass(frozen=True)
class Reading:
    """One sheet, read."""

    sheet: str
    columns: tuple[Recognised, ...]
    rows: tuple[SheetRow, ...]  # those that can be taken
    mistakes: tuple[Mistake, ...]

    @property
    def unmapped(self) -> tuple[Recognised, ...]:
        """The columns nobody has said the meaning of."""
        return tuple(each for each in self.columns if each.column is None)
