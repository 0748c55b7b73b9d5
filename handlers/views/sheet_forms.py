"""The form behind "Name columns": a select for each column of a partner's sheet whose meaning nobody has said."""

from collections.abc import Mapping
from typing import Any

from handlers.views import blocks, text
from handlers.views.form import entry, pick_list
from handlers.views.form import form as framed
from motions.partner_sheets import SheetColumn
from motions.sheet_surfaces import ColumnsForm

CALLBACK = "sheet.columns"
_PREFIX = "column:"


def columns_modal(form: ColumnsForm) -> dict[str, object]:
    """The form; a column left blank stays unread."""
    partner = text.escaped(form.partner_name, 60)
    drawn = [
        blocks.section(f"*{text.escaped(form.name, 120)}*: said once, it is remembered for every sheet of {partner}.")
    ]
    for each in form.columns:
        label = f"{each.letter}: {text.shortened(text.one_line(each.heading), 120) or 'no heading'}"
        choices = pick_list((column.value, column.value) for column in SheetColumn)
        drawn.append(entry(f"{_PREFIX}{each.letter}", label, choices, is_optional=True, hint=text.one_line(each.how)))
    return framed(CALLBACK, "Name the columns", "Remember", form.token, drawn)


def columns_given(view: Mapping[str, Any]) -> dict[str, str]:
    """What was picked, by the column's letter."""
    found = {}
    for block_id, states in view["state"]["values"].items():
        option = states["value"].get("selected_option")
        if block_id.startswith(_PREFIX) and option:
            found[block_id.removeprefix(_PREFIX)] = str(option["value"])
    return found


def complaints_of(complaints: Mapping[str, str], view: Mapping[str, Any]) -> dict[str, str]:
    """Each complaint beside its select."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    return {f"{_PREFIX}{letter}": why for letter, why in complaints.items() if f"{_PREFIX}{letter}" in inputs}
