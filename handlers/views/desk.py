"""The forms behind a line of the desk: one thing in full with what to do about it, or several proposals alike."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.views import blocks, card, text
from handlers.views.asking import APPROVE, is_asking
from handlers.views.blocks import Block
from handlers.views.deny import REASONS
from handlers.views.form import entry, form, option, pick_list
from handlers.views.referral import in_full
from motions.desk_surfaces import Batch, DeskItem, Handling, Rest
from motions.model import ExceptionItem, Token
from motions.surfaces import MotionCard

ITEM, SEVERAL = "desk.item", "desk.several"
_DECIDE, _WHY, _REST, _OWNER, _CHOSEN = "decide", "why", "rest", "owner", "chosen:"
_APPROVE, _DENY = "approve", "deny"
_MOST = 75  # blocks of what is shown; the inputs come on top of them


@dataclass(frozen=True)
class Handed:
    """What a submitted form says of itself: which thing it was about, and how the desk is looked at."""

    ref: str
    token: Token | None
    behind: str  # what the Home tab behind it says of itself


def item_modal(item: DeskItem, behind: str) -> dict[str, object]:
    """One thing in full; sending the form does what was chosen in it. `behind`: what the Home tab says of itself."""
    as_posted = _as_posted(item.card) if item.card else []
    drawn = [*_problem(item.problem, item.link), *_readable(as_posted)]
    said = json.dumps({"ref": item.ref, "token": item.token, "behind": behind}, ensure_ascii=False)
    inputs = [*_decision(item, as_posted), *_resting(item), *_owning(item)]
    return form(ITEM, item.title, "Save", said, [*drawn[:_MOST], blocks.divider(), *inputs], close="Close")


def batch_modal(batch: Batch, behind: str) -> dict[str, object]:
    """Like proposals, each whole with a box of its own; sending the form approves those that were ticked."""
    partner = text.escaped(batch.partner_name, 60)
    intro = f"*{len(batch.cards)} referrals for {partner}.* Tick what is to be filed as shown; the rest stays as it is."
    left = f"{batch.left} more wait behind these." if batch.left else ""
    drawn = [blocks.section(intro), *([blocks.context(left)] if left else [])]
    for each in batch.cards:
        drawn += _proposal(each)
    said = json.dumps({"ref": "", "token": None, "behind": behind}, ensure_ascii=False)
    return form(SEVERAL, "Review several", "Approve ticked", said, drawn, close="Close")


def handed(view: Mapping[str, Any]) -> Handed:
    """What a form carries; raises ValueError or KeyError for one that is not ours."""
    said = json.loads(view["private_metadata"])
    return Handed(str(said["ref"]), Token(said["token"]) if said["token"] else None, str(said["behind"]))


def handling(view: Mapping[str, Any]) -> Handling:
    """What was chosen in the form of one thing."""
    values = view["state"]["values"]
    decision, why, rest = (_picked(values, name) for name in (_DECIDE, _WHY, _REST))
    owner = _picked(values, _OWNER)
    inputs = [each["element"] for each in view["blocks"] if each.get("block_id") == _OWNER]
    shown = [element["initial_option"]["value"] for element in inputs if "initial_option" in element]
    return Handling(
        approve=decision == _APPROVE,
        deny=(why or REASONS[-1][0]) if decision == _DENY else None,
        rest=Rest[rest] if rest else None,
        owner=owner if owner not in shown else None,
    )


def ticked(view: Mapping[str, Any]) -> list[Token]:
    """The tokens of the proposals that were ticked, in the order they were shown."""
    chosen = view["state"]["values"]
    boxes = [each["block_id"] for each in view["blocks"] if str(each.get("block_id")).startswith(_CHOSEN)]
    return [Token(box.removeprefix(_CHOSEN)) for box in boxes if chosen[box]["value"]["selected_options"]]


def _problem(problem: ExceptionItem | None, link: str | None) -> list[Block]:
    if problem is None:
        return []
    said = f"*{text.escaped_lines(problem.reason, 1500)}*\nNext: {text.escaped_lines(problem.next_act, 900)}"
    since = f"{text.escaped(problem.owner, 80)} · since {text.moment(problem.opened_at)}"
    deal = text.link("Open the deal", link) if link else ""
    return [blocks.section(said), blocks.context(since, text.escaped(problem.code, 60), deal)]


def _as_posted(shown: MotionCard) -> list[Any]:
    """The card as its channel has it."""
    drawn: Any = card.draw(shown)["blocks"]
    return list(drawn)


def _readable(as_posted: list[Any]) -> list[Block]:
    """A card without its title, which the form has, and without its buttons, which are inputs here."""
    return [block for block in as_posted if block["type"] not in {"actions", "header"}]


def _offers_approval(as_posted: list[Any]) -> bool:
    """Whether the card itself does: not when the referral is too long to be shown whole."""
    rows = [block["elements"] for block in as_posted if block["type"] == "actions"]
    return any(button.get("action_id") == APPROVE for row in rows for button in row)


def _decision(item: DeskItem, as_posted: list[Any]) -> list[Block]:
    if item.token is None or item.card is None or not is_asking(item.card):
        return []
    approve = [(_APPROVE, "Approve exactly what is shown")] if _offers_approval(as_posted) else []
    options = [option(value, said) for value, said in (*approve, (_DENY, "Deny: nothing is filed"))]
    radio: Block = {"type": "radio_buttons", "options": options}
    why = entry(_WHY, "Why, if you deny it", pick_list(REASONS, "Pick a reason"), is_optional=True)
    return [entry(_DECIDE, "Your decision", radio, is_optional=True), why]


def _resting(item: DeskItem) -> list[Block]:
    wake = [(Rest.WAKE.name, "Back on my desk now")] if item.asleep_until else []
    given = [*wake, *((rest.name, rest.value.capitalize()) for rest in Rest if rest is not Rest.WAKE)]
    hint = "Only for you. It comes back by itself in the morning."
    return [entry(_REST, "Put it off", pick_list(given, "Not now"), is_optional=True, hint=hint)]


def _owning(item: DeskItem) -> list[Block]:
    if not item.owners:
        return []
    pairs = list(item.owners) if item.owner in dict(item.owners) else [(item.owner, item.owner), *item.owners]
    return [entry(_OWNER, "Who looks after it", pick_list(pairs, "Nobody else", chosen=item.owner), is_optional=True)]


def _proposal(shown: MotionCard) -> Iterator[Block]:
    assert shown.proposal is not None
    assert shown.token is not None
    yield blocks.divider()
    yield blocks.section(f"*{text.escaped(text.deal_title(shown.motion.account_name, shown.motion.deal_name), 300)}*")
    yield from blocks.fields(shown.deal_facts[: blocks.FIELDS])
    yield from in_full(shown.proposal, shown.partner_name, was_approved=False)
    led_to = [f"{text.escaped(each.what, 160)}: {text.escaped(each.how, 120)}" for each in shown.consequences]
    if led_to:
        yield blocks.context(*led_to)
    label = "Approve as the first of two" if shown.people_needed > 1 and not shown.first_name else "File it as shown"
    if _offers_approval(_as_posted(shown)):
        box: Block = {"type": "checkboxes", "options": [option(_APPROVE, label)]}
        yield entry(f"{_CHOSEN}{shown.token}", "Decision", box, is_optional=True)
    else:
        yield blocks.context("Too long to be shown whole, so it cannot be approved here.")


def _picked(values: Mapping[str, Any], name: str) -> str | None:
    chosen = values.get(name, {}).get("value", {}).get("selected_option")
    return str(chosen["value"]) if chosen else None
