"""Tells open browser pages what changed for their person; carries no content, the page fetches it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.slack.wire import Json


class Live:
    """The open pages, by person."""

    def __init__(self) -> None:
        self._pages: dict[str, set[asyncio.Queue[Json]]] = {}

    def tell(self, person_id: str, change: Json) -> None:
        """Push a change to every page of a person."""
        for page in self._pages.get(person_id, ()):
            page.put_nowait(change)

    def tell_all(self, change: Json) -> None:
        """Push a change to every open page."""
        for person_id in list(self._pages):
            self.tell(person_id, change)

    async def serve(self, websocket: WebSocket, person_id: str) -> None:
        """Run one page's connection until the page goes away."""
        await websocket.accept()
        with self._page(person_id) as page:
            sender = asyncio.create_task(_pump(websocket, page))
            try:
                async for _ in websocket.iter_text():
                    pass  # pages only listen
            finally:
                sender.cancel()

    @contextmanager
    def _page(self, person_id: str) -> Iterator[asyncio.Queue[Json]]:
        page: asyncio.Queue[Json] = asyncio.Queue()
        pages = self._pages.setdefault(person_id, set())
        pages.add(page)
        try:
            yield page
        finally:
            pages.discard(page)


async def _pump(websocket: WebSocket, page: asyncio.Queue[Json]) -> None:
    # The reader notices the same broken connection and cleans up.
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await websocket.send_json(await page.get())
