"""What people see of grants, as values; handlers draw them. No fact of any deal is in here."""

from dataclasses import dataclass

from motions.grant_terms import Grant, Terms
from motions.model import Token


@dataclass(frozen=True)
class GrantCard:
    """A grant in the channel both companies read: its terms, where it stands, and the buttons that change that."""

    grant: Grant
    partner_name: str


@dataclass(frozen=True)
class NothingShared:
    """In the place of a handoff whose grant is over: that it is, and nothing else."""

    partner_name: str


@dataclass(frozen=True)
class GrantOffer:
    """`/cosell share <partner>`: exactly what would be proposed, and the button that proposes it."""

    token: Token
    partner_name: str
    terms: Terms


@dataclass(frozen=True)
class GrantLine:
    """One grant in the list; the button that ends it carries its id."""

    grant: Grant
    partner_name: str
    stands: bool  # else it is proposed, or past its last day


@dataclass(frozen=True)
class GrantList:
    """`/cosell share`: what is shared with whom, and what was proposed."""

    lines: tuple[GrantLine, ...]
