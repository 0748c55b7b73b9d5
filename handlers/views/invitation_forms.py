"""The forms behind an invitation's buttons: which deal of ours it is, and why it is rejected."""

from collections.abc import Mapping
from typing import Any

from handlers.views import blocks, text
from handlers.views.form import entry, pick_list, words
from handlers.views.form import form as framed
from motions.invitation_surfaces import AcceptForm, RejectForm

ACCEPT_CALLBACK = "invitation.accept"
REJECT_CALLBACK = "invitation.reject"
LINK_CALLBACK = "invitation.link"

_DEAL, _OTHER, _REASON = "invitation.deal", "invitation.other", "invitation.reason"
_NEW = "new"


def accept_modal(form: AcceptForm) -> dict[str, object]:
    """Which deal it is; for one that is accepted already, a deal has to be named."""
    customer, partner = text.escaped(form.customer, 120), text.escaped(form.partner_name, 60)
    choices = form.choices if form.is_accepted else (*form.choices, (_NEW, "A new deal: the CRM has none for it yet"))
    if form.is_accepted:
        intro = f"*{customer}*: its fields in the CRM follow {partner}'s portal from then on."
        callback, title, submit = LINK_CALLBACK, "Link a deal", "Link"
    else:
        intro = f"*{customer}*: {partner} is told yes, and sees nothing of our deal."
        callback, title, submit = ACCEPT_CALLBACK, "Accept the invitation", "Accept"
    drawn = [blocks.section(intro)]
    if choices:
        drawn.append(entry(_DEAL, "Our deal", pick_list(choices), is_optional=True))
    drawn.append(entry(_OTHER, "Another deal", words(200), is_optional=bool(choices), hint="Its whole name, or its id"))
    return framed(callback, title, submit, form.token, drawn)


def reject_modal(form: RejectForm) -> dict[str, object]:
    """One of the portal's own reasons, which the partner reads."""
    customer, partner = text.escaped(form.customer, 120), text.escaped(form.partner_name, 60)
    options = [(each, each) for each in form.reasons]
    drawn = [
        blocks.section(f"*{customer}*: {partner} is told the reason. This cannot be taken back."),
        entry(_REASON, "Why", pick_list(options)),
    ]
    return framed(REJECT_CALLBACK, "Reject the invitation", "Reject", form.token, drawn)


def deal_chosen(view: Mapping[str, Any]) -> tuple[str, str, bool]:
    """The chosen deal's id, what names another, and whether it is a new one."""
    values = view["state"]["values"]
    option = values[_DEAL]["value"].get("selected_option") if _DEAL in values else None
    chosen = str(option["value"]) if option else ""
    other = text.one_line(values[_OTHER]["value"].get("value") or "")
    return ("" if chosen == _NEW else chosen), other, chosen == _NEW


def reason_chosen(view: Mapping[str, Any]) -> str:
    """The reason that was picked."""
    return str(view["state"]["values"][_REASON]["value"]["selected_option"]["value"])
