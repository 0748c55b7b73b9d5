"""What people see of a correction a partner asks for, as a value; handlers draw it."""

from dataclasses import dataclass

from motions.model import Token


@dataclass(frozen=True)
class CorrectionRequest:
    """What the partner asks to be corrected in the filed referral, in its own words, and what may change."""

    token: Token
    asks: str
    may_change: tuple[str, ...]  # labels
