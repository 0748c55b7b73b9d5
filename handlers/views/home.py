"""The Home tab: one person's queue and what is stuck, filtered and paged; under a hundred blocks however long it is."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from handlers.views import blocks, text
from handlers.views.blocks import Block
from handlers.views.form import OPTION_VALUE, pick_list
from handlers.views.queue import beside_line, exception_line, queue_line
from motions.desk_surfaces import EVERYTHING, OVERVIEW, HomeView, Look, PartnerGlance, Pile
from motions.model import ExceptionItem, PartnerKey, Role
from motions.surfaces import QueueLine

OPEN = "desk.open"
SHOW = "desk.show"
PAGE = "desk.page"
CLEAR = "desk.clear"
SEVERAL = "desk.several"
FILTERS = {"partner": "desk.partner", "region": "desk.region", "segment": "desk.segment", "owner": "desk.owner"}

TITLES = {
    Pile.DECIDE: "Waiting for a decision",
    Pile.STUCK: "Stuck: a person has to decide",
    Pile.COLD: "Going cold",
    Pile.UNDER_WAY: "Under way",
    Pile.ASLEEP: "Put off by you",
}
_OF = {"partner": "partners", "region": "regions", "segment": "segments", "owner": "owners"}  # the choices of a filter
_ALL, _ONE = "all", "="  # a value is never mistaken for everything
_BACK = "overview"
_ALONE = 75  # a page, and what waits beside motions before the first
_SHOWS_NONE = "Nothing waits for you. New matches come to your alliance channel by themselves."


@dataclass(frozen=True)
class Seen:
    """What a Home tab says of itself: how it is looked at, and which drawing it is."""

    look: Look
    drawn: str


def home(view: HomeView) -> dict[str, object]:
    """The view for views.publish."""
    drawn = [blocks.header("Your co-sell desk"), blocks.context(_who(view), _counts(view))]
    if view.stopped:
        drawn.append(blocks.section(f"*Nothing leaves at the moment.* {text.escaped(view.stopped, 400)}"))
    drawn += _filters(view)
    drawn += _overview(view) if view.look.pile is None else _alone(view, view.look.pile)
    return _published([*drawn, blocks.divider(), blocks.context("`/cosell help` lists what you can ask.")])


def closed(why: str) -> dict[str, object]:
    """The Home tab of somebody who has no queue here, saying why."""
    return _published([blocks.header("Co-sell"), blocks.section(text.escaped_lines(why, 1500))])


def seen(metadata: str) -> Seen:
    """What a Home tab that Slack brings back says of itself; one that says nothing is looked at as a whole."""
    try:
        said = json.loads(metadata)
        look, drawn = said["look"], str(said["drawn"])
        pile = Pile(look["pile"]) if look["pile"] else None
        names = {name: str(look[name]) if look[name] else None for name in FILTERS}
        page = max(int(look["page"]), 0)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Seen(EVERYTHING, "")
    partner = PartnerKey(names["partner"]) if names["partner"] else None
    return Seen(Look(pile, page, partner, names["region"], names["segment"], names["owner"]), drawn)


def picked(action: Mapping[str, Any]) -> str | None:
    """What a filter was set to; None: everything."""
    value = str((action.get("selected_option") or {}).get("value") or _ALL)
    return value.removeprefix(_ONE) if value != _ALL else None


def pile_named(value: str) -> Pile | None:
    """The list a button shows; None: all of them."""
    return Pile(value) if value in set(Pile) else None


def stamped(view: dict[str, object], look: Look) -> tuple[dict[str, object], str]:
    """A Home tab that says of itself what `seen` reads again, and which drawing it is."""
    drawn = sha256(json.dumps([view, asdict(look)], sort_keys=True).encode()).hexdigest()[:16]
    # Nothing spelled out as \\u…: a form carries it inside its own, and has 3,000 characters for both.
    said = json.dumps({"look": asdict(look), "drawn": drawn}, ensure_ascii=False)
    return {**view, "private_metadata": said}, drawn


def _published(drawn: list[Block]) -> dict[str, object]:
    return {"type": "home", "blocks": drawn}


def _who(view: HomeView) -> str:
    return f"{text.escaped(view.name, 80)}, {text.escaped(view.role, 40)}"


def _counts(view: HomeView) -> str:
    return " · ".join(f"{state.value}: {text.counted(count)}" for state, count in view.counts if count)


def _filters(view: HomeView) -> list[Block]:
    """One pick-list for everything there is a choice of, and a way back from all of them."""
    look = asdict(view.look)
    elements = []
    for name, action_id in FILTERS.items():
        pairs = [(value, said) for value, said in getattr(view.choices, _OF[name]) if text.width(value) < OPTION_VALUE]
        if len(pairs) > 1 or look[name]:
            elements.append(_pick(action_id, f"All {_OF[name]}", pairs, look[name]))
    if any(look[name] for name in FILTERS):
        elements.append(blocks.button("Clear filters", CLEAR, _ALL))
    # A pick-list keeps what a person picked as long as its block is the same: another look is another block.
    return [{**blocks.actions(*elements), "block_id": f"filters:{_fingerprint(look)}"}] if elements else []


def _pick(action_id: str, everything: str, pairs: Sequence[tuple[str, str]], chosen: str | None) -> Block:
    given = list(pairs) if chosen is None or chosen in dict(pairs) else [(chosen, chosen), *pairs]
    valued = [(_ALL, everything), *((f"{_ONE}{value}", said) for value, said in given)]
    return {**pick_list(valued, everything, chosen=f"{_ONE}{chosen}" if chosen else _ALL), "action_id": action_id}


def _overview(view: HomeView) -> list[Block]:
    drawn = [block for pile in (Pile.DECIDE, Pile.STUCK, Pile.COLD) for block in _list(view, pile)]
    if view.done_alone:
        acts = "action" if view.done_alone == 1 else "actions"
        drawn.append(blocks.context(f"Done since the last working day without anybody: {view.done_alone} {acts}."))
    if view.held:
        drawn.append(blocks.divider())
        drawn.append(blocks.bullets(f"Held back for you ({len(view.held)})", [text.escaped(e, 200) for e in view.held]))
        drawn.append(blocks.context("They come in one message on your next working morning."))
    drawn += [block for pile in (Pile.UNDER_WAY, Pile.ASLEEP) for block in _list(view, pile)]
    return (drawn or [blocks.section(_SHOWS_NONE)]) + _glances(view)


def _alone(view: HomeView, pile: Pile) -> list[Block]:
    """One list by itself, a page of it."""
    back = blocks.button("Back to everything", SHOW, _BACK)
    turns = [blocks.button("Previous page", PAGE, str(view.look.page - 1))] if view.look.page > 0 else []
    turns += [blocks.button("Next page", PAGE, str(view.look.page + 1))] if view.look.page < view.last_page else []
    lines = _LINES[pile](view)[:_ALONE]
    shown = lines or [blocks.section("Nothing is left in this list.")]
    where = blocks.context(f"Page {view.look.page + 1} of {view.last_page + 1}")
    # Slack takes one action but once in a block, so each way to turn has a block of its own.
    pager = [{**blocks.actions(each), "block_id": f"turn:{each['value']}"} for each in turns]
    return [_titled(view, pile), blocks.actions(back, *_several(view, pile)), *shown, *pager, where]


def _list(view: HomeView, pile: Pile) -> list[Block]:
    total = view.totals.get(pile, 0)
    if not total:
        return []
    lines = _LINES[pile](view)[:OVERVIEW]
    show = [blocks.button("Show all", SHOW, pile.value)] if total > len(lines) else []
    acts = [*_several(view, pile), *show]
    row = [{**blocks.actions(*acts), "block_id": f"list:{pile.value}"}] if acts else []
    return [blocks.divider(), _titled(view, pile), *lines, *row]


def _titled(view: HomeView, pile: Pile) -> Block:
    return blocks.section(f"*{TITLES[pile]} ({text.counted(view.totals.get(pile, 0))})*")


def _several(view: HomeView, pile: Pile) -> list[Block]:
    asks = pile is Pile.DECIDE and len(view.to_decide) > 1 and view.role is not Role.SELLER
    return [blocks.button("Review several", SEVERAL, _ALL)] if asks else []


def _to_decide(view: HomeView) -> list[Block]:
    beside = [blocks.section(beside_line(each)) for each in view.beside]
    return [*beside, *(_motion(line, "Review") for line in view.to_decide)]


def _asleep(view: HomeView) -> list[Block]:
    return [_resting(each, f"until {text.moment(until)}") for each, until in view.asleep]


def _resting(each: QueueLine | ExceptionItem, until: str) -> Block:
    return _stuck(each, until) if isinstance(each, ExceptionItem) else _motion(each, "Open", until)


def _motion(line: QueueLine, label: str, until: str = "") -> Block:
    said = queue_line(line)
    return _with_button(f"{said} · {until}" if until else said, label, f"motion:{line.motion.id}")


def _stuck(item: ExceptionItem, until: str = "") -> Block:
    said = exception_line(item)
    return _with_button(f"{said} · {until}" if until else said, "Open", f"exception:{item.id}")


def _with_button(said: str, label: str, ref: str) -> Block:
    return {**blocks.section(said), "accessory": blocks.button(label, OPEN, ref)}


_LINES: Mapping[Pile, Callable[[HomeView], list[Block]]] = {
    Pile.DECIDE: _to_decide,
    Pile.STUCK: lambda view: [_stuck(item) for item in view.exceptions],
    Pile.COLD: lambda view: [_motion(line, "Open") for line in view.going_cold],
    Pile.UNDER_WAY: lambda view: [_motion(line, "Open") for line in view.under_way],
    Pile.ASLEEP: _asleep,
}


def _glances(view: HomeView) -> list[Block]:
    lines = [_glance(each) for each in view.glance]
    return [blocks.divider(), blocks.bullets("Partners at a glance", lines)] if lines else []


def _glance(each: PartnerGlance) -> str:
    now = f"{each.to_decide} to decide, {each.in_review} in review, {each.with_seller} with their sellers"
    month = f"{each.filed} filed, {each.accepted} accepted, {each.taken} taken on"
    return f"*{text.escaped(each.name, 60)}*: {now}. Last 30 days: {month}."


def _fingerprint(look: Mapping[str, object]) -> str:
    return sha256(json.dumps(look, sort_keys=True).encode()).hexdigest()[:12]
