"""A morning of a person or channel, on one screen: what waits, what goes cold, what is stuck, each with its button."""

from collections.abc import Iterator

from handlers.views import blocks, text
from handlers.views.blocks import Block
from handlers.views.home import OPEN
from handlers.views.queue import beside_line, exception_line, queue_line
from motions.model import ExceptionItem
from motions.surfaces import Digest, QueueLine

_LINES = 4  # of each list: the rest is on Home


def draw(digest: Digest) -> dict[str, object]:
    """The lists that have something in them, and one plain sentence when none has."""
    waiting = len(digest.to_decide) + len(digest.beside) + digest.more_to_decide
    cold, stuck = len(digest.going_cold) + digest.more_cold, len(digest.exceptions) + digest.more_stuck
    counts = f"{waiting} to decide, {cold} going cold"
    lists = list(_lists(digest))
    if digest.done_alone is None:
        title = f"In this channel, {text.one_line(digest.day)}"
        end = blocks.context("Their cards are in this channel. Home has what is yours.")
        return blocks.message(f"{text.escaped(title, 100)}: {counts}", [blocks.header(title), *lists, end])
    fallback = f"Co-sell, {text.escaped(digest.day, 60)}: {counts}, {stuck} stuck"
    if not lists:
        quiet = f"*Co-sell, {text.escaped(digest.day, 60)}.* Nothing waits for you. {_alone(digest.done_alone)}"
        return blocks.message(fallback, [blocks.section(quiet)])
    end = blocks.context(_alone(digest.done_alone), "Home and `/cosell queue` show all of it.")
    return blocks.message(fallback, [blocks.header(f"Co-sell, {text.one_line(digest.day)}"), *lists, end])


def _lists(digest: Digest) -> Iterator[Block]:
    beside = [blocks.section(beside_line(each)) for each in digest.beside]
    waiting = "Waiting for a decision" if digest.done_alone is None else "Waiting for your decision"
    yield from _list(waiting, [*beside, *map(_motion, digest.to_decide)], digest.more_to_decide)
    yield from _list("Going cold", [_motion(line) for line in digest.going_cold], digest.more_cold)
    yield from _list("Stuck", [_stuck(item) for item in digest.exceptions], digest.more_stuck)


def _list(title: str, lines: list[Block], more: int) -> Iterator[Block]:
    total = len(lines) + more
    if lines:
        yield blocks.section(f"*{title} ({text.counted(total)})*")
        yield from lines[:_LINES]
    if total > _LINES:
        yield blocks.context(f"and {text.counted(total - _LINES)} more")


def _motion(line: QueueLine) -> Block:
    return _with_button(queue_line(line), f"motion:{line.motion.id}")


def _stuck(item: ExceptionItem) -> Block:
    return _with_button(exception_line(item), f"exception:{item.id}")


def _with_button(said: str, ref: str) -> Block:
    return {**blocks.section(said), "accessory": blocks.button("Open", OPEN, ref)}


def _alone(count: int) -> str:
    return f"Done since the last digest without anybody: {count} {'action' if count == 1 else 'actions'}."
