"""The sandbox world's clock: real time plus an offset people can push forward; knows no emulator."""

from datetime import UTC, datetime, timedelta


class WorldClock:
    """Real time, shifted by how far the world has been advanced."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        """The world's present moment, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, by: timedelta) -> None:
        """Move the world forward; it never goes back."""
        if by < timedelta():
            raise ValueError("the world's clock never goes back")
        self._offset += by
