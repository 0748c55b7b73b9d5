"""An SQS queue that an EventBridge rule fills: what waits in it, and taking away what is kept; reads no event."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import boto3.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from connectors.aws.client import REGION, Record
from connectors.aws.refusals import NOT_LET_IN
from motions.errors import AuthExpired, ConnectorError, Unavailable
from motions.outage_log import OutageLog

SYSTEM: Final = "AWS's queue of events"
AT_ONCE: Final = 10  # the most SQS gives
WAIT_SECONDS: Final = 5  # how long it is waited for the first
HIDDEN_SECONDS: Final = 30  # from others, while they are stored here

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """One delivery: the event, and what takes it away."""

    body: bytes
    receipt: str


class EventQueue:
    """One queue. Raises Unavailable and AuthExpired."""

    def __init__(self, boto: BaseClient, url: str) -> None:
        self._boto = boto
        self._url = url
        self._outage = OutageLog(_logger, SYSTEM)

    @property
    def region(self) -> str:
        """Where the queue is."""
        return str(self._boto.meta.region_name)

    def receive(self) -> Sequence[Message]:
        """What waits; whatever is not taken away comes again."""
        answer = self._call(
            "receive_message",
            MaxNumberOfMessages=AT_ONCE,
            WaitTimeSeconds=WAIT_SECONDS,
            VisibilityTimeout=HIDDEN_SECONDS,
        )
        return [Message(one["Body"].encode(), one["ReceiptHandle"]) for one in answer.get("Messages") or ()]

    def delete(self, message: Message) -> None:
        """Take one away; when that fails it comes again."""
        self._call("delete_message", ReceiptHandle=message.receipt)

    def _call(self, operation: str, **parameters: object) -> Record:
        send = getattr(self._boto, operation)
        try:
            answer: Record = send(QueueUrl=self._url, **parameters)
        except (ClientError, BotoCoreError, ResponseParserError) as error:
            ours = _translated(error)
            self._outage.failed(ours)
            raise ours from error
        self._outage.worked()
        return answer


def open_queue(
    url: str,
    *,
    endpoint_url: str | None,
    access_key_id: str | None,
    secret_access_key: str | None,
    session_token: str | None = None,
) -> EventQueue:
    """The queue behind an address; nothing is called yet."""
    session = boto3.session.Session(
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        aws_session_token=session_token,
        region_name=_region_of(url),
    )
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=WAIT_SECONDS + 15)
    return EventQueue(session.client("sqs", endpoint_url=endpoint_url, config=config), url)


def _region_of(url: str) -> str:
    """The region an SQS address names: https://sqs.eu-west-1.amazonaws.com/123456789012/events."""
    host = (urlsplit(url).hostname or "").split(".")
    return host[1] if host[0] == "sqs" and len(host) > 1 else REGION


def _translated(error: ClientError | BotoCoreError | ResponseParserError) -> ConnectorError:
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if code in NOT_LET_IN:
        return AuthExpired(SYSTEM, f"does not let us in ({code})")
    return Unavailable(SYSTEM, f"cannot be read ({code or type(error).__name__})")
