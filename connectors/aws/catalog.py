"""The wire to the AWS Marketplace Catalog: boto3 calls, each made once, and its errors in our own words.

It can start a change set that makes a draft, and nothing else that changes anything: whatever would publish an offer,
or touch one that exists, is refused here, before it is sent.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Final

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from connectors.aws.client import ONCE, Record, session_with
from connectors.aws.refusals import translated
from connectors.http import answer_lost
from connectors.texts import one_line
from motions.errors import ConnectorError, NotVisible, Rejected, Unavailable
from motions.outage_log import OutageLog

SYSTEM = "AWS Marketplace"
SERVICE: Final = "marketplace-catalog"
CATALOG = "AWSMarketplace"  # the only one there is
CREATE = "CreateOffer"
CREATED = "CreatedOffer"  # by which the other changes of a set name the offer that it makes
MADE_HERE = f"${CREATED}.Entity.Identifier"
# What fills a draft in; of the published change types for offers, the ones a quote has something to say to.
FILLS_IN = frozenset(
    {
        "UpdateInformation",
        "UpdateTargeting",
        "UpdateValidityTerms",
        "UpdatePaymentScheduleTerms",
        "UpdateAvailability",
    }
)

# Somebody else is changing the entity, or too many change sets are open: the same call works later.
_LATER = {"ResourceInUseException": 5.0, "ServiceQuotaExceededException": 60.0}
_REFUSED = "ValidationException"
_BROKEN = frozenset({"InternalServiceException"})

_logger = logging.getLogger(__name__)

Changes = Sequence[Mapping[str, object]]


class CatalogClient:
    """One seller account. Raises our errors only."""

    def __init__(self, boto: BaseClient) -> None:
        self._boto = boto
        self._outage = OutageLog(_logger, SYSTEM)

    def read(self, operation: str, **parameters: object) -> Record:
        """Make a call that changes nothing, named as boto3 names it."""
        return self._call(operation, parameters, is_write=False)

    def start_draft(self, changes: Changes, *, name: str, token: str) -> Record:
        """Start the change set that makes a draft. Raises Rejected, and sends nothing, for anything that does more."""
        refuse_publishing(changes)
        asked: dict[str, object] = {
            "ChangeSet": changes,
            "ChangeSetName": name,
            "ClientRequestToken": token,
            "Intent": "APPLY",
        }
        return self._call("start_change_set", asked, is_write=True)

    def _call(self, operation: str, parameters: dict[str, object], *, is_write: bool) -> Record:
        send = getattr(self._boto, operation)
        try:
            answer: Record = send(Catalog=CATALOG, **parameters)
        except (ClientError, BotoCoreError, ResponseParserError) as error:
            ours = _ours(error, is_write=is_write)
            self._outage.refused(ours)
            raise ours from error
        self._outage.worked()
        return answer


def refuse_publishing(changes: Changes) -> None:
    """Raise Rejected unless these changes make one new offer and do nothing but fill it in as a draft."""
    created, *others = changes or ({},)
    if created.get("ChangeType") != CREATE or created.get("ChangeName") != CREATED:
        raise Rejected(SYSTEM, "a change set of ours begins by making a new offer; nothing was sent")
    for change in others:
        entity = change.get("Entity")
        is_new = isinstance(entity, Mapping) and entity.get("Identifier") == MADE_HERE
        if change.get("ChangeType") not in FILLS_IN or not is_new:
            what = change.get("ChangeType")
            raise Rejected(SYSTEM, f"{what} is none of the changes that only fill in a new draft; nothing was sent")


def connect_catalog(
    *,
    endpoint_url: str | None,
    access_key_id: str | None,
    secret_access_key: str | None,
    session_token: str | None = None,
) -> BaseClient:
    """A boto3 client of the Catalog API."""
    session = session_with(access_key_id, secret_access_key, session_token)
    boto: BaseClient = session.client(SERVICE, endpoint_url=endpoint_url, config=ONCE)
    return boto


def _ours(error: ClientError | BotoCoreError | ResponseParserError, *, is_write: bool) -> ConnectorError:
    if not isinstance(error, ClientError):
        return _renamed(translated(error, is_write=is_write))
    details = error.response.get("Error", {})
    code, message = details.get("Code", ""), one_line(details.get("Message"))[:300]
    if code in _LATER:
        return Unavailable(SYSTEM, message or code, retry_after=_LATER[code])
    if code in _BROKEN:
        return answer_lost(SYSTEM, repeatable=not is_write, because="failed on its side")
    if code == _REFUSED:
        return Rejected(SYSTEM, f"{message} ({code})")
    return _renamed(translated(error, is_write=is_write))


def _renamed(error: ConnectorError) -> ConnectorError:
    """The same error, of this service."""
    said = str(error).removeprefix(f"{error.system}: ")
    if isinstance(error, Unavailable):
        return Unavailable(SYSTEM, said, retry_after=error.retry_after)
    kind = next((kind for kind in (NotVisible, Rejected) if isinstance(error, kind)), type(error))
    return kind(SYSTEM, said)
