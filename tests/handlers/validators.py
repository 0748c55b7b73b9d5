"""Three opinions on Block Kit dicts: the slackblocks and blockkit packages, and a table of Slack's limits."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import blockkit
import slackblocks as sb
from blockkit.core import Component
from slackblocks.blocks import Block as SbBlock

Json = Mapping[str, Any]

LIMITS = {
    ("header", "text"): 150,
    ("section", "text"): 3000,
    ("section", "field"): 2000,
    ("context", "element"): 3000,
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("option", "text"): 75,
    ("option", "value"): 150,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "button"): 30,
    ("modal", "title"): 24,
    ("id", ""): 255,
    ("metadata", ""): 3000,
}


def check_message(message: Json) -> None:
    """A whole message, as chat.postMessage would take it."""
    assert set(message) == {"text", "blocks"}
    assert 0 < len(message["text"]) <= 4000
    blocks = message["blocks"]
    assert 0 < len(blocks) <= 50
    # chat.postMessage refuses about 13,200 characters in all, containers included (bolt-js issues 2509 and 2867).
    assert len(json.dumps(blocks, ensure_ascii=False).encode("utf-16-le")) // 2 <= 12_000
    sb.Message(channel="C1", text=message["text"], blocks=[slackblock(block) for block in blocks])
    built: Any = blockkit.Message(message["text"], [component(block) for block in blocks])
    built.build()
    for block in blocks:
        check_limits(block)


def check_view(view: Json) -> None:
    """A modal or a Home tab."""
    blocks = view["blocks"]
    assert 0 < len(blocks) <= 100
    drawn: Any = [slackblock(block) for block in blocks]
    if view["type"] == "home":
        sb.HomeTabView(blocks=drawn)
    else:
        texts = {name: view[name]["text"] for name in ("title", "submit", "close") if name in view}
        names = {name: view[name] for name in ("private_metadata", "callback_id") if name in view}
        sb.ModalView(blocks=drawn, **texts, **names)
        has_input = any(block["type"] == "input" for block in blocks)
        assert "submit" in view or not has_input
        assert all(len(words) <= LIMITS["modal", "title"] for words in texts.values())
        assert len(view.get("private_metadata", "")) <= LIMITS["metadata", ""]
    component(view).build()
    for block in blocks:
        check_limits(block)


def check_limits(block: Json) -> None:
    """The table: no text longer than Slack takes, no list longer, nothing empty."""
    for kind, part, words in _measured(block):
        assert 0 < len(words) <= LIMITS[kind, part], (kind, part, len(words))


def _measured(block: Json) -> Iterator[tuple[str, str, str]]:
    kind = block["type"]
    assert kind in {"header", "section", "context", "divider", "actions", "input", "rich_text"}
    if kind in {"header", "section"} and "text" in block:
        yield kind, "text", block["text"]["text"]
    if kind == "section":
        assert len(block.get("fields", ())) <= 10
        yield from (("section", "field", field["text"]) for field in block.get("fields", ()))
    if kind == "context":
        assert 0 < len(block["elements"]) <= 10
        yield from (("context", "element", element["text"]) for element in block["elements"])
    if kind == "actions":
        assert 0 < len(block["elements"]) <= 25
        for element in block["elements"]:
            yield from _of_button(element) if element["type"] == "button" else _of_options(element)
    if "accessory" in block:
        yield from _of_button(block["accessory"])
    if kind == "input":
        yield from _of_input(block)


def _of_button(button: Json) -> Iterator[tuple[str, str, str]]:
    yield "button", "text", button["text"]["text"]
    yield "button", "value", button["value"]
    yield "id", "", button["action_id"]
    if confirm := button.get("confirm"):
        yield "confirm", "title", confirm["title"]["text"]
        yield "confirm", "text", confirm["text"]["text"]
        yield "confirm", "button", confirm["confirm"]["text"]
        yield "confirm", "button", confirm["deny"]["text"]


def _of_input(block: Json) -> Iterator[tuple[str, str, str]]:
    yield "id", "", block["block_id"]
    yield "input", "label", block["label"]["text"]
    if "hint" in block:
        yield "input", "hint", block["hint"]["text"]
    yield from _of_options(block["element"])


def _of_options(element: Json) -> Iterator[tuple[str, str, str]]:
    groups = element.get("option_groups") or [{"options": element.get("options", ())}]
    assert len(groups) <= 100
    for group in groups:
        assert len(group["options"]) <= 100
        if "label" in group:
            yield "option", "text", group["label"]["text"]
        for option in group["options"]:
            yield "option", "text", option["text"]["text"]
            yield "option", "value", option["value"]
    if "initial_option" in element:
        assert any(element["initial_option"] in group["options"] for group in groups)


# --- slackblocks: rebuilt through its constructors, which validate ---


def slackblock(block: Json) -> SbBlock:
    """The same block as slackblocks would build it."""
    given = {name: value for name, value in block.items() if name != "type"}
    return _SB_BLOCKS[block["type"]](given)


def _sb_text(value: Json) -> sb.Text:
    kind = sb.TextType.MARKDOWN if value["type"] == "mrkdwn" else sb.TextType.PLAINTEXT
    return sb.Text(value["text"], type_=kind, verbatim=value.get("verbatim", False), emoji=value.get("emoji", False))


def _sb_section(given: Json) -> SbBlock:
    text = _sb_text(given["text"]) if "text" in given else None
    fields: Any = [_sb_text(field) for field in given["fields"]] if "fields" in given else None
    accessory: Any = _sb_button(given["accessory"]) if "accessory" in given else None
    return sb.SectionBlock(text=text, fields=fields, accessory=accessory)


def _sb_button(button: Json) -> sb.Button:
    confirm = button.get("confirm")
    parts: Any = {name: _sb_text(words) for name, words in confirm.items()} if confirm else {}
    dialogue = sb.ConfirmationDialogue(**parts) if confirm else None
    return sb.Button(
        text=_sb_text(button["text"]),
        action_id=button["action_id"],
        value=button["value"],
        style=button.get("style"),
        confirm=dialogue,
    )


def _sb_act(element: Json) -> Any:
    return _sb_button(element) if element["type"] == "button" else _sb_element(element)


def _sb_input(given: Json) -> SbBlock:
    return sb.InputBlock(
        label=_sb_text(given["label"]),
        element=_sb_element(given["element"]),
        block_id=given["block_id"],
        hint=_sb_text(given["hint"]) if "hint" in given else None,
        optional=given.get("optional", False),
    )


def _sb_element(element: Json) -> Any:
    given = {name: value for name, value in _without_a_first_of_groups(element).items() if name != "type"}
    for name in ("placeholder",):
        if name in given:
            given[name] = _sb_text(given[name])
    if "initial_option" in given:
        given["initial_option"] = _sb_option(given["initial_option"])
    if "options" in given:
        given["options"] = [_sb_option(option) for option in given["options"]]
    if "initial_options" in given:
        given["initial_options"] = [_sb_option(option) for option in given["initial_options"]]
    if "option_groups" in given:
        given["option_groups"] = [
            sb.OptionGroup(label=_sb_text(group["label"]), options=[_sb_option(each) for each in group["options"]])
            for group in given["option_groups"]
        ]
    kinds: dict[str, Callable[..., Any]] = {
        "checkboxes": sb.CheckboxGroup,
        "radio_buttons": sb.RadioButtonGroup,
        "static_select": sb.StaticSelectMenu,
        # The package takes no groups there without options, and no options beside groups.
        "multi_static_select": lambda option_groups=None, **said: sb.StaticMultiSelectMenu(
            **said, **({"options": option_groups[0].options} if option_groups else {})
        ),
        "users_select": sb.UserSelectMenu,
        "multi_users_select": sb.UserMultiSelectMenu,
        "conversations_select": sb.ConversationSelectMenu,
        "datepicker": sb.DatePicker,
        "number_input": sb.NumberInput,
        "plain_text_input": sb.PlainTextInput,
    }
    return kinds[element["type"]](**given)


def _sb_option(option: Json) -> sb.Option:
    return sb.Option(text=_sb_text(option["text"]), value=option["value"])


def _sb_rich(part: Json) -> Any:
    style = part.get("style", {})
    match part["type"]:
        case "text":
            return sb.RichText(part["text"], **style)
        case "rich_text_section":
            return sb.RichTextSection([_sb_rich(each) for each in part["elements"]])
        case "rich_text_quote":
            return sb.RichTextQuote([_sb_rich(each) for each in part["elements"]])
        case "rich_text_list":
            return sb.RichTextList(style=part["style"], elements=[_sb_rich(each) for each in part["elements"]])
        case other:
            raise AssertionError(other)


_SB_BLOCKS: dict[str, Callable[[Json], SbBlock]] = {
    "header": lambda given: sb.HeaderBlock(_sb_text(given["text"])),
    "divider": lambda _given: sb.DividerBlock(),
    "section": _sb_section,
    "context": lambda given: sb.ContextBlock([_sb_text(each) for each in given["elements"]]),
    "actions": lambda given: sb.ActionsBlock([_sb_act(each) for each in given["elements"]]),
    "input": _sb_input,
    "rich_text": lambda given: sb.RichTextBlock([_sb_rich(each) for each in given["elements"]]),
}


# --- blockkit: each field through its setter, then build(), which validates ---

_COMPONENTS: dict[str, Callable[[], Any]] = {
    "header": blockkit.Header,
    "divider": blockkit.Divider,
    "section": blockkit.Section,
    "context": blockkit.Context,
    "actions": blockkit.Actions,
    "input": blockkit.Input,
    "button": blockkit.Button,
    "checkboxes": blockkit.Checkboxes,
    "radio_buttons": blockkit.RadioButtons,
    "static_select": blockkit.StaticSelect,
    "multi_static_select": blockkit.MultiStaticSelect,
    "users_select": blockkit.UsersSelect,
    "multi_users_select": blockkit.MultiUsersSelect,
    "conversations_select": blockkit.ConversationsSelect,
    "datepicker": blockkit.DatePicker,
    "number_input": blockkit.NumberInput,
    "plain_text_input": blockkit.PlainTextInput,
    "rich_text": blockkit.RichText,
    "rich_text_section": blockkit.RichTextSection,
    "rich_text_quote": blockkit.RichTextQuote,
    "rich_text_list": blockkit.RichTextList,
    "text": blockkit.RichTextEl,
    "modal": blockkit.Modal,
    "home": blockkit.Home,
}
_UNTYPED: dict[str, Callable[[], Any]] = {
    "confirm": blockkit.Confirm,
    "initial_option": blockkit.Option,
    "initial_options": blockkit.Option,
    "options": blockkit.Option,
    "option_groups": blockkit.OptionGroup,
}


def component(value: Json, name: str = "") -> Any:
    """The same thing as blockkit would build it."""
    kind = value.get("type")
    if kind in {"plain_text", "mrkdwn"}:
        extra = {key: each for key, each in value.items() if key not in {"text", "type"}}
        return blockkit.Text(value["text"], type=kind, **extra)
    built: Component = _UNTYPED[name]() if name in _UNTYPED else _COMPONENTS[str(kind)]()
    for key, each in _without_a_first_of_groups(value).items():
        if key != "type":
            _set(built, key, each)
    return built


def _without_a_first_of_groups(element: Json) -> Json:
    """Slack wants one option of a group there, both packages a whole group; `_of_options` looks at it."""
    return {
        key: each for key, each in element.items() if "option_groups" not in element or not key.startswith("initial_")
    }


def _set(built: Any, key: str, value: Any) -> None:
    setter = getattr(built, key)
    if key == "style" and isinstance(value, dict):
        setter(blockkit.RichStyle(**value))
    elif isinstance(value, dict):
        setter(component(value, key))
    elif isinstance(value, list):
        setter(*(each if isinstance(each, str) else component(each, key) for each in value))
    elif key == "initial_value" and isinstance(built, blockkit.NumberInput):
        setter(float(value))
    else:
        setter(value)
