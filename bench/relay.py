"""`python -m bench.relay WORLD`: stands between the emulated Slack and the app, and takes the time of each envelope.

A process of its own that does nothing else: the emulated Slack also answers the app's calls, and would take its own
slowness for the app's. Says its address first; for each line it reads, the seconds that every envelope since the line
before waited for its acknowledgement. What was never acknowledged is counted apart.
"""

import asyncio
import json
import sys
import time
from contextlib import suppress

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

PATIENCE_S = 3.0


class Relay:
    """The times of the envelopes that pass."""

    def __init__(self, world: str) -> None:
        self._world = world.replace("http://", "ws://")
        self._sent_at: dict[str, float] = {}
        self._forms: set[str] = set()  # envelopes whose acknowledgement carries a form's answer
        self._waits: list[float] = []
        self._waits_of_forms: list[float] = []
        self._answered = asyncio.Event()  # set while nothing waits
        self._answered.set()

    async def link(self, app: ServerConnection) -> None:
        """One connection of the app, and the one to the emulated Slack behind it."""
        assert app.request is not None
        query = app.request.path.partition("?")[2]
        async with connect(f"{self._world}/slack/link?{query}", max_size=None) as slack:
            down = asyncio.create_task(self._down(slack, app))
            try:
                async for text in app:
                    self._acknowledged(str(text))
                    await slack.send(text)
            except ConnectionClosed:
                pass
            finally:
                down.cancel()

    async def told(self) -> str:
        """What was measured since it was last asked; what was sent last gets Slack's three seconds too."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._answered.wait(), PATIENCE_S)
        told = {"waits": self._waits, "waits_of_forms": self._waits_of_forms, "unanswered": len(self._sent_at)}
        said = json.dumps(told)
        self._waits, self._waits_of_forms, self._sent_at = [], [], {}
        return said

    async def _down(self, slack: object, app: ServerConnection) -> None:
        async for text in slack:  # type: ignore[attr-defined] # the client's connection, whose class has no public name
            if '"envelope_id"' in text:
                began = time.perf_counter()
                envelope = json.loads(text)
                if envelope["payload"].get("type") == "view_submission":
                    self._forms.add(envelope["envelope_id"])
                self._sent_at[envelope["envelope_id"]] = began
                self._answered.clear()
            await app.send(text)
        await app.close()

    def _acknowledged(self, text: str) -> None:
        if '"envelope_id"' in text:
            envelope_id = json.loads(text)["envelope_id"]
            sent_at = self._sent_at.pop(envelope_id, None)
            if sent_at is not None:
                waits = self._waits_of_forms if envelope_id in self._forms else self._waits
                waits.append(time.perf_counter() - sent_at)
            if not self._sent_at:
                self._answered.set()


async def main(world: str) -> None:
    """Serve until the input ends."""
    relay = Relay(world)
    async with serve(relay.link, "127.0.0.1", 0, max_size=None) as server:
        print(f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/link", flush=True)
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            print(await relay.told(), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
