"""The records the emulated Partner Center keeps; knows neither rules nor the wire's errors."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from sandbox.cast import MERIDIAN
from sandbox.microsoft.values import MSFT
from sandbox.microsoft.wire import Body, guid, iso, items, text

ORGANIZATION = guid("organization", 1)
API = "https://api.partner.microsoft.com/v1.0/engagements/referrals"


@dataclass
class Referral:
    """One referral: `body` is what its owner wrote, the rest is the service's."""

    id: str
    engagement_id: str
    body: Body
    created_at: datetime
    updated_at: datetime
    version: int = 1
    accepted_at: datetime | None = None
    expires_at: datetime | None = None
    previous: Self | None = field(default=None, repr=False)  # before the last change, for stale reads

    @property
    def is_microsofts(self) -> bool:
        """Whether this is Microsoft's side of an engagement."""
        return any(text(each, "id") == MSFT for each in items(self.body, "target"))

    @property
    def status(self) -> str:
        return text(self.body, "status")

    @property
    def substatus(self) -> str:
        return text(self.body, "substatus")

    @property
    def etag(self) -> str:
        return f'"{self.version:08x}-0000-0000-0000-{self.id[-12:]}"'

    def view(self) -> Body:
        """The resource as it is answered."""
        return {
            **deepcopy(self.body),
            "id": self.id,
            "engagementId": self.engagement_id,
            "organizationId": MSFT if self.is_microsofts else ORGANIZATION,
            "organizationName": "Microsoft" if self.is_microsofts else MERIDIAN.name,
            "externalReferenceId": self.body.get("externalReferenceId"),
            "statusReason": self.body.get("statusReason"),
            "createdDateTime": iso(self.created_at),
            "updatedDateTime": iso(self.updated_at),
            "acceptedDateTime": iso(self.accepted_at) if self.accepted_at else None,
            "expirationDateTime": iso(self.expires_at) if self.expires_at else None,
            "eTag": self.etag,
            "links": {
                "relatedReferrals": {
                    "uri": f"{API}?$filter=engagementId eq '{self.engagement_id}'",
                    "method": "GET",
                },
                "self": {"uri": f"{API}/{self.id}", "method": "GET"},
            },
        }
