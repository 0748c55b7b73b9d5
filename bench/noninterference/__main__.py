"""Plays worlds that look alike to one partner and compares every byte it can see; prints JSON, exit code 1 otherwise.

python -m bench.noninterference --worlds 10000 --seed 1
python -m bench.noninterference --seed-leak all
"""

import argparse
import json
import sys
import time

from bench.noninterference.leaks import LEAKS, caught
from bench.noninterference.running import TOLD, Run, play, staged


def main() -> int:
    """The command."""
    said = _arguments()
    began = time.monotonic()
    if said.seed_leak:
        return _seeded(said.seed_leak, said.seed)
    tally = play(Run(said.seed, said.worlds), said.workers)
    print(
        json.dumps(
            {
                "worlds": tally.worlds,
                "pairs": tally.pairs,
                "differences": len(tally.differences),
                "surfaces": len(tally.surfaces),
                "bytes_compared": tally.bytes_compared,
                "seconds": round(time.monotonic() - began, 1),
            }
        )
    )
    for told in tally.differences[:TOLD]:
        print(told, file=sys.stderr)
    return 1 if tally.differences else 0


def _seeded(name: str, seed: int) -> int:
    """Plant leaks, one at a time; each has to be seen."""
    names = list(LEAKS) if name == "all" else [name]
    found = {}
    with staged() as stage:
        for each in names:
            found[each] = caught(each, seed, stage)
            print(f"{each}: {found[each] or 'NOT CAUGHT'}", file=sys.stderr, flush=True)
    print(json.dumps({"seeded": len(found), "caught": sum(how is not None for how in found.values())}))
    return 0 if all(found.values()) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.noninterference", description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--seed-leak", choices=["all", *LEAKS], default="", help="break the program, and see it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
