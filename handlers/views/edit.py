"""The modal behind Edit and Answer: typed inputs with the portal's own lists, and the reading of what was typed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, assert_never

from handlers.views import blocks, text
from handlers.views.blocks import Block
from handlers.views.form import MOST_OPTIONS, OPTION_VALUE, entry, pick_list
from handlers.views.form import form as framed
from motions.referrals import Field, FormField, InputKind, Problem
from motions.surfaces import EditForm

CALLBACK = "motion.edit"
CORRECT_CALLBACK = "motion.correct"
_TEXT = 3000
_LABEL = 2000
_PREFIX = "field:"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_VALUE, _KEEP = "value", "keep"  # an input named keep started blank although the field has a value


def edit_modal(form: EditForm) -> dict[str, object]:
    """The form as a modal; it carries the token and nothing else."""
    return _modal(form, CALLBACK, "Save")


def correction_modal(form: EditForm) -> dict[str, object]:
    """The same of a referral that is filed: what is submitted goes out."""
    return _modal(form, CORRECT_CALLBACK, "Send")


def _modal(form: EditForm, callback: str, submit: str) -> dict[str, object]:
    intro = text.escaped_lines(form.intro, 2000)
    drawn = [blocks.section(intro)] if intro else []
    drawn += [_input(field) for field in form.fields]  # one input a canonical field: far fewer than a view holds
    drawn = drawn or [blocks.section("There is nothing to change here.")]
    return framed(callback, form.title, submit if form.fields else None, form.token, drawn, close="Cancel")


def typed(view: Mapping[str, Any]) -> dict[Field, str]:
    """What every input holds now; one left blank is absent when the form could not show its present value."""
    values: dict[Field, str] = {}
    for block_id, states in view["state"]["values"].items():
        if not block_id.startswith(_PREFIX):
            continue
        (action_id, state), *_ = states.items()
        said = _said(state)
        if said or action_id != _KEEP:
            values[Field(block_id.removeprefix(_PREFIX))] = said
    return values


def complaints(problems: Sequence[Problem], view: Mapping[str, Any]) -> dict[str, str]:
    """Problems by input block; one that belongs to no input of this form stands at the first."""
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    said: dict[str, str] = {}
    for problem in problems:
        wanted = f"{_PREFIX}{problem.field}"
        place = wanted if wanted in inputs else inputs[0]  # only a form with inputs can be submitted
        line = text.one_line(f"{problem.message} {problem.fix}")
        said[place] = text.shortened(f"{said[place]} {line}" if place in said else line, 1000)
    return said


def _said(state: Mapping[str, Any]) -> str:
    chosen = state.get("selected_option")
    given = chosen["value"] if chosen else state.get("selected_date") or state.get("value")
    return str(given or "").strip()


def _input(field: FormField) -> Block:
    element, hints = _element(field)
    is_blank = not any(name.startswith("initial") for name in element)
    hint = text.shortened("; ".join(text.one_line(each) for each in (field.note, *hints) if each), _LABEL)
    label = text.shortened(text.one_line(field.label), _LABEL) or field.field
    named = {"action_id": _KEEP if is_blank and text.one_line(field.value or "") else _VALUE, **element}
    # What is filled stays filled, but for the next steps, which may be taken back. Whether an empty one must be filled
    # is the portal's to say; its complaints come back beside the field.
    is_optional = not field.value or field.field is Field.NEXT_STEPS
    return entry(f"{_PREFIX}{field.field}", label, named, is_optional=is_optional, hint=hint)


def _element(field: FormField) -> tuple[Block, list[str]]:
    """The input element, and what the reader must be told about it."""
    value = text.cleaned(field.value or "").strip()
    match field.kind:
        case InputKind.CHOICE:
            return _choice(field.options, value)
        case InputKind.DATE:
            fits = _is_date(value)
            picker: Block = {"type": "datepicker"}
            return picker | ({"initial_date": value} if fits else {}), _unless(fits, value)
        case InputKind.NUMBER:
            bare = value.replace(",", "")
            fits = _NUMBER.fullmatch(bare) is not None
            number: Block = {"type": "number_input", "is_decimal_allowed": True}
            return number | ({"initial_value": bare} if fits else {}), _unless(fits, value)
        case InputKind.TEXT | InputKind.LONG_TEXT:
            return _words(value, is_long=field.kind is InputKind.LONG_TEXT or "\n" in value)
        case _:
            assert_never(field.kind)


def _words(value: str, *, is_long: bool) -> tuple[Block, list[str]]:
    fits = text.width(value) <= _TEXT
    cut = value if fits else text.shortened(value, _TEXT)
    element: Block = {"type": "plain_text_input", "multiline": is_long, "max_length": _TEXT}
    hints = [] if fits else ["The present text is longer than Slack lets a form hold; saving keeps the shortened one"]
    return element | ({"initial_value": cut} if cut else {}), hints


def _choice(options: Sequence[str], value: str) -> tuple[Block, list[str]]:
    usable = [option for option in dict.fromkeys(options) if option.strip() and text.width(option) <= OPTION_VALUE]
    offered = usable[:MOST_OPTIONS]
    if not offered:
        element, hints = _words(value, is_long=False)
        return element, [*hints, "The portal's list could not be read; type the value as the portal spells it"]
    element = pick_list(((option, option) for option in offered), chosen=value)
    left_out = len(options) - len(offered)
    hints = [f"{left_out} values of the portal's list do not fit here"] if left_out else []
    return element, [*hints, *_unless(value in offered, value)]


def _unless(fits: bool, value: str) -> list[str]:
    return [] if fits or not value else [f"Now: {text.shortened(value, 200)}"]


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
