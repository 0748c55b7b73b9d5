"""Bolt's listeners, wired: what Slack can trigger and which use case it reaches, on one page."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.listener.listener_completion_handler import CustomListenerCompletionHandler
from slack_sdk import WebClient

from handlers import approvals, assistant, commands, home, shared
from handlers.desk import Identity, UseCases
from handlers.ingress import Ingress
from handlers.replies import explain
from handlers.views import card, deny, edit, handoff
from motions.ports import Clock, People
from motions.records import Store

_ANYTHING = re.compile(".*")


def register(app: App, cases: UseCases, people: People, store: Store, clock: Clock, us: Identity) -> None:
    """Everything Slack can trigger."""
    _guard(app, Ingress(us, people, store, clock))
    app.command("/cosell")(partial(commands.ask, cases))
    app.action(card.APPROVE)(partial(approvals.approve, cases))
    app.action(card.DENY)(approvals.open_deny)
    app.action(card.EDIT)(partial(approvals.open_edit, cases))
    app.action(card.ANSWER)(partial(approvals.open_edit, cases))
    app.view(deny.CALLBACK)(partial(approvals.deny, cases))
    app.view(edit.CALLBACK)(partial(approvals.edit, cases))
    app.action(handoff.TAKE)(partial(shared.take, cases))
    app.event("app_home_opened")(partial(home.open_home, cases))
    app.event("app_mention")(partial(assistant.mentioned, cases))
    app.event("message", matchers=[assistant.is_direct])(partial(assistant.told_directly, cases))
    app.event("message")(partial(shared.hear, cases))
    # What nobody listens to is acknowledged: Slack counts anything else as a failure and sends it again.
    app.event(_ANYTHING)(_acknowledge)
    app.action(_ANYTHING)(_acknowledge)
    app.view(_ANYTHING)(_acknowledge)
    app.shortcut(_ANYTHING)(_acknowledge)


def build_bolt(client: WebClient, us: Identity, *, signing_secret: str = "", threads: int = 10) -> App:
    """An app that runs its listener before it answers, so that a click is committed before it is acknowledged.

    `client` carries the bot token and the address of Slack; without a signing secret only Socket Mode can be used.
    """
    # It logs the whole body of a request with a wrong signature.
    logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.WARNING)
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=us.team_id,
        bot_user_id=us.bot_user_id,
        bot_id=us.bot_id,
        bot_token=client.token,
    )

    def authorize() -> AuthorizeResult:
        return known  # one workspace: nothing to look up, so no event costs a call

    return App(
        name="cosell",
        client=_without_token(client),
        authorize=authorize,
        signing_secret=signing_secret,
        process_before_response=True,
        request_verification_enabled=True,
        listener_executor=ThreadPoolExecutor(max_workers=threads, thread_name_prefix="slack"),
        attaching_conversation_kwargs_enabled=False,
    )


def _guard(app: App, ingress: Ingress) -> None:
    app.use(ingress.receive)
    app.error(explain)
    app.listener_runner.listener_completion_handler = CustomListenerCompletionHandler(app.logger, ingress.settle)


def _acknowledge(ack: Ack) -> None:
    ack()


def _without_token(client: WebClient) -> WebClient:
    # Bolt warns when it is given both a token and an authorize function.
    return WebClient(
        base_url=client.base_url, timeout=client.timeout, ssl=client.ssl, proxy=client.proxy, retry_handlers=[]
    )
