"""Who would read a message, and whether that is exactly who it is meant for; asks nobody."""

from dataclasses import dataclass, field
from enum import StrEnum

from motions.model import PartnerKey

INTERNAL = "internal"


class AudienceKind(StrEnum):
    """Whose people read a channel."""

    INTERNAL = "internal"
    ONE_PARTNER = "one partner"
    SEVERAL = "several partners"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Audience:
    """Who would read a message, as Slack says now."""

    kind: AudienceKind
    partners: tuple[PartnerKey, ...] = ()
    why: str = field(default="", compare=False)  # why nobody can tell, for UNKNOWN


def is_meant(wanted: str, actual: Audience) -> bool:
    """Whether an audience is exactly who something is meant for."""
    if wanted == INTERNAL:
        return actual.kind is AudienceKind.INTERNAL
    return actual.kind is AudienceKind.ONE_PARTNER and actual.partners == (wanted,)


def readers_of(audience: Audience) -> str:
    """Who reads, or why nobody can tell, in words that follow 'and'."""
    if audience.kind is AudienceKind.UNKNOWN:
        return audience.why or "nobody can tell who reads it"
    return f"it is read by {audience.kind}" + (f" ({', '.join(audience.partners)})" if audience.partners else "")
