"""Bolt's listeners, wired: what Slack can trigger and which use case it reaches, on one page."""

import logging
import re
from collections.abc import Callable, Mapping
from functools import partial

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from handlers import (
    approvals,
    assistant,
    commands,
    home,
    invitations,
    links,
    packs,
    partners,
    places,
    rules,
    sessions,
    setup,
    shared,
    sheets,
    shortcuts,
    spaces,
    steps,
)
from handlers.desk import Desk, Identity, UseCases
from handlers.dispatching import do
from handlers.envelopes import reference_of
from handlers.forms import open_asked
from handlers.ingress import Ingress
from handlers.keeping import Keeper
from handlers.replies import explain
from handlers.views import (
    asking,
    correction,
    deny,
    edit,
    filed,
    forecast,
    forecast_forms,
    grant,
    handoff,
    invitation,
    invitation_forms,
    nudge,
    offer,
    partner,
    preview,
    sheet,
    sheet_forms,
    standing,
    which,
)
from handlers.views import desk as desk_views
from handlers.views import home as home_views
from handlers.views import rules as rules_views
from handlers.views import setup as setup_views
from handlers.workers import Workers
from motions.correlation import working_on

Listener = Callable[..., None]  # Bolt gives it what it names

_ANYTHING = re.compile(".*")


def register(app: App, cases: UseCases, desk: Desk) -> Workers:
    """Everything Slack can trigger; the workers who do it."""
    keeper = Keeper(desk.store)
    workers = Workers(partial(do, app), cases.give_up, keeper, desk.clock, desk.lanes)
    app.use(Ingress(desk.us, desk.people, keeper, desk.clock, workers).receive)
    app.error(explain)
    # Bolt asks one listener after the other: what comes most often stands first.
    talks = sessions.Sessions(is_agent=desk.is_agent)
    told = partial(assistant.told_directly, cases, desk.messenger, talks)
    app.event("message", matchers=[assistant.is_direct])(told)
    app.event("message", matchers=[sheets.brings_sheets])(partial(sheets.dropped, cases))
    app.event("message")(partial(shared.hear, cases))
    app.event("app_mention")(partial(assistant.mentioned, cases))
    app.command("/cosell")(partial(commands.ask, cases))
    for action_id, listener in _buttons(cases).items():
        app.action(action_id)(listener)
    for callback_id, listener in _forms(cases).items():
        app.view(callback_id)(listener)
    app.shortcut(which.GLOBAL)(shortcuts.start)
    app.shortcut(which.MESSAGE)(partial(shortcuts.on_message, cases))
    for event in places.LOOKED_AT:
        app.event(event)(partial(places.changed, cases))
    app.event("member_joined_channel")(partial(places.joined, cases, desk.us))
    looked_up = links.Links(cases, desk.messenger, desk.clock, as_work_objects=desk.has_work_objects)
    app.event("link_shared")(looked_up.shared)
    app.event("entity_details_requested")(looked_up.details)
    app.event("agent_session_stopped")(talks.stop)
    app.event("function_executed")(steps.Steps(cases, desk.people, desk.us).run)
    app.event("channel_id_changed")(partial(places.moved, cases))
    app.event("app_home_opened")(partial(home.open_home, cases))
    # What nobody listens to is acknowledged: Slack counts anything else as a failure and sends it again.
    app.event(_ANYTHING)(_acknowledge)
    app.action(_ANYTHING)(_acknowledge)
    app.view(_ANYTHING)(_acknowledge)
    app.shortcut(_ANYTHING)(_acknowledge)
    return workers


