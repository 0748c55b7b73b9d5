"""The modal while an answer is awaited, and the form again when that answer is a complaint."""

from collections.abc import Mapping
from typing import Any

from handlers.views import blocks, text

_KEPT = ("callback_id", "private_metadata", "title", "submit", "close")
# What a person may have put into an input, and the field of its element that shows it again.
_INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_date": "initial_date",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
}


def one_moment(external_id: str) -> dict[str, object]:
    """Says that it takes longer, in place of a submitted form; known by an id of ours."""
    words = "*One moment…*\nThis takes longer than usual. What you sent is kept, and the outcome appears here."
    return {
        "type": "modal",
        "external_id": external_id,
        "title": blocks.title("One moment"),
        "close": blocks.plain("Close"),
        "blocks": [blocks.section(words)],
    }


def again(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, object]:
    """A submitted form with what was typed still in it, and what is wrong with that above."""
    values = view["state"]["values"]
    shown = [_filled(block, values) for block in view["blocks"]]
    labels = {block["block_id"]: block["label"]["text"] for block in shown if block["type"] == "input"}
    wrong = "\n".join(f"• {text.escaped(f'{labels.get(place, place)}: {why}', 1000)}" for place, why in errors.items())
    heading = blocks.section(text.shortened(f"*Nothing was saved yet.*\n{wrong}", 2900))
    kept = {name: view[name] for name in _KEPT if view.get(name)}
    return {"type": "modal", **kept, "blocks": [heading, *shown]}


def _filled(block: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    if block["type"] != "input":
        return dict(block)
    element = {name: value for name, value in block["element"].items() if name not in _INITIAL.values()}
    state = values.get(block["block_id"], {}).get(element["action_id"], {})
    typed = {_INITIAL[name]: state[name] for name in _INITIAL if state.get(name)}
    return {**block, "element": {**element, **typed}}
