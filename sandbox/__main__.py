"""`python -m sandbox`: serve the world on loopback until told to stop."""

import argparse
import os
import threading
import time
from pathlib import Path

import uvicorn

from sandbox.world import build_world


def main() -> None:
    """Parse the arguments and serve."""
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8400)
    parser.add_argument("--tick", type=float, default=None, help="seconds between two deals changing by themselves")
    parser.add_argument("--database", type=Path, default=None, help="keep the CRM in this file")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    parser.add_argument("--agent", action="store_true", help="the app is declared an agent at Slack")
    parser.add_argument("--deals", type=int, default=None, help="seed only so many deals")
    args = parser.parse_args()
    if args.with_parent:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    world = build_world(
        tick_seconds=args.tick,
        database=args.database,
        deals=args.deals,
        port=args.port,
        has_keeper=args.with_parent,
        as_agent=args.agent,
    )
    # The CRM dates its answers by the world's clock; a second Date header would contradict it.
    uvicorn.run(
        world,
        host="127.0.0.1",
        port=args.port,
        log_level="warning",
        date_header=False,
        timeout_keep_alive=75,  # as the real ones keep it; shorter races with clients that poll every five seconds
        timeout_graceful_shutdown=2,
    )


def _end_with(parent: int) -> None:
    """A parent that was killed cannot tell us; an orphan has another parent."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


if __name__ == "__main__":
    main()
