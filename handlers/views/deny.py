"""The modal behind Deny: a reason from a short list, and a few words if they help."""

from collections.abc import Mapping
from typing import Any

from handlers.views import blocks, text
from handlers.views.blocks import Block
from motions.model import Token

CALLBACK = "motion.deny"
_CODE, _WORDS = "reason.code", "reason.words"
REASONS = (
    ("wrong-partner", "Not the right partner for this deal"),
    ("too-early", "Too early: the deal is not ready for a partner"),
    ("customer-declined", "The customer does not want a partner"),
    ("already-working", "The partner is already in the deal"),
    ("wrong-facts", "The facts in the referral are wrong"),
    ("other", "Something else"),
)


def deny_modal(token: Token) -> dict[str, object]:
    """The form; it carries the token and nothing else."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": token,
        "title": blocks.plain("Deny this referral"),
        "submit": blocks.plain("Deny"),
        "close": blocks.plain("Back"),
        "blocks": [blocks.section("Nothing is filed. The reason teaches the match rules."), _reason(), _words()],
    }


def reason_given(view: Mapping[str, Any]) -> str:
    """'too-early', or 'too-early: in the person's words'."""
    values = view["state"]["values"]
    code = str(values[_CODE]["value"]["selected_option"]["value"])
    said = text.one_line(values[_WORDS]["value"].get("value") or "")
    return f"{code}: {said}" if said else code


def _reason() -> Block:
    options = [{"text": blocks.plain(label), "value": code} for code, label in REASONS]
    element: Block = {
        "type": "static_select",
        "action_id": "value",
        "placeholder": blocks.plain("Pick a reason"),
        "options": options,
    }
    return {"type": "input", "block_id": _CODE, "label": blocks.plain("Why"), "element": element}


def _words() -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "value", "max_length": 500, "multiline": True}
    label = blocks.plain("In your words")
    return {"type": "input", "block_id": _WORDS, "label": label, "element": element, "optional": True}
