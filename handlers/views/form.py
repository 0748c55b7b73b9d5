"""A form's frame, its inputs and its pick-lists, in one place; knows what no form is about."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from handlers.views import blocks, text
from handlers.views.blocks import Block

_OPTION, _GROUP = 75, 100
OPTION_VALUE, MOST_OPTIONS = 150, 10_000


def form(
    callback: str, title: str, submit: str | None, token: str, drawn: Sequence[Block], *, close: str = "Back"
) -> dict[str, object]:
    """The modal; it carries the token, if there is one, and nothing else. Without `submit` it can only be read."""
    frame: dict[str, object] = {
        "type": "modal",
        "callback_id": callback,
        "title": blocks.title(title),
        "close": blocks.plain(close),
        "blocks": list(drawn),
    }
    frame |= {"private_metadata": token} if token else {}
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


def option(value: str, said: str) -> Block:
    """One thing to pick: its value and what it is called, in one line."""
    return {"text": blocks.plain(text.shortened(text.one_line(said) or "-", _OPTION)), "value": value}


def pick_list(pairs: Iterable[tuple[str, str]], placeholder: str = "Pick one", *, chosen: str | None = None) -> Block:
    """The element to pick one of these with, `chosen` to begin with; more than a hundred come in groups of a hundred.

    Slack takes 10,000 at most and values of 150 characters: what is beyond is left out, so that the caller says so.
    """
    options = _options(pairs)
    element: Block = {"type": "static_select", "placeholder": blocks.plain(placeholder), **_grouped(options)}
    initial = next((each for each in options if each["value"] == chosen), None)
    return element | ({"initial_option": initial} if initial else {})


def pick_several(pairs: Iterable[tuple[str, str]], placeholder: str = "Pick", *, chosen: Collection[str] = ()) -> Block:
    """The element to pick any number of these with, `chosen` to begin with; otherwise as `pick_list`."""
    options = _options(pairs)
    element: Block = {"type": "multi_static_select", "placeholder": blocks.plain(placeholder), **_grouped(options)}
    initial = [each for each in options if each["value"] in chosen][:_GROUP]
    return element | ({"initial_options": initial} if initial else {})


def _options(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    given = [(value, said) for value, said in pairs if text.width(value) <= OPTION_VALUE][:MOST_OPTIONS]
    return [option(value, said) for value, said in given]


def _grouped(options: Sequence[Block]) -> Block:
    if len(options) <= _GROUP:
        return {"options": list(options)}
    groups = [options[i : i + _GROUP] for i in range(0, len(options), _GROUP)]
    return {"option_groups": [{"label": blocks.plain(_range(group)), "options": list(group)} for group in groups]}


def _range(group: Sequence[Any]) -> str:
    first, last = (text.shortened(each["text"]["text"], 35) for each in (group[0], group[-1]))
    return f"{first} to {last}"


def words(longest: int, *, is_long: bool = False) -> Block:
    """The element to type into."""
    return {"type": "plain_text_input", "max_length": longest} | ({"multiline": True} if is_long else {})


def complaints_of(wrong: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a form, beside its inputs."""
    return {place: text.shortened(text.one_line(said), 1000) for place, said in wrong.items()}
