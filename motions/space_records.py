"""The joint pipelines as the domain sees them stored; knows no SQL."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from motions.deals import OpportunityId
from motions.model import PartnerKey, Token
from motions.spaces import Line, Space


class Spaces(Protocol):
    """Spaces and their lines; written by `space_journal` alone, which logs what it writes."""

    def get(self, partner: PartnerKey) -> Space | None: ...
    def locked(self, partner: PartnerKey) -> Space | None:
        """The space, which nobody else changes until this transaction ends."""

    def by_token(self, token: Token) -> Space | None: ...
    def all(self) -> Sequence[Space]: ...
    def keep(self, space: Space) -> None:
        """Insert it, or replace the one of this partner."""

    def line(self, partner: PartnerKey, deal: OpportunityId) -> Line | None: ...
    def line_by_token(self, token: Token) -> Line | None: ...
    def open_lines(self, partner: PartnerKey) -> Sequence[Line]:
        """The open lines with one partner, by deal."""

    def open_versions(self, partner: PartnerKey) -> Mapping[OpportunityId, int]:
        """The open lines with one partner whose deal is known here: each deal's, and which version it is."""

    def some_lines(self, partner: PartnerKey, wanted: Sequence[OpportunityId]) -> Sequence[Line]:
        """The lines these deals have with one partner."""

    def open_stamp(self, partner: PartnerKey) -> tuple[object, ...]:
        """What is another whenever one of the open lines with a partner is another, without reading them."""

    def lines_of(self, deal: OpportunityId) -> Sequence[Line]:
        """The lines of one deal, whichever partner they are with."""

    def add_line(self, line: Line) -> bool:
        """False when this deal has a line with this partner."""

    def save_line(self, line: Line) -> bool:
        """Replace the line of the version before; False when somebody else was first."""
