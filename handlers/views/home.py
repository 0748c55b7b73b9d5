"""The Home tab: one person's queue and what is stuck, under a hundred blocks however long the queue is."""

from collections.abc import Sequence

from handlers.views import blocks, text
from handlers.views.blocks import Block
from handlers.views.queue import beside_line, exception_line, queue_line
from motions.surfaces import HomeView

_LINES = 18  # five lists of at most 18 lines, their titles and the frame stay under 100 blocks


def home(view: HomeView) -> dict[str, object]:
    """The view for views.publish."""
    drawn = [blocks.header("Your co-sell queue"), blocks.context(_who(view), _counts(view))]
    if view.stopped:
        drawn.append(blocks.section(f"*Nothing leaves at the moment.* {text.escaped(view.stopped, 400)}"))
    to_decide = [*map(beside_line, view.beside), *map(queue_line, view.to_decide)]
    drawn += _list("Waiting for your decision", to_decide)
    drawn += _list("Stuck: a person has to decide", [exception_line(item) for item in view.exceptions])
    drawn += _list("Going cold", [queue_line(line) for line in view.going_cold])
    drawn += _list("Under way", [queue_line(line) for line in view.under_way])
    if not (to_decide or view.exceptions or view.going_cold or view.under_way):
        drawn.append(blocks.section("Nothing waits for you. New matches come to your alliance channel by themselves."))
    return _published([*drawn, blocks.divider(), blocks.context("`/cosell help` lists what you can ask.")])


def closed(why: str) -> dict[str, object]:
    """The Home tab of somebody who has no queue here, saying why."""
    return _published([blocks.header("Co-sell"), blocks.section(text.escaped_lines(why, 1500))])


def _published(drawn: list[Block]) -> dict[str, object]:
    return {"type": "home", "blocks": drawn}


def _who(view: HomeView) -> str:
    return f"{text.escaped(view.name, 80)}, {text.escaped(view.role, 40)}"


def _counts(view: HomeView) -> str:
    return " · ".join(f"{state.value}: {text.counted(count)}" for state, count in view.counts if count)


def _list(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    shown = [blocks.section(line) for line in lines[:_LINES]]
    if len(lines) > _LINES:
        shown.append(blocks.context(f"and {len(lines) - _LINES} more: `/cosell queue`"))
    return [blocks.divider(), blocks.section(f"*{title} ({len(lines)})*"), *shown]
