"""The only reader of the wall clock and the only source of random ids."""

import secrets
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The present moment, aware."""
        return datetime.now(UTC)


class RandomIds:
    """Ids nobody can guess."""

    def new(self) -> str:
        """192 random bits, URL-safe."""
        return secrets.token_urlsafe(24)
