"""What was imported from partners' sheets, and what people said of their headings; knows no file and no SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from motions.deals import OpportunityId
from motions.model import PartnerKey
from motions.partner_sheets import SheetColumn
from motions.referrals import Review
from motions.sheet_drops import SharedFile


class ItemKind(StrEnum):
    """What one row is imported as."""

    SCORE = "score"  # into our own field of the CRM
    STATUS = "status"  # what the partner decided of a referral that a person filed


@dataclass(frozen=True)
class SheetImport:
    """One file of one partner, imported once; `sha256` is of its bytes."""

    id: str
    partner: PartnerKey
    sha256: str
    name: str
    imported_by: str
    imported_at: datetime


@dataclass(frozen=True)
class ImportItem:
    """One row that is to be carried out, or was: `outcome` says how it ended."""

    import_id: str
    number: int
    kind: ItemKind
    opportunity_id: OpportunityId
    values: Mapping[str, str]
    outcome: str | None = None


class Sheets(Protocol):
    """Imports, their items, and the headings of each partner."""

    def headings(self, partner: PartnerKey) -> Mapping[str, SheetColumn]:
        """What people said of this partner's headings, by their plain spelling."""

    def remember(self, partner: PartnerKey, heading: str, column: SheetColumn) -> None:
        """Keep what a heading means, over what was said of it before."""

    def imported(self, partner: PartnerKey, sha256: str) -> SheetImport | None:
        """The import of exactly these bytes, or None."""

    def latest(self, partner: PartnerKey) -> SheetImport | None: ...
    def add(self, imported: SheetImport, items: Sequence[ImportItem]) -> bool:
        """False when these bytes of this partner were imported already."""

    def items(self, import_id: str) -> Sequence[ImportItem]: ...  # by number
    def waiting(self, limit: int) -> Sequence[ImportItem]:
        """Items without an outcome, in the order they were imported."""

    def settle(self, item: ImportItem, outcome: str) -> None:
        """Say how an item ended, unless that is said already."""


@dataclass(frozen=True)
class Decision:
    """What a partner's sheet says of one referral."""

    review: Review
    reference: str | None = None
    comment: str | None = None
    contact: str | None = None
    email: str | None = None
    stage: str | None = None
    next_step: str | None = None


@runtime_checkable
class FiledByHand(Protocol):
    """A portal that is no program: a person files there, and brings the news.

    Raises NotVisible, Unavailable, and UserMistake for a reference that cannot be this deal's.
    """

    def workbook(self, pack: str) -> SharedFile:
        """A pack's file, by the pack's own id, whatever became of it since."""

    def filed(self, referral_id: str, reference: str) -> None:
        """A person filed the pack, under the partner's own reference; safe to repeat."""

    def decided(self, crm_id: str, decision: Decision) -> str:
        """The partner decided; safe to repeat. Returns the referral's id."""
