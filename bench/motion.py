"""`python -m bench.motion --deals 50`: many deals change at once; how long until each is matched, asked, written back.

Starts the sandbox world and the real bot, changes the deals in the CRM, clicks Approve on every card (a click is no
message) and reads the three clocks from the CRM's own stamps. `t_engine` is the bot's own share of T_first: from
seeing the change to the first outside effect. Exit code 1 when a deal missed the minute or a person wrote a message.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import httpx

from bot.app import Bot, build
from bot.embedded import start_world
from bot.settings import Settings
from motions.deals import OpportunityId, Stage
from motions.explaining import clocks_of
from motions.model import Band, Motion, PartnerKey
from motions.records import MotionQuery, UnitOfWork
from motions.triggers import FEED

MINUTE = 60.0
APPROVERS = {"C0AWSCENT": "U0PRIYA", "C0AWSEAST": "U0PRIYA", "C0AWSWEST": "U0TOMAS"}
NEXT = {Stage.QUALIFIED: "Value Proposition", Stage.DEMO: "Proposal/Price Quote", Stage.PROPOSAL: "Negotiation/Review"}
CHANNELS = (*APPROVERS, "C0COSELLOPS", "C0SHAREDAWS", "C0SHAREDNST", "C0SALES")


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deals", type=int, default=50, help="deals that change at once")
    parser.add_argument("--rounds", type=int, default=1, help="how often; each round waits for the one before")
    parser.add_argument("--no-approve", action="store_true", help="stop at the cards; t_e2e is then empty")
    args = parser.parse_args()
    logging.basicConfig(level="WARNING")
    with tempfile.TemporaryDirectory(prefix="cosell-bench-") as folder:
        world = start_world(0, tick_seconds=None)
        try:
            settings = Settings(cosell_database_url=f"sqlite:///{Path(folder)}/bench.db", cosell_port=0)
            bot = build(settings.on_sandbox(world.url))
            bot.start(lost=lambda: None)
            with httpx.Client(base_url=world.url, timeout=30) as http:
                report = measure(bot, http, args.deals, args.rounds, approve=not args.no_approve)
            bot.stop()
        finally:
            world.stop()
    print(json.dumps(report))
    sys.stdout.flush()
    # The engine's executor threads would hold the interpreter.
    os._exit(0 if _holds(report) else 1)


def baseline(bot: Bot) -> None:
    """Wait until the bot has read every open deal once, and AWS has agreed to what is shared with it."""
    wait_until(lambda: bot.ports.durable.read(_is_ready), 60)


def _is_ready(uow: UnitOfWork) -> bool:
    agreed = [grant.confirmed_at for grant in uow.grants.unrevoked(PartnerKey("aws"))]
    return uow.deals.watermark(FEED) is not None and any(agreed)


def measure(bot: Bot, http: httpx.Client, deals: int, rounds: int, *, approve: bool) -> dict[str, object]:
    """Change `deals` deals at once, `rounds` times, and report the clocks of their motions in seconds."""
    read = bot.ports.durable.read
    baseline(bot)
    chosen = read(lambda uow: choose(uow, deals * rounds))
    motions: list[Motion] = []
    for start in range(0, deals * rounds, deals):
        batch = chosen[start : start + deals]
        for opportunity_id, stage in batch:
            _change(http, opportunity_id, stage)
        ids = [opportunity_id for opportunity_id, _ in batch]
        wait_until(lambda ids=ids: len(_asked(bot, ids)) == len(ids), 180)  # type: ignore[misc] # bound now, on purpose
        if approve:
            for motion in _asked(bot, ids):
                _approve(http, motion)
            wait_until(lambda ids=ids: not _under_way(bot, ids), 400)  # type: ignore[misc] # the same
        motions += _asked(bot, ids)
    return _report(motions, _human_messages(http))


def percentiles(values: Sequence[timedelta | None]) -> dict[str, float | None]:
    """Nearest-rank p50, p99 and the maximum, in seconds."""
    seconds = sorted(v.total_seconds() for v in values if v is not None)
    if not seconds:
        return {"p50": None, "p99": None, "max": None}

    def at(share: float) -> float:
        return round(seconds[min(len(seconds) - 1, max(0, round(share * len(seconds) + 0.5) - 1))], 3)

    return {"p50": at(0.50), "p99": at(0.99), "max": round(seconds[-1], 3)}


def choose(
    uow: UnitOfWork, count: int, bands: frozenset[Band] = frozenset({Band.HIGH, Band.GREY})
) -> list[tuple[OpportunityId, Stage]]:
    """Open deals that deserve a motion, and would after one stage more."""
    found: list[tuple[OpportunityId, Stage]] = []
    for deal in uow.deals.search("-", limit=100_000):
        match = uow.matches.latest(deal.id)
        best = match.best if match else None
        if best is not None and best.band in bands and deal.stage in NEXT and deal.account:
            found.append((deal.id, deal.stage))
        if len(found) == count:
            return found
    raise SystemExit(f"the sandbox has only {len(found)} deals that deserve a motion; asked for {count}")


def _change(http: httpx.Client, opportunity_id: OpportunityId, stage: Stage) -> None:
    body = {"id": opportunity_id, "fields": {"StageName": NEXT[stage]}}
    http.post("/salesforce/_control/change", json=body).raise_for_status()


def _asked(bot: Bot, ids: Sequence[OpportunityId]) -> list[Motion]:
    """The motions of these deals whose card is out."""
    wanted = set(ids)
    found = bot.ports.durable.read(lambda uow: uow.motions.find(MotionQuery(limit=100_000)))
    return [motion for motion in found if motion.opportunity_id in wanted and motion.card is not None]


def _under_way(bot: Bot, ids: Sequence[OpportunityId]) -> list[Motion]:
    """Approved, and not yet written back; a card that asks for a missing field cannot be approved."""
    return [motion for motion in _asked(bot, ids) if motion.approved_at and not motion.logged_at]


def _approve(http: httpx.Client, motion: Motion) -> None:
    assert motion.card is not None
    place = {"user": APPROVERS[motion.channel], "channel": motion.channel, "message_ts": motion.card.ts}
    http.post("/slack/_control/act/action", json={**place, "action_id": "motion.approve"}).raise_for_status()


def _human_messages(http: httpx.Client) -> int:
    written = 0
    for channel in CHANNELS:
        messages = http.get("/slack/_control/messages", params={"channel": channel}).json()["messages"]
        written += sum(not message.get("bot_id") for message in messages)
    return written


def _report(motions: Sequence[Motion], human_messages: int) -> dict[str, object]:
    clocks = [clocks_of(motion) for motion in motions]
    return {
        "n": len(motions),
        "approved": sum(motion.approved_at is not None for motion in motions),
        "t_match": percentiles([c.match for c in clocks]),
        "t_first": percentiles([c.first for c in clocks]),
        "t_asked": percentiles([m.asked_at - m.triggered_at if m.asked_at else None for m in motions]),
        "t_e2e": percentiles([c.e2e for c in clocks]),
        "t_engine": percentiles([m.first_at - m.seen_at if m.first_at else None for m in motions]),
        "human_messages": human_messages,
    }


def _holds(report: dict[str, object]) -> bool:
    slowest = [clock["max"] for name in ("t_match", "t_first") if isinstance(clock := report[name], dict)]
    return report["human_messages"] == 0 and all(isinstance(s, float) and s < MINUTE for s in slowest)


def wait_until(holds: Callable[[], bool], within: float) -> None:
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"not done within {within:.0f} s; nothing was measured")
        time.sleep(0.5)  # looking costs the bot's own process time


if __name__ == "__main__":
    main()
