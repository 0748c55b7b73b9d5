"""SQS as far as one consumer of events needs it: what an EventBridge rule put there, hidden while somebody reads it.

A standard queue: no order is promised, and what is not deleted in time comes again under another receipt.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.aws.ids import unique
from sandbox.aws.portal import Portal
from sandbox.aws.wire import AwsError, Body, text

TARGET = "AmazonSQS."
NAME = "cosell-events"
_KIND = "application/x-amz-json-1.0"
_MOST, _HIDDEN_SECONDS, _LOOK_SECONDS = 10, 30, 0.05


@dataclass
class Waiting:
    """One message in the queue."""

    number: int
    body: str
    visible_at: datetime
    receipts: int = 0

    @property
    def receipt(self) -> str:
        """What deletes it, until it is read again."""
        return unique("receipt", self.number * 1000 + self.receipts, 40)


class EventsQueue:
    """Every event the feed delivers, each until it is deleted."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._waiting: list[Waiting] = []
        self._feed: object = None
        self._taken = 0
        self._operations: dict[str, Callable[[Body], Body]] = {
            "ReceiveMessage": self._receive,
            "DeleteMessage": self._delete,
            "PurgeQueue": self._purge,
        }

    async def serve(self, request: Request) -> Response:
        """One call of the JSON protocol; a read waits as long as it asks to for the first message."""
        operation = request.headers.get("x-amz-target", "").removeprefix(TARGET)
        body: Body = json.loads(await request.body() or b"{}")
        deadline = asyncio.get_running_loop().time() + float(str(body.get("WaitTimeSeconds") or 0))
        while True:
            status, answer = await run_in_threadpool(self._answer, operation, body)
            is_over = answer.get("Messages") or asyncio.get_running_loop().time() >= deadline
            if operation != "ReceiveMessage" or is_over:
                return JSONResponse(answer, status, media_type=_KIND)
            await asyncio.sleep(_LOOK_SECONDS)

    def _answer(self, operation: str, body: Body) -> tuple[int, Body]:
        with self._portal.lock:
            self._portal.settle()
            self._fill()
            if text(body, "QueueUrl").rpartition("/")[2] != NAME:
                missing = "AWS.SimpleQueueService.NonExistentQueue"
                return 400, AwsError(missing, "The specified queue does not exist.").body()
            return 200, self._operations[operation](body)

    def _fill(self) -> None:
        feed = self._portal.events
        if feed is not self._feed:  # the world began anew
            self._feed, self._taken, self._waiting = feed, 0, []
        now = self._portal.now()
        for event in feed.delivered[self._taken :]:
            self._taken += 1
            if not self._portal.knobs.empty_queue:
                self._waiting.append(Waiting(self._taken, json.dumps(event), now))

    def _receive(self, body: Body) -> Body:
        now = self._portal.now()
        hidden = timedelta(seconds=float(str(body.get("VisibilityTimeout", _HIDDEN_SECONDS))))
        most = min(int(str(body.get("MaxNumberOfMessages", 1))), _MOST)
        found = [each for each in self._waiting if each.visible_at <= now][:most]
        for each in found:
            each.visible_at, each.receipts = now + hidden, each.receipts + 1
        return {"Messages": [_message(each) for each in found]} if found else {}

    def _delete(self, body: Body) -> Body:
        self._waiting = [each for each in self._waiting if each.receipt != text(body, "ReceiptHandle")]
        return {}

    def _purge(self, _body: Body) -> Body:
        self._waiting = []
        return {}


def _message(waiting: Waiting) -> Body:
    return {
        "MessageId": unique("message", waiting.number, 32),
        "ReceiptHandle": waiting.receipt,
        "MD5OfBody": hashlib.md5(waiting.body.encode(), usedforsecurity=False).hexdigest(),
        "Body": waiting.body,
    }
