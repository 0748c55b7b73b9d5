"""What a portal would say of a file before it is sent: findings, each with its field, rule, source and fix.

The shape of the answer only, the same for every portal; knows no portal and no rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from motions.errors import UserMistake
from motions.referrals import Field


class NotReadable(UserMistake):
    """The file is no referral in any shape the portal's check knows; the message says which it knows."""


@dataclass(frozen=True)
class Finding:
    """One thing a portal has against a referral, or does with it unasked."""

    field: str  # in the file's own words
    canonical: Field | None
    rule: str  # a short fixed name
    code: str  # as the portal's own list of errors would say
    message: str
    source: str  # who says so
    fix: str
    record: str = ""  # which one, in a file of several
    blocks: bool = True  # False: it is taken all the same, and this is what becomes of it


@dataclass(frozen=True)
class Verdict:
    """Everything found in one file."""

    what: str  # what the file was taken for
    findings: Sequence[Finding]

    @property
    def would_be_accepted(self) -> bool:
        """Whether nothing found stands in the way."""
        return not any(finding.blocks for finding in self.findings)


class Check(Protocol):
    """Judges a parsed JSON document as a portal would, without asking it."""

    def __call__(self, document: object, today: date) -> Verdict:
        """The verdict; raises NotReadable when the document is nothing the portal could be sent."""
