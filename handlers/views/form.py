"""A form's frame, its inputs and its pick-lists, in one place; knows what no form is about."""

from collections.abc import Iterable, Sequence

from handlers.views import blocks, text
from handlers.views.blocks import Block

_OPTION = 75


def form(
    callback: str, title: str, submit: str | None, token: str, drawn: Sequence[Block], *, close: str = "Back"
) -> dict[str, object]:
    """The modal; it carries the token and nothing else. Without `submit` it can only be read."""
    frame: dict[str, object] = {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": token,
        "title": blocks.title(title),
        "close": blocks.plain(close),
        "blocks": list(drawn),
    }
    return frame | ({"submit": blocks.plain(submit)} if submit else {})


def entry(block_id: str, label: str, element: Block, *, is_optional: bool = False, hint: str = "") -> Block:
    """One input; its element is called 'value' unless it says otherwise."""
    drawn: Block = {
        "type": "input",
        "block_id": block_id,
        "label": blocks.plain(label),
        "element": {"action_id": "value", **element},
        "optional": is_optional,
    }
    return drawn | ({"hint": blocks.plain(hint)} if hint else {})


def pick_list(pairs: Iterable[tuple[str, str]], placeholder: str = "Pick one") -> Block:
    """The element to pick one of these with: values and what each is called."""
    options = [
        {"text": blocks.plain(text.shortened(text.one_line(said) or "-", _OPTION)), "value": value}
        for value, said in pairs
    ]
    return {"type": "static_select", "placeholder": blocks.plain(placeholder), "options": options}


def words(longest: int, *, is_long: bool = False) -> Block:
    """The element to type into."""
    return {"type": "plain_text_input", "max_length": longest} | ({"multiline": True} if is_long else {})
