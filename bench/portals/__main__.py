"""`python -m bench.portals --referrals 350`: from a seller's edit to the acceptance in the CRM, in three portals.

AWS and Microsoft are their emulators, AWS's with its quota of one write a second; the third partner has no API and gets
filing packs. People only click Approve. Prints one JSON line, read from the outside systems' own books; progress is on
stderr. Exit code 1 unless all are filed once and in the right portal, nothing bounced, nobody typed anything, and what
a partner took is in the CRM within one sweep (`COSELL_POLL_SECONDS` as it is shipped).
"""

import argparse
import json
import logging
import os
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from bench.chaos.company import Company
from bench.portals.reckoning import holds, reckon
from bench.portals.replay import play
from bot.embedded import start_world

DEALS_FOR_EACH = 5  # about a quarter of them are open


def main() -> None:
    """Parse, play, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--referrals", type=int, default=350)
    parser.add_argument("--within", type=float, default=2400.0, help="seconds after which it is given up")
    parser.add_argument("--keep", type=Path, default=None, help="keep database, packs and configuration in this folder")
    args = parser.parse_args()
    logging.basicConfig(level="WARNING")
    if args.keep:
        args.keep.mkdir(parents=True)
    with nullcontext(args.keep) if args.keep else tempfile.TemporaryDirectory(prefix="cosell-bench-") as folder:
        report = _measured(args.referrals, Path(folder).resolve(), args.within)
    print(json.dumps(report))
    sys.stdout.flush()
    # The engine's executor threads would hold the interpreter.
    os._exit(0 if holds(report, args.referrals) else 1)


def _measured(referrals: int, folder: Path, within: float) -> dict[str, object]:
    world = start_world(0, tick_seconds=None, deals=max(600, referrals * DEALS_FOR_EACH))
    company = Company(world.url)
    try:
        return reckon(play(referrals, folder, company, within=within))
    finally:
        company.close()
        world.stop()


if __name__ == "__main__":
    main()
