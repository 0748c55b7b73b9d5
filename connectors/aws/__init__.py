"""The AWS Partner Central connector: files referrals, reads both sides of them; knows no motion and no person."""

from connectors.aws.documents import check
from connectors.aws.portal import AwsPortal, open_portal

__all__ = ["AwsPortal", "check", "open_portal"]
