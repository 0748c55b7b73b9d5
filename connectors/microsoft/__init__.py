"""The Microsoft Partner Center connector: files referrals, reads both sides of them; knows no motion and no person."""

from connectors.microsoft.judging import check
from connectors.microsoft.portal import MicrosoftPortal, open_portal

__all__ = ["MicrosoftPortal", "check", "open_portal"]
