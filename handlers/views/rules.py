"""Match rules: the list, the form to change one, and what that would change; decides nothing."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.views import blocks, text, words
from handlers.views.blocks import Block
from handlers.views.form import entry, form, pick_list, pick_several
from handlers.views.form import words as typed_words
from motions.model import Token
from motions.rule_surfaces import LONGEST, RankChange, RuleForm, RuleLine, RuleList, RulePreview, RuleTyped

CHANGE, ADD = "rules.change", "rules.add"
TYPED, PREVIEWED = "rules.typed", "rules.previewed"
_LINES, _ROOM = 40, 11_000  # each is a block; a message has fifty, and so many characters
_BECAUSE, _POINTS = 140, 8
_CARRIED = 3000
_WHEN, _PARTNERS, _EFFECT, _EXPIRES, _STATE = "when", "partners", "effect", "expires", "state"
_EFFECTS = (
    ("points", "Add points: log-odds, 0.3 is weak, 0.7 strong"),
    ("require", "Only deals like this go to the partner"),
    ("exclude", "Deals like this never go to the partner"),
)
_ON, _OFF = "on", "off"
_EVERYBODY = ("*", "Every partner")


def draw(answer: RuleList) -> dict[str, object]:
    """The message for `/cosell rules`."""
    count = len(answer.lines)
    title = (
        f"Match rules ({count})" if count else "No match rule says this" if answer.asked else "There is no match rule"
    )
    lines = blocks.fitting([_line(line) for line in answer.lines[:_LINES]], _ROOM)
    drawn = [blocks.section(f"*{title}*"), *lines]
    more = f"and {count - len(lines)} more: `/cosell rules <word>` finds them. " if count > len(lines) else ""
    drawn.append(blocks.context(f"{more}All conditions of a rule must hold. `/cosell why <deal>` shows which did."))
    if answer.new is not None:
        drawn.append(blocks.actions(blocks.button("Add a rule", ADD, answer.new)))
    return blocks.message(title, drawn)


def rule_modal(shown: RuleForm) -> dict[str, object]:
    """The form; sending it shows what it would change, and changes nothing."""
    typed = shown.typed
    day: Block = {"type": "datepicker"}
    day |= {"initial_date": typed.expires} if typed.expires else {}
    states = ((_ON, "It counts"), (_OFF, "Switched off"))
    drawn = [
        entry(
            _WHEN,
            "When all of this holds, one condition a line",
            _filled(typed_words(LONGEST, is_long=True), typed.when),
            hint="For example: amount at least 20000 · product contains any of GTX, MG · country is US",
        ),
        entry(_PARTNERS, "For", pick_several((_EVERYBODY, *shown.partners), chosen=typed.partners)),
        entry(_EFFECT, "Then", pick_list(_EFFECTS, chosen=typed.effect)),
        entry("points", "Points, if it adds any", _filled(typed_words(_POINTS), typed.points), is_optional=True),
        entry("because", "Because", _filled(typed_words(_BECAUSE), typed.because), hint="Sellers read it on cards"),
        entry(_EXPIRES, "Last day", day, is_optional=True),
        entry(_STATE, "Does it count?", pick_list(states, chosen=_ON if typed.is_enabled else _OFF)),
    ]
    title = "Change a match rule" if shown.id else "Add a match rule"
    return form(TYPED, title, "See what changes", shown.token, drawn, close="Cancel")


def preview_modal(shown: RulePreview) -> dict[str, object]:
    """What it would change, and the one button that makes it so."""
    drawn = [blocks.section(f"*{_summary(shown)}*"), *_asked(shown)]
    if shown.firsts:
        lines = [_change(change) for change in shown.firsts]
        more = f" (the first {len(lines)})" if shown.changed > len(lines) else ""
        drawn.append(blocks.bullets(f"Best partner, before and after{more}", lines))
    drawn.append(
        blocks.context(
            f"Looked at: the {shown.looked_at} open deals that changed last."
            if shown.looked_at
            else "There is no open deal to look at.",
            "A deal is ranked by the new rules at its next change; nothing that waits for a decision changes.",
        )
    )
    said = json.dumps({"token": shown.token, "typed": _kept(shown.typed)}, ensure_ascii=False)
    return form(PREVIEWED, "What it would change", "Put in force", said, drawn, close="Leave it")


def is_too_long(preview: Mapping[str, object]) -> bool:
    """Whether a preview cannot carry what it is of: Slack keeps so much with a form."""
    return len(str(preview["private_metadata"])) > _CARRIED


def typed_rule(view: Mapping[str, Any]) -> RuleTyped:
    """What was typed and picked."""
    given = {name: each["value"] for name, each in view["state"]["values"].items()}
    return RuleTyped(
        when=str(given[_WHEN].get("value") or ""),
        partners=tuple(each["value"] for each in given[_PARTNERS].get("selected_options") or ()),
        effect=_picked(given[_EFFECT]),
        points=str(given["points"].get("value") or ""),
        because=str(given["because"].get("value") or ""),
        expires=str(given[_EXPIRES].get("selected_date") or ""),
        is_enabled=_picked(given[_STATE]) != _OFF,
    )


def previewed(view: Mapping[str, Any]) -> tuple[Token, RuleTyped]:
    """What the preview was of."""
    said = json.loads(view["private_metadata"])
    typed = said["typed"]
    return Token(said["token"]), RuleTyped(**{**typed, "partners": tuple(typed["partners"])})


def _line(line: RuleLine) -> Block:
    conditions = " and ".join(line.conditions)
    said = f"*{text.escaped(line.says, 200)}*, because {text.escaped(line.because, 200)}"
    when = f"\nwhen {text.escaped(conditions, 1200)}" if conditions else ""
    until = f" · until {line.expires}" if line.expires and line.is_on else ""
    state = f"\n{text.escaped(line.id, 80)} · {text.escaped(line.owner, 120)}{until}"
    off = f"\n*Does not count: {text.escaped(line.why_off, 80)}.*" if not line.is_on else ""
    drawn = blocks.section(said + when + state + off)
    return drawn | ({"accessory": blocks.button("Change", CHANGE, line.token)} if line.token else {})


def _summary(shown: RulePreview) -> str:
    if not shown.changed:
        return "No open deal would be ranked otherwise."
    deals = f"{shown.changed} of {shown.looked_at} open deals would be ranked otherwise"
    parts = [f"{shown.gained} would become worth a motion", f"{shown.lost} would no longer be"]
    counts = [part for part, count in zip(parts, (shown.gained, shown.lost), strict=True) if count]
    return f"{deals}: {', '.join(counts)}." if counts else f"{deals}; none begins or stops to be worth a motion."


def _asked(shown: RulePreview) -> Sequence[Block]:
    typed = shown.typed
    lines = [text.escaped(line, 300) for line in typed.when.splitlines() if line.strip()]
    effect = f"{typed.points} points" if typed.effect == "points" else dict(_EFFECTS)[typed.effect]
    off = " It is switched off." if not typed.is_enabled else ""
    asked = f"{text.escaped(effect, 100)}, because {text.escaped(typed.because, 200)}.{off}"
    return [blocks.bullets("When", lines), blocks.section(asked)]


def _change(change: RankChange) -> str:
    before, after = (_best(best) for best in (change.before, change.after))
    return f"{text.escaped(change.name, 120)}: {before} → {after}"


def _best(best: tuple[str, int, Any] | None) -> str:
    if best is None:
        return "no partner fits"
    name, score, band = best
    return f"{text.escaped(name, 60)}, {words.CONFIDENCE[band]} ({score})"


def _kept(typed: RuleTyped) -> dict[str, object]:
    return {name: getattr(typed, name) for name in RuleTyped.__dataclass_fields__}


def _filled(element: Block, value: str) -> Block:
    return element | ({"initial_value": value} if value else {})


def _picked(given: Mapping[str, Any]) -> str:
    return str((given.get("selected_option") or {}).get("value") or "")
