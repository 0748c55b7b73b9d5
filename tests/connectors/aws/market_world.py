"""The emulated Marketplace beside the emulated Partner Central, and quotes to draft in it."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from botocore.client import BaseClient

from connectors.aws.catalog import CatalogClient, connect_catalog
from connectors.aws.marketplace import AwsMarketplace
from motions.deals import Money, Quote
from sandbox.marketplace.catalog import PRODUCT
from tests.connectors.aws.aws_world import READY, TODAY, Emulator

QUOTE = Quote(
    number="Q-17",
    is_approved=True,
    amount=Money(Decimal(48000), "USD"),
    months=12,
    valid_until=date(2027, 1, 31),
    product=PRODUCT,
    buyer_account="111122223333",
)


@dataclass
class Market:
    """The Marketplace under test, commanded over HTTP like everything else about it."""

    emulator: Emulator
    _clients: dict[str, BaseClient] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{self.emulator.url.removesuffix('/aws')}/marketplace"

    def start_afresh(self) -> None:
        """No offer, and change sets that end at once."""
        self.emulator.start_afresh()
        self.control("/reset")
        self.control("/knobs", delay_seconds=0)

    def control(self, path: str, **arguments: Any) -> Any:
        """One command."""
        return self.emulator.http.post(f"{self.url}/_control{path}", json=arguments).raise_for_status().json()

    def seen(self, path: str) -> Any:
        """One look behind the scenes."""
        return self.emulator.http.get(f"{self.url}/_control{path}").raise_for_status().json()

    @property
    def offers(self) -> list[Any]:
        """Every offer there is."""
        found: list[Any] = self.seen("/summary")["offers"]
        return found

    def calls(self, operation: str) -> list[Any]:
        """What was asked of one operation."""
        return [call for call in self.seen("/calls")["calls"] if call["operation"] == operation]

    def boto(self, key: str = "sandbox") -> Any:
        """The boto3 client our adapter uses; one a key, because making one takes half a second."""
        if key not in self._clients:
            made = connect_catalog(endpoint_url=self.url, access_key_id=key, secret_access_key="sandbox")
            self._clients[key] = made
        return self._clients[key]

    def catalog(self, key: str = "sandbox") -> CatalogClient:
        """Our adapter's wire."""
        return CatalogClient(self.boto(key))

    def adapter(self, key: str = "sandbox") -> AwsMarketplace:
        """Our adapter, over real HTTP."""
        return AwsMarketplace(self.catalog(key), self.emulator.client())

    def filed(self) -> str:
        """A referral that AWS holds."""
        portal = self.emulator.portal()
        payload = portal.draft(replace(READY), TODAY).payload
        create, *_ = portal.saga(payload, "k")
        return create.send({})
