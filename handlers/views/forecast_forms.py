"""The two forms of the joint forecast: the partner's own figures, and which of two figures is right."""

from collections.abc import Mapping
from typing import Any

from handlers.views import blocks, text
from handlers.views.blocks import Block
from handlers.views.forecast import label_of
from motions.joint_forms import AgreeForm, Complaints, FiguresForm, Typed
from motions.spaces import JointField, Side

UPDATE_CALLBACK = "forecast.update"
AGREE_CALLBACK = "forecast.agree"

_OPTION = 75
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
    deals: Block = {
        "type": "static_select",
        "placeholder": blocks.plain("Pick one"),
        "options": _options(form.deals[:_DEALS]),
    }
    stages: Block = {"type": "static_select", "placeholder": blocks.plain("As it is"), "options": _options(form.stages)}
    drawn = [
        blocks.section(intro),
        _input("deal", "Deal", deals, optional=False),
        _input("stage", "Stage", stages),
        _input("amount", "Amount", {"type": "plain_text_input", "max_length": 30}, hint="Digits, such as 2200000"),
        _input("currency", "Currency", {"type": "plain_text_input", "max_length": 3}, hint="Only when it changes: USD"),
        _input("close_date", "Close date", {"type": "datepicker"}),
    ]
    return _modal(UPDATE_CALLBACK, "Your figures", "Save", form.token, drawn)


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
        select: Block = {"type": "static_select", "placeholder": blocks.plain("Pick one"), "options": _options(options)}
        drawn.append(_input(choice.field.value, label_of(choice.field), select))
    return _modal(AGREE_CALLBACK, "Agree on figures", "Agree", form.token, drawn)


def typed_figures(view: Mapping[str, Any]) -> Typed:
    """What the figures form holds; KeyError or the like when it is not that form."""
    return Typed(**{name: _said(view, name) for name in _INPUTS})


def chosen(view: Mapping[str, Any]) -> dict[JointField, Side]:
    """Which side's figure was picked for which field; one left alone is absent."""
    said = {name: _said(view, name.value) for name in JointField if f"{_PREFIX}{name}" in view["state"]["values"]}
    return {name: Side(side) for name, side in said.items() if side not in {"", _LATER}}


def complaints_of(complaints: Complaints) -> dict[str, str]:
    """Complaints by input block."""
    return {f"{_PREFIX}{place}": text.shortened(text.one_line(said), 1000) for place, said in complaints.items()}


def _said(view: Mapping[str, Any], name: str) -> str:
    ((_, state),) = view["state"]["values"][f"{_PREFIX}{name}"].items()
    option = state.get("selected_option")
    return str((option["value"] if option else state.get("selected_date") or state.get("value")) or "").strip()


def _input(name: str, label: str, element: Block, *, optional: bool = True, hint: str = "") -> Block:
    drawn: Block = {
        "type": "input",
        "block_id": f"{_PREFIX}{name}",
        "label": blocks.plain(label),
        "element": {"action_id": "value", **element},
        "optional": optional,
    }
    return drawn | ({"hint": blocks.plain(hint)} if hint else {})


def _options(pairs: tuple[tuple[str, str], ...]) -> list[Block]:
    return [
        {"text": blocks.plain(text.shortened(text.one_line(said) or "-", _OPTION)), "value": value}
        for value, said in pairs
    ]


def _modal(callback: str, title: str, submit: str, token: str, drawn: list[Block]) -> dict[str, object]:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": token,
        "title": blocks.title(title),
        "submit": blocks.plain(submit),
        "close": blocks.plain("Cancel"),
        "blocks": drawn,
    }
