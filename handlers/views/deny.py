"""The modal behind Deny: a reason from a short list, and a few words if they help."""

from collections.abc import Mapping
from typing import Any

from handlers.views import blocks, text
from handlers.views.form import entry, pick_list, words
from handlers.views.form import form as framed
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
    drawn = [
        blocks.section("Nothing is filed. The reason teaches the match rules."),
        entry(_CODE, "Why", pick_list(REASONS, "Pick a reason")),
        entry(_WORDS, "In your words", words(500, is_long=True), is_optional=True),
    ]
    return framed(CALLBACK, "Deny this referral", "Deny", token, drawn)


def reason_given(view: Mapping[str, Any]) -> str:
    """'too-early', or 'too-early: in the person's words'."""
    values = view["state"]["values"]
    code = str(values[_CODE]["value"]["selected_option"]["value"])
    said = text.one_line(values[_WORDS]["value"].get("value") or "")
    return f"{code}: {said}" if said else code
