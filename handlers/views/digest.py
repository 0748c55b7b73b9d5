"""One person's morning: what waits for them, what goes cold, what is stuck."""

from handlers.views import blocks, text
from handlers.views.blocks import Block
from handlers.views.queue import beside_line, exception_line, queue_line
from motions.surfaces import Digest


def draw(digest: Digest) -> dict[str, object]:
    """The lists that have something in them, and a plain sentence when none has."""
    waiting = len(digest.to_decide) + len(digest.beside)
    counts = f"{waiting} to decide, {len(digest.going_cold)} going cold, {len(digest.exceptions)} stuck"
    drawn = [blocks.header(f"Co-sell, {text.one_line(digest.day)}"), *_lists(digest)]
    if not _lists(digest):
        drawn.append(blocks.section("Nothing waits for you."))
    drawn.append(blocks.context(_alone(digest.done_alone), "`/cosell queue` shows all of it."))
    return blocks.message(f"Co-sell, {text.escaped(digest.day, 60)}: {counts}", drawn)


def _lists(digest: Digest) -> list[Block]:
    lists = (
        ("Waiting for your decision", [*map(beside_line, digest.beside), *map(queue_line, digest.to_decide)]),
        ("Going cold", [queue_line(line) for line in digest.going_cold]),
        ("Stuck", [exception_line(item) for item in digest.exceptions]),
    )
    return [blocks.bullets(f"{title} ({len(lines)})", lines) for title, lines in lists if lines]


def _alone(count: int) -> str:
    return f"Done since the last digest without anybody: {count} {'action' if count == 1 else 'actions'}."
