"""The Home tab, drawn each time somebody opens it."""

import logging
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient

from handlers.desk import UseCases, is_ours
from handlers.slack_errors import translated
from handlers.views import partner
from handlers.views.home import closed, home
from handlers.views.problem import WHO_ARE_YOU
from motions.errors import Rejected
from motions.model import Role

logger = logging.getLogger(__name__)


def open_home(cases: UseCases, event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
    """Publish the opener's own queue, or what is shared with them."""
    if event.get("tab", "home") != "home":
        return
    person = context["person"]
    if is_ours(person):
        view = home(cases.home_for(person))
    elif person.role is Role.PARTNER:
        view = partner.home(cases.shared_with(person))
    else:
        view = closed(WHO_ARE_YOU)
    try:
        with translated("views.publish"):
            client.views_publish(user_id=event["user"], view=view)
    except Rejected:
        if is_ours(person):
            raise
        logger.info("home.unpublished role=%s", person.role)  # Slack shows no Home to somebody we share no channel with
