"""The two forms of the joint forecast: the partner's own figures, and which of two figures is right."""

from collections.abc import Mapping
from typing import Any

from handlers.views import blocks, text
from handlers.views.blocks import Block
from handlers.views.forecast import label_of
from handlers.views.form import complaints_of as beside_inputs
from handlers.views.form import entry, pick_list, words
from handlers.views.form import form as framed
from motions.joint_forms import AgreeForm, FiguresForm, Typed
from motions.spaces import JointField, Side
from motions.surfaces import Complaints

UPDATE_CALLBACK = "forecast.update"
AGREE_CALLBACK = "forecast.agree"

_DEALS = 100
_PREFIX = "field:"
_INPUTS = ("deal", "stage", "amount", "currency", "close_date")
_LATER = "later"


def figures_modal(form: FiguresForm) -> dict[str, object]:
    """The partner's figures of one deal; it carries the token and nothing else."""
    intro = (
        "What you fill in is your company's figure in the joint forecast, for your people and "
        f"{text.escaped(form.our_name, 60)}'s. What you leave blank stays as it is."
    )
    drawn = [
        blocks.section(intro),
        entry(f"{_PREFIX}deal", "Deal", pick_list(form.deals[:_DEALS])),
        _figure("stage", "Stage", pick_list(form.stages, "As it is")),
        _figure("amount", "Amount", words(30), hint="Digits, such as 2200000"),
        _figure("currency", "Currency", words(3), hint="Only when it changes: USD"),
        _figure("close_date", "Close date", {"type": "datepicker"}),
    ]
    return framed(UPDATE_CALLBACK, "Your figures", "Save", form.token, drawn, close="Cancel")


def agree_modal(form: AgreeForm) -> dict[str, object]:
    """Which side's figure is right, field by field; nothing is chosen beforehand."""
    intro = (
        f"*{text.escaped(form.name, 120)}*: pick the figure that is right. It is agreed once somebody of the other "
        "company picks the same. Nobody's CRM is changed."
    )
    drawn = [blocks.section(intro)]
    for choice in form.choices:
        options = (
            (Side.OURS.value, f"{choice.ours} ({form.our_name})"),
            (Side.THEIRS.value, f"{choice.theirs} ({form.partner_name})"),
            (_LATER, "not now"),
        )
        drawn.append(_figure(choice.field.value, label_of(choice.field), pick_list(options)))
    return framed(AGREE_CALLBACK, "Agree on figures", "Agree", form.token, drawn, close="Cancel")


def typed_figures(view: Mapping[str, Any]) -> Typed:
    """What the figures form holds; KeyError or the like when it is not that form."""
    return Typed(**{name: _said(view, name) for name in _INPUTS})


def chosen(view: Mapping[str, Any]) -> dict[JointField, Side]:
    """Which side's figure was picked for which field; one left alone is absent."""
    said = {name: _said(view, name.value) for name in JointField if f"{_PREFIX}{name}" in view["state"]["values"]}
    return {name: Side(side) for name, side in said.items() if side not in {"", _LATER}}


def complaints_of(complaints: Complaints) -> dict[str, str]:
    """Complaints by input block."""
    return beside_inputs({f"{_PREFIX}{place}": said for place, said in complaints.items()})


def _said(view: Mapping[str, Any], name: str) -> str:
    ((_, state),) = view["state"]["values"][f"{_PREFIX}{name}"].items()
    option = state.get("selected_option")
    return str((option["value"] if option else state.get("selected_date") or state.get("value")) or "").strip()


def _figure(name: str, label: str, element: Block, *, hint: str = "") -> Block:
    return entry(f"{_PREFIX}{name}", label, element, is_optional=True, hint=hint)
