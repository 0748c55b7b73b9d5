"""`python -m bench.ack --rps 50 --seconds 20`: how long people's clicks wait for their acknowledgement.

Real cards, clicks and forms over Socket Mode while the CRM hangs; every click is a gesture of its own, stored and
decided on. The people of the sandbox click at a fixed rate whatever comes back, and a relay between the sandbox and
the app takes the time, in a process of its own. The same gestures go to an empty Bolt app with default settings,
before and after, and to a bot that only keeps and acknowledges them: what promising to lose nothing costs, without the
work of 50 decisions a second beside it. Exit code 1 unless p99 is below 250 ms, nothing took three seconds, and p99 is
at most twice the empty app's.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx

from bench.motion import APPROVERS, NEXT, baseline, choose
from bot.app import Bot, build
from bot.embedded import start_world
from bot.interpreter import avoid_pauses
from bot.settings import Settings
from handlers.sockets import hang_up
from motions.model import Motion, MotionState
from motions.records import MotionQuery

P99_MS, SLACK_S, RATIO = 250.0, 3.0, 2.0
CRM_HANGS_S = 60.0
TABLE = 9  # cards that are being looked at at a time; what is decided is spread over the run
DECIDERS = ("U0PRIYA", "U0TOMAS", "U0DANA", "U0SAM")
_REASON = {"value": "too-early", "text": {"type": "plain_text", "text": "Too early"}}
WHY = {"reason.code": {"value": {"selected_option": _REASON}}}
Json = dict[str, Any]


@dataclass(frozen=True)
class Card:
    """Where it is, which form its first button opens, and who may approve it; nobody while something is missing."""

    place: Mapping[str, str]
    form: str
    approver: str | None


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rps", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--cards", type=int, default=45, help="cards to click on; three are posted a second")
    args = parser.parse_args()
    logging.basicConfig(level="CRITICAL")
    with tempfile.TemporaryDirectory(prefix="cosell-bench-") as folder:
        world = start_world(0, tick_seconds=None)
        try:
            settings = Settings(cosell_database_url=f"sqlite:///{Path(folder)}/bench.db", cosell_port=0)
            with httpx.Client(base_url=world.url, timeout=args.seconds + 60) as http:
                report = measure(settings.on_sandbox(world.url), http, args.rps, args.seconds, args.cards)
        finally:
            world.stop()
    print(json.dumps(report))
    sys.stdout.flush()
    # The engine's executor threads would hold the interpreter.
    os._exit(0 if holds(report) else 1)


def measure(settings: Settings, http: httpx.Client, rps: float, seconds: float, cards: int) -> Json:
    """Ask for the cards, click on them with the empty app, with the bot, and with the empty app again."""
    bot = started(settings)
    gestures = list(_gestures(asked(bot, http, cards), round(rps * seconds / cards)))
    bot.stop()
    half = gestures[: len(gestures) // 2]
    with relay(http) as times:
        with bare_bolt(http):
            bare = _all(times(half, rps))
        with only_keeping(settings, http):
            kept = _all(times(half, rps))
        bot = build(settings)
        bot.start(lost=lambda: None)
        avoid_pauses()
        connected(http, 1)
        http.post("/salesforce/_control/faults", json={"kind": "latency", "seconds": CRM_HANGS_S}).raise_for_status()
        ours = times(gestures, rps)
        decided = sum(m.state is not MotionState.AWAITING for m in _motions(bot))
        assert bot.socket_mode is not None
        hang_up(bot.socket_mode, 5)  # to stop altogether it would wait for the CRM
        with bare_bolt(http):
            bare += _all(times(half, rps))
    return report_of(ours, kept, bare) | {"approved": decided, "ends": ours["ends"]}


def report_of(ours: Json, kept: Sequence[float], bare: Sequence[float]) -> Json:
    """The numbers, in milliseconds."""
    waits = _all(ours)
    p99, bare_p99, clicks_p99 = percentile(waits, 0.99), percentile(bare, 0.99), percentile(ours["waits"], 0.99)
    kept_p99 = percentile(kept, 0.99)
    return {
        "n": len(waits),
        "p50_ms": percentile(waits, 0.5),
        "p99_ms": p99,
        "max_ms": percentile(waits, 1.0),
        "over_3s": sum(wait >= SLACK_S for wait in waits) + ours["unanswered"],
        "bare_p50_ms": percentile(bare, 0.5),
        "bare_p99_ms": bare_p99,
        "ratio_to_bare_bolt": round(p99 / bare_p99, 2),
        "p99_ms_without_forms": clicks_p99,  # whose answers ride on their acknowledgement
        "ratio_without_forms": round(clicks_p99 / bare_p99, 2),
        "only_kept_p50_ms": percentile(kept, 0.5),
        "only_kept_p99_ms": kept_p99,
        "ratio_only_kept": round(kept_p99 / bare_p99, 2),
    }


def _all(told: Json) -> list[float]:
    waits: list[float] = told["waits"] + told["waits_of_forms"]
    return waits


def holds(report: Json) -> bool:
    """Whether the promise is kept."""
    return bool(report["p99_ms"] < P99_MS and report["over_3s"] == 0 and report["ratio_to_bare_bolt"] <= RATIO)


def percentile(waits: Sequence[float], share: float) -> float:
    """Nearest rank, in milliseconds."""
    rank = max(0, min(len(waits) - 1, round(share * len(waits) + 0.5) - 1))
    return round(sorted(waits)[rank] * 1000, 1)


def started(settings: Settings) -> Bot:
    """A bot that has read every open deal."""
    bot = build(settings)
    bot.start(lost=lambda: None)
    baseline(bot)
    avoid_pauses()  # as every bot that serves
    return bot


def asked(bot: Bot, http: httpx.Client, cards: int) -> Sequence[Card]:
    """As many cards that are out and ask."""
    chosen = bot.ports.durable.read(lambda uow: choose(uow, cards))
    for deal, stage in chosen:
        body = {"id": deal, "fields": {"StageName": NEXT[stage]}}
        http.post("/salesforce/_control/change", json=body).raise_for_status()
    _wait_until(lambda: len(_asking(bot)) >= len(chosen), 180)
    return [card_of(motion, http) for motion in _asking(bot)]


def card_of(motion: Motion, http: httpx.Client) -> Card:
    """The card as it stands in Slack."""
    assert motion.card is not None
    place = {"channel": motion.card.channel, "message_ts": motion.card.ts}
    messages = http.get("/slack/_control/messages", params={"channel": motion.card.channel}).json()["messages"]
    [blocks] = [each["blocks"] for each in messages if each["ts"] == motion.card.ts]
    buttons = {each.get("action_id") for block in blocks for each in block.get("elements", ())}
    if "motion.approve" in buttons:
        return Card(place, "motion.edit", APPROVERS[motion.channel])
    return Card(place, "motion.answer", None)


def connected(http: httpx.Client, apps: int) -> None:
    """Return when so many apps listen to the emulated Slack."""
    _wait_until(lambda: http.get("/slack/_control/health").json()["connections"] == apps, 30)


@contextmanager
def relay(http: httpx.Client) -> Iterator[Callable[[Sequence[Json], float], Json]]:
    """Apps that connect meanwhile do so through the relay; gives how to have people click and the times told."""
    with _running("bench.relay", http, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        http.post("/slack/_control/settings", json={"link_url": address}).raise_for_status()

        def times(gestures: Sequence[Json], rps: float) -> Json:
            _told(process.stdin, process.stdout)
            clicked = http.post("/slack/_control/crowd", json={"gestures": gestures, "rate": rps}).raise_for_status()
            return {**_told(process.stdin, process.stdout), "ends": clicked.json()["ends"]}

        yield times


@contextmanager
def bare_bolt(http: httpx.Client) -> Iterator[None]:
    """The empty app, in a process of its own, as the only one."""
    connected(http, 0)
    with _running("bench.bare_bolt", http):
        connected(http, 1)
        yield
    connected(http, 0)


@contextmanager
def only_keeping(settings: Settings, http: httpx.Client) -> Iterator[None]:
    """A bot with a database of its own whose workers have ended: what it keeps stays there."""
    connected(http, 0)
    bot = started(settings.model_copy(update={"cosell_database_url": f"{settings.cosell_database_url}-kept"}))
    bot.workers.stop(1)
    try:
        yield
    finally:
        bot.stop()
    connected(http, 0)


@contextmanager
def _running(module: str, http: httpx.Client, **pipes: int) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-m", module, str(http.base_url).rstrip("/")]
    process = subprocess.Popen(command, text=True, **pipes)  # type: ignore[call-overload] # noqa: S603 - our own modules
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _told(stdin: IO[str] | None, stdout: IO[str] | None) -> Json:
    assert stdin is not None
    assert stdout is not None
    stdin.write("\n")
    stdin.flush()
    told: Json = json.loads(stdout.readline())
    return told


def _gestures(cards: Sequence[Card], rounds: int) -> Iterator[Json]:
    """A few cards at a time, round after round: forms are opened, and at last three of four cards are approved.

    For the others, and where something is missing, the denial's form, opened in the round before, is submitted.
    """
    for first in range(0, len(cards), TABLE):
        for turn in range(rounds):
            for number, card in enumerate(cards[first : first + TABLE], first):
                who = DECIDERS[(number // 4 + turn) % len(DECIDERS)]
                if turn < rounds - 1:
                    button = card.form if (rounds - turn) % 2 else "motion.deny"
                    yield {"gesture": "action", "user": who, **card.place, "action_id": button}
                elif number % 4 and card.approver:
                    yield {"gesture": "action", "user": card.approver, **card.place, "action_id": "motion.approve"}
                else:
                    yield {"gesture": "submit", "user": who, "view_id": "top", "values": WHY}


def _asking(bot: Bot) -> Sequence[Motion]:
    """The motions whose cards are out, complete, and will not be drawn again by themselves."""
    asking = [m for m in _motions(bot) if m.card and m.state is MotionState.AWAITING]
    return [m for m in asking if not bot.ports.durable.is_under_way(f"{m.id}:")]


def _motions(bot: Bot) -> Sequence[Motion]:
    return bot.ports.durable.read(lambda uow: uow.motions.find(MotionQuery(limit=10_000)))


def _wait_until(holds_now: Callable[[], bool], within: float) -> None:
    deadline = time.monotonic() + within
    while not holds_now():
        if time.monotonic() > deadline:
            raise SystemExit(f"not ready within {within:.0f} s; nothing was measured")
        time.sleep(0.2)


if __name__ == "__main__":
    main()
