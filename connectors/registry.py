"""Which portals there are, and what opens each; knows nothing of any of them."""

from collections.abc import Mapping
from typing import Protocol

from connectors import aws
from motions.ports import Clock, Portal


class PortalFactory(Protocol):
    """Opens one portal from its settings."""

    def __call__(
        self,
        *,
        catalog: str,
        endpoint_url: str | None,
        access_key_id: str | None,
        secret_access_key: str | None,
        session_token: str | None = None,
        clock: Clock,
    ) -> Portal:
        """The portal, ready to use; no call is made yet."""


PORTALS: Mapping[str, PortalFactory] = {"aws": aws.open_portal}
