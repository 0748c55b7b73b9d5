"""Changes to a referral of ours after it was filed: only what differs, and only while nobody else has changed it."""

from collections.abc import Mapping

from connectors.microsoft.client import MicrosoftClient
from connectors.microsoft.reading import Record
from connectors.microsoft.requirements import at


def amend(client: MicrosoftClient, referral_id: str, changes: Mapping[str, object]) -> Record:
    """The referral with these values at these dotted paths; raises Conflict when it changed while this looked.

    What has its value already is not sent, so the same again writes nothing.
    """
    known = client.read(referral_id)
    operations = [
        {"op": "add", "path": "/" + path.replace(".", "/"), "value": value}
        for path, value in changes.items()
        if at(known, path) != value
    ]
    return client.change(referral_id, operations, str(known.get("eTag") or "")) if operations else known
