"""The sandbox world's clock: real time plus an offset people can push forward; knows no emulator."""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse


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

    async def endpoint(self, request: Request) -> JSONResponse:
        """How far ahead the world is; posted {seconds}, it is moved by as much."""
        if request.method == "POST":
            try:
                by = timedelta(seconds=float((await request.json())["seconds"]))
                self.advance(by)
            except (ValueError, KeyError, TypeError, OverflowError) as error:
                told = f"Send {{seconds}}, a number that is not below zero ({type(error).__name__}). Nothing changed."
                return JSONResponse({"ok": False, "detail": told}, 400)
        return JSONResponse({"ok": True, "now": self.now().isoformat(), "ahead_seconds": self._offset.total_seconds()})
