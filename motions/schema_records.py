"""What a portal's schema looked like, line by line, as the domain sees it stored; compares nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class PortalSchema:
    """The lines cosell files by, and those it found since, while a person has not let them count.

    A line is a name and what is said of it: `field create.Project.Title` -> 'string, at most 255'.
    """

    portal: str
    accepted: Mapping[str, str]
    pending: Mapping[str, str] | None = None
    pending_at: datetime | None = None
    released_by: str | None = None


class Schemas(Protocol):
    """The schemas of all portals."""

    def get(self, portal: str) -> PortalSchema | None: ...
    def all(self) -> Sequence[PortalSchema]: ...
    def put(self, schema: PortalSchema) -> None:
        """Keep it in place of the one before."""
