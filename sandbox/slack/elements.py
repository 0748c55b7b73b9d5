"""Block Kit's composition objects and interactive elements, with their limits; knows no block and no surface."""

from sandbox.slack.schema import (
    Fields,
    Rule,
    anything,
    array,
    boolean,
    choice,
    every,
    exactly_one,
    integer,
    record,
    string,
    tagged,
)

ID = string(255, least=0)
URL = string(3000)
_ANY_IDS = array(string(255), most=100, least=0)


def plain(most: int, least: int = 1) -> Rule:
    """A plain_text object."""
    return tagged({"plain_text": _text(most, least, {"emoji": boolean})})


def words(most: int, least: int = 1) -> Rule:
    """A text object of either kind."""
    return tagged(
        {
            "plain_text": _text(most, least, {"emoji": boolean}),
            "mrkdwn": _text(most, least, {"verbatim": boolean}),
        }
    )


def _text(most: int, least: int, more: Fields) -> Rule:
    return record({"text": string(most, least)}, more)


CONFIRM = record(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)


def _option(label: Rule) -> Rule:
    return record({"text": label, "value": string(150)}, {"description": words(75), "url": URL})


SELECT_OPTION = _option(plain(75))
CHOICE_OPTION = _option(words(75))
_GROUP = record({"label": plain(75), "options": array(SELECT_OPTION, 100)})

_COMMON: Fields = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean}
_PICKER: Fields = {**_COMMON, "placeholder": plain(150)}
_DISPATCH: Fields = {
    "dispatch_action_config": record(
        {}, {"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), 2)}
    )
}
_MOST_SELECTED: Fields = {"max_selected_items": integer(1, 100)}
_FILTER: Fields = {
    "filter": record(
        {},
        {
            "include": array(choice("im", "mpim", "private", "public"), 4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        },
    )
}


def _static(initial: Fields) -> Rule:
    options: Fields = {"options": array(SELECT_OPTION, 100), "option_groups": array(_GROUP, 100)}
    return every(exactly_one("options", "option_groups"), record({}, {**_PICKER, **options, **initial}))


def _typed(**more: Rule) -> Rule:
    return record({}, {**_PICKER, **_DISPATCH, "initial_value": string(3000, least=0), **more})


_feedback = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})

BUTTON = record(
    {"text": plain(75)},
    {
        **_COMMON,
        "url": URL,
        "value": string(2000, least=0),
        "style": choice("primary", "danger"),
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
        "agent_prompt_display": anything,
        "visible_to_user_ids": _ANY_IDS,
    },
)

IMAGE = every(
    exactly_one("image_url", "slack_file"),
    record({"alt_text": string(2000)}, {"image_url": URL, "slack_file": anything}),
)

SELECTS: dict[str, Rule] = {
    "static_select": _static({"initial_option": SELECT_OPTION}),
    "external_select": record({}, {**_PICKER, "initial_option": SELECT_OPTION, "min_query_length": integer(0, 100)}),
    "users_select": record({}, {**_PICKER, "initial_user": string(255)}),
    "conversations_select": record(
        {},
        {
            **_PICKER,
            **_FILTER,
            "initial_conversation": string(255),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
        },
    ),
    "channels_select": record({}, {**_PICKER, "initial_channel": string(255), "response_url_enabled": boolean}),
}

MULTI_SELECTS: dict[str, Rule] = {
    "multi_static_select": _static({"initial_options": array(SELECT_OPTION, 100), **_MOST_SELECTED}),
    "multi_external_select": record(
        {},
        {
            **_PICKER,
            **_MOST_SELECTED,
            "initial_options": array(SELECT_OPTION, 100),
            "min_query_length": integer(0, 100),
        },
    ),
    "multi_users_select": record({}, {**_PICKER, **_MOST_SELECTED, "initial_users": _ANY_IDS}),
    "multi_conversations_select": record(
        {},
        {
            **_PICKER,
            **_FILTER,
            **_MOST_SELECTED,
            "initial_conversations": _ANY_IDS,
            "default_to_current_conversation": boolean,
        },
    ),
    "multi_channels_select": record({}, {**_PICKER, **_MOST_SELECTED, "initial_channels": _ANY_IDS}),
}

CHOICES: dict[str, Rule] = {
    "checkboxes": record(
        {"options": array(CHOICE_OPTION, 10)}, {**_COMMON, "initial_options": array(CHOICE_OPTION, 10)}
    ),
    "radio_buttons": record({"options": array(CHOICE_OPTION, 10)}, {**_COMMON, "initial_option": CHOICE_OPTION}),
}

PICKERS: dict[str, Rule] = {
    "datepicker": record({}, {**_PICKER, "initial_date": string(10)}),
    "timepicker": record({}, {**_PICKER, "initial_time": string(5), "timezone": string(255)}),
    "datetimepicker": record({}, {**_COMMON, "initial_date_time": integer(0, 9_999_999_999)}),
}

TYPED: dict[str, Rule] = {
    "plain_text_input": _typed(multiline=boolean, min_length=integer(0, 3000), max_length=integer(1, 3000)),
    "email_text_input": _typed(),
    "url_text_input": _typed(),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        {
            **_PICKER,
            **_DISPATCH,
            "initial_value": string(255),
            "min_value": string(255),
            "max_value": string(255),
        },
    ),
    "rich_text_input": _typed(initial_value=anything, min_lines=integer(1, 100), max_lines=integer(1, 100)),
    "file_input": record({}, {**_COMMON, "filetypes": anything, "max_files": integer(1, 10)}),
}

BUTTONS: dict[str, Rule] = {
    "button": BUTTON,
    "overflow": record({"options": array(SELECT_OPTION, 5)}, _COMMON),
    "workflow_button": record(
        {"text": plain(75), "workflow": anything},
        {"action_id": ID, "style": choice("primary", "danger"), "accessibility_label": string(75)},
    ),
}

FEEDBACK: dict[str, Rule] = {
    "feedback_buttons": record({"positive_button": _feedback, "negative_button": _feedback}, _COMMON),
    "icon_button": record(
        {"icon": choice("trash"), "text": plain(75)},
        {
            **_COMMON,
            "value": string(2000),
            "accessibility_label": string(75),
            "visible_to_user_ids": array(string(255), 10),
        },
    ),
}

INTERACTIVE = {*BUTTONS, *FEEDBACK, *SELECTS, *MULTI_SELECTS, *CHOICES, *PICKERS, *TYPED}
