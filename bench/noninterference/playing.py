"""Playing all worlds of one beginning: what they have in common happens once, and then each goes its own way.

A way is gone in a copy of the whole process, outside and bot and all, as the operating system makes it (fork): nothing
one world does can be seen in another.
"""

import os
import pickle
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bench.noninterference.bot import Bot, Clients
from bench.noninterference.configuring import configure
from bench.noninterference.outside import Outside, partner_people
from bench.noninterference.rows import rows_of
from bench.noninterference.story import OF_PORTAL, TEAMS, Story
from bench.noninterference.watching import Watch
from bench.noninterference.worlds import Late, Turn, World
from motions.policy import Configuration

Way = Callable[[], Sequence[Watch]]


@dataclass
class Stage:
    """One process' outside and clients, for one beginning after the other."""

    outside: Outside
    clients: Clients
    default: Configuration

    def play(self, world: World) -> Sequence[Watch]:
        """What the partner saw in each of the worlds that begin so."""
        self.outside.begin(rows_of(world, self.outside.staff))
        watch = Watch(frozenset(partner_people(TEAMS[world.partner])), OF_PORTAL[world.partner])
        watch.over(self.outside)
        config = configure(self.default, world)
        bot = Bot(self.outside, self.clients, config, is_brief_written=world.is_brief_written)
        story = Story(self.outside, bot, world, watch)
        story.begin()
        return _each([partial(self._turned, story, turn, watch) for turn in world.turns])

    def _turned(self, story: Story, turn: Turn, watch: Watch) -> Sequence[Watch]:
        story.decide(turn)
        return _each([partial(self._ended, story, late, watch) for late in turn.lates])

    def _ended(self, story: Story, late: Late, watch: Watch) -> Sequence[Watch]:
        story.end(late)
        watch.places(self.outside)
        return [watch]


def _each(ways: Sequence[Way]) -> Sequence[Watch]:
    """Go every way from here; the last in this process, since nobody comes back."""
    *others, last = ways
    return [*(watch for way in others for watch in _apart(way)), *last()]


def _apart(way: Way) -> Sequence[Watch]:
    """Go one way in a copy of this process, and bring back what was seen there."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _tell(way, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        found = told.read()
    os.waitpid(child, 0)
    if not found:
        raise RuntimeError("a world ended before its end; its reason stands above")
    seen: Sequence[Watch] = pickle.loads(found)  # noqa: S301 - written by this very program
    return seen


def _tell(way: Way, writing: int) -> None:
    """The copy's whole life: it never returns."""
    try:
        with os.fdopen(writing, "wb") as told:
            told.write(pickle.dumps(way()))
    except BaseException:  # noqa: BLE001 - boundary: nothing of the copy may live on
        traceback.print_exc()
    os._exit(0)
