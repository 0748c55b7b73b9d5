"""The form behind "Filed, reference is …": what to type into the partner's own form, and the one question."""

from collections.abc import Mapping
from typing import Any

from handlers.views import blocks, text
from handlers.views.blocks import Block
from handlers.views.form import entry, words
from handlers.views.form import form as framed
from motions.sheet_surfaces import LONGEST, FiledForm, NotTaken

CALLBACK = "motion.filed"
_REFERENCE = "filed.reference"
_VALUE = 400  # what is longer is in the pack, whole
_LINES = 60


def filed_modal(form: FiledForm) -> dict[str, object]:
    """The pack's checklist, and one input."""
    intro = f"*{text.escaped(form.deal_name, 120)}*: {text.escaped(form.to_do, 600)}"
    asked = f"{text.shortened(text.one_line(form.partner_name), 60)}'s reference"
    drawn = [
        blocks.section(intro),
        *_checklist(form),
        entry(_REFERENCE, asked, words(LONGEST), hint="As their form or their mail gives it, for example DR-1001"),
    ]
    return framed(CALLBACK, "Filed by hand", "It is filed", form.token, drawn)


def reference_given(view: Mapping[str, Any]) -> str:
    """What was typed."""
    return str(view["state"]["values"][_REFERENCE]["value"].get("value") or "")


def complaint(outcome: NotTaken) -> dict[str, str]:
    """Why it was not taken, beside the input."""
    return {_REFERENCE: text.shortened(text.one_line(outcome.why), 1000)}


def _checklist(form: FiledForm) -> list[Block]:
    if not form.lines:
        return []
    lines: list[Block] = [
        {
            "type": "rich_text_section",
            "elements": [
                blocks.run(f"{text.one_line(label)}: ", bold=True),
                blocks.run(text.shortened(text.cleaned(value).strip(), _VALUE) or "empty"),
            ],
        }
        for label, value in form.lines[:_LINES]
    ]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "ordered", "elements": lines}]}]