def _buttons(cases: UseCases) -> Mapping[str, Listener]:
    """What a press of each button reaches."""
    return {
        asking.APPROVE: partial(approvals.click, cases.approve),
        asking.DENY: approvals.open_deny,
        asking.EDIT: partial(open_asked, cases.edit_form, edit.edit_modal),
        asking.ANSWER: partial(open_asked, cases.edit_form, edit.edit_modal),
        correction.CORRECT: partial(open_asked, cases.correction_form, edit.correction_modal),
        asking.TAKE_BACK: partial(approvals.click, cases.take_back),
        asking.WRITE_CRM: partial(approvals.click, cases.write_crm),
        asking.SKIP_CRM: partial(approvals.click, cases.skip_crm),
        standing.GIVE: partial(approvals.click, cases.give_standing),
        standing.REVOKE: partial(approvals.click, cases.revoke_standing),
        grant.PROPOSE: partial(approvals.click, cases.propose_grant),
        grant.AGREE: partial(approvals.click, cases.agree_grant),
        grant.REVOKE: partial(approvals.click, cases.revoke_grant),
        invitation.ACCEPT: partial(open_asked, cases.accept_form, invitation_forms.accept_modal),
        invitation.REJECT: partial(open_asked, cases.reject_form, invitation_forms.reject_modal),
        invitation.LINK: partial(open_asked, cases.link_form, invitation_forms.accept_modal),
        offer.DRAFT: partial(approvals.click, cases.draft_offer),
        handoff.TAKE: partial(shared.take, cases),
        forecast.UPDATE: partial(open_asked, cases.figures_form, forecast_forms.figures_modal),
        forecast.AGREE: partial(open_asked, cases.agree_form, forecast_forms.agree_modal),
        nudge.LESS: partial(shared.remind_less, cases),
        handoff.DETAILS: partial(partners.show_details, cases),
        handoff.DECLINE: partial(partners.open_one, partner.decline_form),
        handoff.ASK: partial(partners.open_one, partner.ask_form),
        handoff.NEXT_STEP: partial(partners.open_one, partner.next_step_form),
        asking.FILED: partial(open_asked, cases.filed_form, filed.filed_modal),
        sheet.IMPORT: partial(approvals.click, cases.sheets.take),
        sheet.LEAVE: partial(approvals.click, cases.sheets.leave),
        rules_views.CHANGE: partial(open_asked, cases.rules.form, rules_views.rule_modal),
        rules_views.ADD: partial(open_asked, cases.rules.form, rules_views.rule_modal),
        setup_views.CHANGE: partial(open_asked, cases.setup.form, setup_views.setup_modal),
        setup_views.ADD: partial(open_asked, cases.setup.form, setup_views.setup_modal),
        preview.STANDS: partial(links.show, cases),
        **_desk_buttons(cases),
        sheet.COLUMNS: partial(open_asked, cases.sheets.columns_form, sheet_forms.columns_modal),
    }


def _desk_buttons(cases: UseCases) -> Mapping[str, Listener]:
    """What a press on the Home tab reaches."""
    filters = home_views.FILTERS
    return {
        home_views.OPEN: partial(home.open_item, cases),
        home_views.SEVERAL: partial(home.open_batch, cases),
        home_views.SHOW: partial(home.turn, cases, home.show_pile),
        home_views.PAGE: partial(home.turn, cases, home.show_page),
        home_views.CLEAR: partial(home.turn, cases, home.clear),
        **{action: partial(home.turn, cases, partial(home.narrow, name)) for name, action in filters.items()},
    }


def _forms(cases: UseCases) -> Mapping[str, Listener]:
    """What each form's submission reaches."""
    return {
        invitation_forms.ACCEPT_CALLBACK: partial(invitations.accept, cases),
        invitation_forms.REJECT_CALLBACK: partial(invitations.reject, cases),
        invitation_forms.LINK_CALLBACK: partial(invitations.link, cases),
        deny.CALLBACK: partial(approvals.deny, cases),
        edit.CALLBACK: partial(approvals.edit, cases),
        edit.CORRECT_CALLBACK: partial(approvals.correct, cases),
        forecast_forms.UPDATE_CALLBACK: partial(spaces.save_figures, cases),
        forecast_forms.AGREE_CALLBACK: partial(spaces.agree, cases),
        handoff.DECLINE: partial(partners.decline, cases),
        handoff.ASK: partial(partners.ask, cases),
        handoff.NEXT_STEP: partial(partners.propose, cases),
        filed.CALLBACK: partial(packs.filed, cases),
        desk_views.ITEM: partial(home.handle, cases),
        desk_views.SEVERAL: partial(home.approve_ticked, cases),
        sheet_forms.CALLBACK: partial(sheets.map_columns, cases),
        rules_views.TYPED: partial(rules.typed, cases),
        rules_views.PREVIEWED: partial(rules.put_in_force, cases),
        setup_views.CALLBACK: partial(setup.save, cases),
        which.CALLBACK: partial(shortcuts.named, cases),
    }


def build_bolt(client: WebClient, us: Identity, *, signing_secret: str = "") -> App:
    """An app whose listeners run where they are dispatched: on a worker, for an envelope that is stored.

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

    return _Bolt(
        name="cosell",
        client=_without_token(client),
        authorize=authorize,
        signing_secret=signing_secret,
        process_before_response=True,
        request_verification_enabled=True,
        attaching_conversation_kwargs_enabled=False,
    )


class _Bolt(App):
    """Every line logged while an envelope is worked on carries its reference, whichever door it came in by."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        with working_on(reference_of(req.body)):
            try:
                return super().dispatch(req)
            except Exception as error:  # noqa: BLE001 - boundary: Bolt reads a payload before anybody can refuse it
                return explain(error, req.body)


def _acknowledge(ack: Ack) -> None:
    ack()


def _without_token(client: WebClient) -> WebClient:
    # Bolt warns when it is given both a token and an authorize function.
    return WebClient(
        base_url=client.base_url, timeout=client.timeout, ssl=client.ssl, proxy=client.proxy, retry_handlers=[]
    )
