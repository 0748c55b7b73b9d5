"""`python -m bench.chaos --kills 200 --store sqlite --seed 1`: kill the bot again and again, then compare the books.

Prints one JSON line; every finding is on stderr. Exit code 1 when anything is lost, doubled, stuck or unexplained, or
when a boundary of a motion's outside calls was never hit.
"""

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from bench.chaos.findings import KINDS
from bench.chaos.run import Plan, play


def main() -> None:
    """Parse, play, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=None, help="1 on SQLite, 3 on PostgreSQL")
    parser.add_argument("--deals", type=int, default=1200, help="deals in the CRM, of which about a quarter are open")
    parser.add_argument("--every", type=float, default=6.0, help="seconds between two promising deals")
    parser.add_argument("--outage", type=float, default=75.0, help="seconds for which the CRM is out")
    parser.add_argument("--no-sweep", action="store_true", help="leave the boundaries to chance")
    parser.add_argument("--keep", type=Path, default=None, help="keep logs, database and findings in this folder")
    args = parser.parse_args()
    plan = Plan(
        kills=args.kills,
        store=args.store,
        seed=args.seed,
        processes=args.processes or (1 if args.store == "sqlite" else 3),
        deals=args.deals,
        every=args.every,
        outage=args.outage,
        sweep=not args.no_sweep,
    )
    if plan.store == "sqlite" and plan.processes != 1:
        parser.error("SQLite has one process")
    logging.basicConfig(level="WARNING")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left behind
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
    with nullcontext(args.keep) if args.keep else tempfile.TemporaryDirectory(prefix="cosell-chaos-") as folder:
        report = play(plan, Path(folder).resolve())
    sys.stdout.write(json.dumps(report) + os.linesep)
    is_well = not report["boundaries_missed"] and not any(report[kind] for kind in KINDS)
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
