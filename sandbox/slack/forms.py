"""The input state of blocks: what a person filled in, what was there before, what is still missing; sends nothing."""

from sandbox.slack.blocks import elements_of
from sandbox.slack.wire import Blocks, Json

REQUIRED = "Please complete this required field."
# element type -> the member its state is kept in, and the member its first value is given in
_STATEFUL = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", ""),
}
_SELECTIONS = ("selected_option", "selected_options")


def state_values(blocks: Blocks, given: Json) -> Json:
    """state.values of these blocks: what was given, else each element's first value."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in _STATEFUL:
                answer = (given.get(block["block_id"]) or {}).get(element["action_id"]) or {}
                values.setdefault(block["block_id"], {})[element["action_id"]] = _state(element, answer)
    return values


def missing_answers(blocks: Blocks, values: Json) -> dict[str, str]:
    """What Slack's own client refuses to submit: block_id -> why."""
    problems: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            value = _value(element, values.get(block["block_id"], {}).get(element.get("action_id"), {}))
            problem = _problem(element, value, optional=bool(block.get("optional")))
            if problem:
                problems[block["block_id"]] = problem
    return problems


def action(element: Json, block_id: str, given: Json, action_ts: str) -> Json:
    """One entry of `actions` in block_actions: the element as stored, with what the person chose."""
    shown: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    kept = ("text", "value", "style", "placeholder", "icon", *_initial(element))
    shown |= {name: element[name] for name in kept if name in element}
    if element["type"] == "overflow":
        shown["selected_option"] = _known(element, given.get("selected_option"))
    elif element["type"] == "feedback_buttons":
        shown |= {name: given[name] for name in ("value", "text") if name in given}
    elif element["type"] in _STATEFUL:
        shown |= _state(element, given)
    return shown | {"action_ts": action_ts}


def _initial(element: Json) -> tuple[str, ...]:
    return (_STATEFUL[element["type"]][1],) if element["type"] in _STATEFUL else ()


def _state(element: Json, answer: Json) -> Json:
    member, first = _STATEFUL[element["type"]]
    value = answer.get(member, element.get(first))
    if member in _SELECTIONS:
        value = _known(element, value)
    if value is None and member.endswith("s"):
        value = []
    return {"type": element["type"], member: value}


def _value(element: Json, state: Json) -> object:
    return state.get(_STATEFUL[element["type"]][0])


def _problem(element: Json, value: object, *, optional: bool) -> str:
    if value in (None, "", []):
        return "" if optional else REQUIRED
    if isinstance(value, str) and element["type"] == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"Please enter at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"Please enter at most {element.get('max_length', 3000)} characters."
    return ""


def _known(element: Json, choice: object) -> object:
    """The element's own option with the chosen value: clients send back what they were given."""
    if isinstance(choice, list):
        return [_known(element, each) for each in choice]
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or []), *(o for group in groups for o in group["options"])]
    if not isinstance(choice, dict):
        return choice
    return next((option for option in options if option["value"] == choice.get("value")), choice)
