"""Setting cosell up: the steps with what is wrong, and the form of one; decides nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.views import blocks, text
from handlers.views.blocks import Block
from handlers.views.form import entry, form, pick_list, words
from motions.setup_surfaces import Kind, SetupForm, SetupInput, SetupLine, SetupList, SetupStep, Typed

CHANGE, ADD = "setup.change", "setup.add"
CALLBACK = "setup.form"
_ROOM, _LINES = 8_500, 34  # characters and blocks: a message has fifty, headings and buttons among them
_LONGEST = 300
_STATE = {
    Kind.TEXT: "value",
    Kind.PERSON: "selected_user",
    Kind.PEOPLE: "selected_users",
    Kind.CHANNEL: "selected_conversation",
}
_SLACKS: Mapping[Kind, tuple[str, str]] = {  # what Slack offers by itself: the element, and what is shown in it first
    Kind.PERSON: ("users_select", "initial_user"),
    Kind.PEOPLE: ("multi_users_select", "initial_users"),
    Kind.CHANNEL: ("conversations_select", "initial_conversation"),
}


def draw(answer: SetupList) -> dict[str, object]:
    """The message for `/cosell setup`."""
    count = answer.problems
    said = "Everything is set up as it should be" if not count else f"{_counted(count)} to look at"
    if answer.asked:
        said = f"{said} with “{text.escaped(answer.asked, 60)}” in it" if answer.steps else _nothing_with(answer.asked)
    drawn = [
        block for step, lines in zip(answer.steps, _fitting(answer.steps), strict=True) for block in _step(step, lines)
    ]
    return blocks.message(said, [blocks.section(f"*{said}*"), *drawn])


def setup_modal(shown: SetupForm) -> dict[str, object]:
    """One step's form; sending it puts it in force."""
    drawn = [
        entry(each.name, each.label, _element(each), is_optional=each.is_optional, hint=each.hint)
        for each in shown.inputs
    ]
    return form(CALLBACK, shown.title, "Put in force", shown.token, drawn, close="Cancel")


def typed_setup(view: Mapping[str, Any]) -> Typed:
    """What was typed and picked, by input."""
    given = {name: each["value"] for name, each in view["state"]["values"].items()}
    return {name: _given(state) for name, state in given.items()}


def _fitting(steps: Sequence[SetupStep]) -> Sequence[Sequence[Block]]:
    """Each step's lines, as far as all together fit: those with something to do come before any other."""
    places = [(line, s, n) for s, step in enumerate(steps) for n, line in enumerate(step.lines)]
    places.sort(key=lambda place: not place[0].problems)
    drawn = blocks.fitting((_line(line) for line, *_ in places), _ROOM)[:_LINES]
    found = sorted(((s, n, block) for (_, s, n), block in zip(places, drawn, strict=False)), key=lambda each: each[:2])
    return [[block for at, _, block in found if at == s] for s in range(len(steps))]


def _nothing_with(asked: str) -> str:
    return f"Nothing that is set up has “{text.escaped(asked, 60)}” in it"


def _step(step: SetupStep, lines: Sequence[Block]) -> list[Block]:
    missing = f"\n*To do:* {text.escaped(step.missing, 300)}" if step.missing else ""
    drawn = [blocks.section(f"*{text.escaped(step.title, 80)}*{missing}")]
    drawn += lines
    if more := len(step.lines) - len(lines):
        drawn.append(blocks.context(f"and {more:,} more: `/cosell setup <name, region or e-mail>` shows those with it"))
    if step.add is not None:
        label, token = step.add
        drawn.append(blocks.actions(blocks.button(label, ADD, token)))
    return drawn


def _line(line: SetupLine) -> Block:
    says = text.escaped(line.says, 700) + (f" · {text.channel(line.channel, line.channel)}" if line.channel else "")
    problems = "".join(f"\n*To do:* {text.escaped(each, 300)}" for each in line.problems[:4])
    drawn = blocks.section(says + problems)
    return drawn | ({"accessory": blocks.button("Change", CHANGE, line.token)} if line.token else {})


def _element(shown: SetupInput) -> Block:
    if shown.kind is Kind.PICK:
        return pick_list(shown.options or (("-", "There is none yet"),), chosen=str(shown.value))
    if shown.kind is Kind.TEXT:
        return words(_LONGEST) | ({"initial_value": str(shown.value)} if shown.value else {})
    kind, initial = _SLACKS[shown.kind]
    element: Block = {"type": kind, "placeholder": blocks.plain("Pick")}
    value = list(shown.value) if shown.kind is Kind.PEOPLE else shown.value
    return element | ({initial: value} if value else {})


def _given(state: Mapping[str, Any]) -> str | list[str]:
    if state.get("selected_option"):
        return str(state["selected_option"]["value"])
    picked = next((state[name] for name in _STATE.values() if state.get(name)), "")
    return [str(each) for each in picked] if isinstance(picked, list) else str(picked)


def _counted(count: int) -> str:
    return "1 thing" if count == 1 else f"{count} things"
