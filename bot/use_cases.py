"""The use cases with their ports put into them, as the listeners know them; wires nothing else."""

from functools import partial

from handlers.desk import RuleCases, SetupCases, SheetCases, UseCases
from motions import (
    agreeing,
    approvals,
    asking,
    correcting,
    crm_requests,
    deliveries,
    desk,
    desk_acts,
    editing,
    filed_by_hand,
    granting,
    greeting,
    handoffs,
    invitation_desk,
    nudging,
    offer_desk,
    partner_acts,
    partner_desk,
    places,
    reporting,
    rule_desk,
    setup_desk,
    sheet_desk,
    standing,
    welcoming,
)
from motions.ports import Ports


def use_cases(ports: Ports) -> UseCases:
    """Every use case a listener may call."""
    return UseCases(
        approve=partial(approvals.approve, ports=ports),
        deny=partial(approvals.deny, ports=ports),
        take_back=partial(approvals.undo, ports=ports),
        edit_form=partial(editing.edit_form, ports=ports),
        edit=partial(editing.edit, ports=ports),
        filed_form=partial(filed_by_hand.filed_form, ports=ports),
        filed=partial(filed_by_hand.filed, ports=ports),
        sheets=_sheets(ports),
        correction_form=partial(correcting.correction_form, ports=ports),
        correct=partial(correcting.correct, ports=ports),
        accept_form=partial(invitation_desk.accept_form, ports=ports),
        accept=partial(invitation_desk.accept, ports=ports),
        reject_form=partial(invitation_desk.reject_form, ports=ports),
        reject=partial(invitation_desk.reject, ports=ports),
        link_form=partial(invitation_desk.link_form, ports=ports),
        link=partial(invitation_desk.link, ports=ports),
        draft_offer=partial(offer_desk.draft, ports=ports),
        write_crm=partial(crm_requests.write_it, ports=ports),
        skip_crm=partial(crm_requests.not_now, ports=ports),
        give_standing=partial(standing.give, ports=ports),
        revoke_standing=partial(standing.revoke, ports=ports),
        propose_grant=partial(granting.propose, ports=ports),
        agree_grant=partial(granting.agree, ports=ports),
        revoke_grant=partial(granting.revoke, ports=ports),
        rules=_rules(ports),
        setup=_setup(ports),
        answer=partial(asking.answer, ports=ports),
        about_deal=partial(asking.about_deal, ports=ports),
        start_deal=partial(asking.start_deal, ports=ports),
        deal_named=partial(asking.deal_named, ports=ports),
        show_deal=partial(asking.show_deal, ports=ports),
        about_message=partial(asking.about_message, ports=ports),
        greet=partial(greeting.greet, ports=ports),
        home_for=partial(desk.home_for, ports=ports),
        desk_item=partial(desk_acts.look_at, ports=ports),
        desk_handle=partial(desk_acts.handle, ports=ports),
        desk_batch=partial(desk_acts.batch_for, ports=ports),
        desk_approve=partial(desk_acts.approve_batch, ports=ports),
        take=partial(handoffs.take, ports=ports),
        remind_less=partial(nudging.remind_less, ports=ports),
        replied=partial(handoffs.replied, ports=ports),
        figures_form=partial(reporting.figures_form, ports=ports),
        report_figures=partial(reporting.report, ports=ports),
        agree_form=partial(agreeing.agree_form, ports=ports),
        agree=partial(agreeing.agree, ports=ports),
        partner_answer=partial(partner_desk.partner_answer, ports=ports),
        shared_with=partial(partner_desk.shared_with, ports=ports),
        details=partial(partner_desk.details, ports=ports),
        decline=partial(partner_acts.decline, ports=ports),
        ask_owner=partial(partner_acts.ask_owner, ports=ports),
        propose_next_step=partial(partner_acts.propose_next_step, ports=ports),
        recheck=partial(places.recheck, ports=ports),
        welcome=partial(welcoming.welcome, ports=ports),
        moved=partial(places.moved, ports=ports),
        give_up=partial(deliveries.give_up, ports=ports),
    )


def _rules(ports: Ports) -> RuleCases:
    return RuleCases(
        form=partial(rule_desk.rule_form, ports=ports),
        preview=partial(rule_desk.preview_rule, ports=ports),
        change=partial(rule_desk.change_rule, ports=ports),
    )


def _sheets(ports: Ports) -> SheetCases:
    return SheetCases(
        drop=partial(sheet_desk.drop, ports=ports),
        take=partial(sheet_desk.import_it, ports=ports),
        leave=partial(sheet_desk.leave, ports=ports),
        columns_form=partial(sheet_desk.columns_form, ports=ports),
        map_columns=partial(sheet_desk.map_columns, ports=ports),
    )


def _setup(ports: Ports) -> SetupCases:
    return SetupCases(
        form=partial(setup_desk.setup_form, ports=ports), save=partial(setup_desk.save_setup, ports=ports)
    )
