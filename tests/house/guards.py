"""`python -m tests.house.guards [word ...]`: every guard is taken out in turn, and a test must fail without it.

A guard nobody would miss is no guard. Each is named with the words of the source that make it and what they become;
when the words are no longer there the list is out of date, which is a failure too. With words, only the guards whose
names hold one of them are tried.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tests.house import mutants
from tests.house.guard_list import GUARDS, Guard
from tests.house.source_tree import ROOT

AT_ONCE = 2


@dataclass(frozen=True)
class Verdict:
    """What became of one guard when it was taken out."""

    guard: Guard
    why: str | None  # why it is not proven; None: its tests fail without it


def main(words: Sequence[str]) -> int:
    """Print each verdict; 0 when every guard is proven."""
    chosen = [guard for guard in GUARDS if not words or any(word in guard.name for word in words)]
    unproven = 0
    for verdict in tried(chosen):
        print(f"{'proven  ' if verdict.why is None else 'UNPROVEN'}  {verdict.guard.name}", flush=True)  # noqa: T201 - a command's own output
        if verdict.why is not None:
            unproven += 1
            print(verdict.why, flush=True)  # noqa: T201 - the same
    print(f"{len(chosen) - unproven} of {len(chosen)} guards proven")  # noqa: T201 - the same
    return 1 if unproven else 0


def tried(guards: Sequence[Guard]) -> Iterator[Verdict]:
    """Each guard taken out, some at once."""
    mutants.preload()
    waiting = iter(guards)
    while batch := list(islice(waiting, AT_ONCE)):
        stale = [guard for guard in batch if why_stale(guard) is not None]
        yield from (Verdict(guard, why_stale(guard)) for guard in stale)
        begun = [
            (guard, mutants.start(guard.path, mutated(guard), guard.tests, guard.marked))
            for guard in batch
            if guard not in stale
        ]
        yield from (judged(guard, *mutants.finish(*child)) for guard, child in begun)


def why_stale(guard: Guard) -> str | None:
    """Why a guard's words fit the source no more, or None."""
    found = (ROOT / guard.path).read_text("utf-8").count(guard.source)
    if found != 1:
        return f"{guard.path} has {found} times, not once: {guard.source!r}"
    missing = [name for name in guard.tests if not (ROOT / name.partition("::")[0]).exists()]
    return f"no such tests: {missing}" if missing else None


def mutated(guard: Guard) -> str:
    """The module's source without the guard."""
    return (ROOT / guard.path).read_text("utf-8").replace(guard.source, guard.without)


def judged(guard: Guard, code: int, said: str) -> Verdict:
    """What the end of a run of its tests says about a guard."""
    if code == mutants.FAILED:
        return Verdict(guard, None)
    if code == mutants.PASSED:
        return Verdict(guard, f"guard survives: {', '.join(guard.tests)} pass without {guard.source!r}")
    return Verdict(guard, f"the tests could not run (pytest's code {code}):\n{said[-2000:]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
