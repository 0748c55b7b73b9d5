"""Gets payloads to the app: events again until acknowledged, interactions once; knows no payload's meaning."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sandbox.clock import WorldClock
from sandbox.slack import http_delivery
from sandbox.slack.http_delivery import HttpRefusedError
from sandbox.slack.links import Links, NoLinkError
from sandbox.slack.mint import Mint
from sandbox.slack.settings import Settings
from sandbox.slack.wire import Json

Kind: TypeAlias = Literal["events_api", "interactive", "slash_commands"]
_REMEMBERED = 10_000


class UnansweredError(Exception):
    """The app did not acknowledge; carries the word Slack shows the person."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass
class Delivered:
    """One event and how its delivery went."""

    payload: Json
    attempts: int = 0
    acknowledged: bool = False

    def shown(self) -> Json:
        """For the control API."""
        return {
            "event_id": self.payload["event_id"],
            "type": self.payload["event"]["type"],
            "attempts": self.attempts,
            "acknowledged": self.acknowledged,
            "payload": self.payload,
        }


class Delivery:
    """Delivers over Socket Mode, or to the request URL when one is set."""

    def __init__(self, settings: Settings, links: Links, mint: Mint) -> None:
        self._settings = settings
        self._links = links
        self._mint = mint
        # A request's signature is judged against real time, however far the world was advanced.
        self._real_time = WorldClock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.events: deque[Delivered] = deque(maxlen=_REMEMBERED)

    def emit(self, payload: Json) -> None:
        """Start delivering an event; it is repeated on Slack's schedule until acknowledged."""
        event = Delivered(payload)
        self.events.append(event)
        self._start(event, attempt=0, reason="")

    def redeliver(self, count: int) -> list[str]:
        """Deliver the last events once more, as after a lost acknowledgement; gives their ids."""
        again = list(self.events)[-count:] if count > 0 else []
        for event in again:
            self._start(event, attempt=1, reason="timeout")
        return [event.payload["event_id"] for event in again]

    async def ask(self, kind: Kind, payload: Json) -> Json:
        """Deliver an interaction once and give the acknowledgement's payload.

        Raises UnansweredError with the error its person sees.
        """
        try:
            return await self._send(kind, payload, attempt=0, reason="") or {}
        except TimeoutError as late:
            raise UnansweredError("operation_timeout") from late
        except (NoLinkError, HttpRefusedError) as broken:
            raise UnansweredError("dispatch_failed") from broken

    def forget(self) -> None:
        """Stop every delivery under way and forget past ones."""
        for task in self._tasks:
            task.cancel()
        self.events.clear()

    def _start(self, event: Delivered, attempt: int, reason: str) -> None:
        task = asyncio.get_running_loop().create_task(self._persist(event, attempt, reason))
        self._tasks.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self._tasks.discard)

    async def _persist(self, event: Delivered, attempt: int, reason: str) -> None:
        delays = self._settings.retry_delays
        while True:
            event.attempts += 1
            try:
                await self._send("events_api", event.payload, attempt=attempt, reason=reason)
            except (TimeoutError, NoLinkError, HttpRefusedError) as failed:
                reason = _reason(failed)
            else:
                event.acknowledged = True
                return
            if attempt >= len(delays):
                return
            await asyncio.sleep(delays[attempt])
            attempt += 1

    async def _send(self, kind: Kind, payload: Json, *, attempt: int, reason: str) -> Json | None:
        envelope: Json = {
            "envelope_id": self._mint.secret(),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        settings = self._settings
        if not settings.request_url:
            return await self._links.ask(envelope, settings.ack_seconds)
        return await http_delivery.deliver(
            envelope,
            url=settings.request_url,
            secret=settings.signing_secret,
            patience=settings.ack_seconds,
            real_time=self._real_time,
        )


def _reason(failed: Exception) -> str:
    match failed:
        case HttpRefusedError():
            return str(failed)
        case NoLinkError():
            return "connection_failed"
        case _:
            return "timeout"
