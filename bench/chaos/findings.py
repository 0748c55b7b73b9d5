"""A finding: what kind of wrong, about what, and why."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["lost", "doubled", "stuck", "unexplained"]
KINDS: tuple[Kind, ...] = ("lost", "doubled", "stuck", "unexplained")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    kind: Kind
    subject: str  # a motion, a deal, a key
    reason: str
