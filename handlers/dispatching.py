"""From a stored envelope to its listener, and what the listener answered to whoever asked; keeps nothing."""

import json
import logging
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from handlers.forms import SUBMISSION, put_in_place
from handlers.replies import reply
from handlers.submitters import Said, Submitter
from motions.records import Envelope

logger = logging.getLogger(__name__)

_FAILED = 500


def do(app: App, envelope: Envelope, submitter: Submitter | None) -> bool:
    """Run the envelope's listener; False when it failed in a way that may pass, and nobody was told."""
    body: dict[str, Any] = json.loads(envelope.payload)
    if envelope.kind == "app_rate_limited":
        logger.warning("slack.throttled method=events")
    # The mode says where the body's shape comes from, and that its signature was checked when it was kept.
    request = BoltRequest(body=body, mode="socket_mode", context={"envelope": envelope})
    response = app.dispatch(request)
    if response.status >= _FAILED:
        return False
    said = _said(response)
    if envelope.kind != SUBMISSION:
        reply(body, said)
    elif submitter is None or not submitter.take_along(said):
        put_in_place(request.context.client, envelope.key, body, said, is_late=submitter is not None)
    return True


def _said(response: BoltResponse) -> Said:
    """What the listener's `ack` would have said on the acknowledgement."""
    if not response.body:
        return {}
    is_json = response.headers.get("content-type", [""])[0].startswith("application/json")
    said: Said = json.loads(response.body) if is_json else {"text": response.body}
    return said
