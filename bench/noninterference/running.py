"""Groups of worlds played and compared, on as many processes as there are cores to give; knows no Slack."""

import gc
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

from agents.claude import forbid_live
from bench.noninterference.bot import open_clients
from bench.noninterference.configuring import default_configuration
from bench.noninterference.outside import Outside
from bench.noninterference.playing import Stage
from bench.noninterference.watching import Watch, difference
from bench.noninterference.worlds import Shape, World, group

WHOLE = Shape()
TOLD = 3  # differences in full
_SWEPT_EVERY = 25  # groups; collecting after every few allocations costs a tenth of the time


@dataclass(frozen=True)
class Run:
    """What to play: the groups whose number leaves `part` when divided by `parts`."""

    seed: int
    worlds: int
    shape: Shape = WHOLE
    part: int = 0
    parts: int = 1

    def groups(self) -> Iterator[Sequence[World]]:
        """Its groups, one after the other; the last is as large as is left."""
        size = self.shape.worlds
        for number in range(-(-self.worlds // size)):
            if number % self.parts == self.part:
                left = self.worlds - number * size
                yield group(self.seed, number, self.shape if left >= size else Shape(left, 1, 1))


@dataclass
class Tally:
    """What came of it."""

    worlds: int = 0
    pairs: int = 0
    bytes_compared: int = 0
    surfaces: set[str] = field(default_factory=set)
    differences: list[str] = field(default_factory=list)

    def compare(self, what: str, seen: Sequence[Watch]) -> None:
        """Add a group: all of its worlds have to look like the first."""
        first = seen[0]
        self.worlds += len(seen)
        self.surfaces |= set().union(*(each.surfaces for each in seen))
        for number, watch in enumerate(seen[1:], 2):
            self.pairs += 1
            self.bytes_compared += watch.size
            if watch.digest != first.digest:
                names = (f"{what}, world 1", f"world {number}")
                self.differences.append(difference(first.items, watch.items, names))

    def add(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            self.worlds + other.worlds,
            self.pairs + other.pairs,
            self.bytes_compared + other.bytes_compared,
            self.surfaces | other.surfaces,
            [*self.differences, *other.differences],
        )


def play(run: Run, workers: int) -> Tally:
    """Play a run on several processes, each with its own part of the groups."""
    if workers == 1:
        return play_part(run)
    parts = [replace(run, part=part, parts=workers) for part in range(workers)]
    with get_context("spawn").Pool(workers) as pool:
        tally = Tally()
        for found in pool.imap(play_part, parts):
            tally = tally.add(found)
        return tally


def play_part(run: Run) -> Tally:
    """Play a run in this process."""
    tally = Tally()
    with staged() as stage, _swept_rarely() as sweep:
        for number, worlds in enumerate(run.groups()):
            what = f"group {number * run.parts + run.part} of seed {run.seed}, to the eyes of {worlds[0].partner}"
            tally.compare(what, [watch for world in worlds for watch in stage.play(world)])
            sweep(number)
    return tally


@contextmanager
def staged() -> Iterator[Stage]:
    """An outside and clients for it; nothing but the sandbox can be reached meanwhile."""
    forbid_live()
    with ExitStack() as undo:
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="noninterference-")))
        outside = Outside()
        undo.callback(outside.close)
        undo.enter_context(outside.wire.connected())
        undo.enter_context(_quiet())
        clients = open_clients(outside.clock, folder / "keys")
        undo.callback(clients.close)
        yield Stage(outside, clients, default_configuration())


@contextmanager
def _quiet() -> Iterator[None]:
    """What goes wrong in a world is meant to."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        root.setLevel(before)


@contextmanager
def _swept_rarely() -> Iterator[Callable[[int], None]]:
    def sweep(number: int) -> None:
        if number % _SWEPT_EVERY == 0:
            gc.collect()

    was_on = gc.isenabled()
    gc.collect()
    gc.freeze()  # so that copies of the process share what was there before
    gc.disable()
    try:
        yield sweep
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()
