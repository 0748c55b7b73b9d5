"""The wire to AWS Partner Central: boto3 calls, paged reads, paced writes, and AWS's errors in our own words.

Responsible for making each call once and for telling refused, unavailable and unknown apart; knows no referral.
"""

import logging
import time
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any, TypeAlias

import boto3.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from connectors.aws.refusals import SYSTEM, translated
from connectors.aws.validation import SERVICE
from motions.outage_log import OutageLog

REGION = "us-east-1"  # the only one the service has
PAGE_SIZE = 100
SECONDS_BETWEEN_WRITES = 1.05  # AWS allows one write a second for the whole partner account
# boto3 never retries by itself: a retry is for the ledger to decide, with the same token.
ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20)

_logger = logging.getLogger(__name__)

Record: TypeAlias = dict[str, Any]  # a parsed answer: the wire edge, read through `reading.py` only


class Pacer:
    """Lets callers through one interval apart, across threads."""

    def __init__(
        self,
        interval: float = SECONDS_BETWEEN_WRITES,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = interval
        self._sleep = sleep
        self._monotonic = monotonic
        self._free_at = 0.0
        self._lock = Lock()

    def wait(self) -> None:
        """Return when it is this caller's turn."""
        with self._lock:
            now = self._monotonic()
            turn = max(now, self._free_at)
            self._free_at = turn + self._interval
        if turn > now:
            self._sleep(turn - now)


class AwsClient:
    """One partner account in one catalog. Raises our errors only."""

    def __init__(self, boto: BaseClient, *, catalog: str, pacer: Pacer) -> None:
        self.catalog = catalog
        self._boto = boto
        self._pacer = pacer
        self._outage = OutageLog(_logger, SYSTEM)

    def read(self, operation: str, **parameters: object) -> Record:
        """Make a call that changes nothing, named as boto3 names it."""
        return self._call(operation, parameters, is_write=False)

    def write(self, operation: str, **parameters: object) -> Record:
        """Make a call that changes something, when it is its turn."""
        self._pacer.wait()
        return self._call(operation, parameters, is_write=True)

    def pages(self, operation: str, records: str, **parameters: object) -> Iterator[Record]:
        """Every record of a listing, over all its pages."""
        asked: dict[str, object] = {"MaxResults": PAGE_SIZE, **parameters}
        while True:
            answer = self.read(operation, **asked)
            yield from answer.get(records) or ()
            if not answer.get("NextToken"):
                return
            asked["NextToken"] = answer["NextToken"]

    def _call(self, operation: str, parameters: dict[str, object], *, is_write: bool) -> Record:
        send = getattr(self._boto, operation)
        try:
            answer: Record = send(**{"Catalog": self.catalog, **parameters})
        except (ClientError, BotoCoreError, ResponseParserError) as error:
            ours = translated(error, is_write=is_write)
            self._outage.refused(ours)
            raise ours from error
        self._outage.worked()
        return answer


def connect(
    *,
    endpoint_url: str | None,
    access_key_id: str | None,
    secret_access_key: str | None,
    session_token: str | None = None,
) -> BaseClient:
    """A boto3 client of the Selling API."""
    session = session_with(access_key_id, secret_access_key, session_token)
    boto: BaseClient = session.client(SERVICE, endpoint_url=endpoint_url, config=ONCE)
    return boto


def session_with(
    access_key_id: str | None, secret_access_key: str | None, session_token: str | None
) -> boto3.session.Session:
    """A session in the one region; without keys, boto3's own chain of credentials is asked."""
    return boto3.session.Session(
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        aws_session_token=session_token,
        region_name=REGION,
    )
