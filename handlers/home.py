"""The Home tab, drawn each time somebody opens it."""

from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient

from handlers.desk import UseCases, is_ours
from handlers.slack_errors import translated
from handlers.views.home import closed, home
from handlers.views.problem import for_outsider


def open_home(cases: UseCases, event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
    """Publish the opener's own queue."""
    if event.get("tab", "home") != "home":
        return
    person = context["person"]
    if is_ours(person):
        view = home(cases.home_for(person))
    else:
        answer = for_outsider(person.role)
        view = closed(f"{answer.what}\n{answer.do}")
    with translated("views.publish"):
        client.views_publish(user_id=event["user"], view=view)
