"""One real bot on one database and one sandbox world, measured on request; `bench.growth` starts one for each size.

A line in is one wish ('round', 'reads', 'memory', 'end'), a line out its answer as JSON.
"""

import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import httpx

from bench.motion import baseline, wait_until
from bench.playing import DEALS, POLL_SECONDS, asked, change, click, whole_deals
from bot.app import Bot, build
from bot.embedded import start_world
from bot.settings import Settings
from motions import asking, desk, nudging, queues, reviewing, sweeping, triggers
from motions.deals import OpportunityId
from motions.decision_records import ExceptionQuery
from motions.desk_surfaces import EVERYTHING
from motions.model import Motion, Person
from motions.records import UnitOfWork

LOOKS = 15
Answer = Mapping[str, object]


def main(url: str, rounds: int) -> None:
    """Start, say so, answer until the end."""
    logging.basicConfig(level="ERROR")
    world = start_world(0, tick_seconds=None, deals=DEALS)
    try:
        given = Settings(cosell_database_url=url, cosell_port=0, cosell_poll_seconds=POLL_SECONDS)
        bot = build(given.on_sandbox(world.url))
        bot.start(lost=lambda: None)
        with httpx.Client(base_url=world.url, timeout=60) as http:
            # AWS's quotas are no part of this: its portal is asked more often than the schedule does.
            http.post("/aws/_control/limits", json={"writes_per_second": None, "reads_per_second": None})
            baseline(bot)
            deals = iter(whole_deals(bot, rounds))
            _say({"ready": True})
            for line in sys.stdin:
                if line.strip() == "end":
                    break
                _say(_answer(line.strip(), bot, http, deals))
        bot.stop()
    finally:
        world.stop()
    sys.stdout.flush()
    os._exit(0)


def _answer(wish: str, bot: Bot, http: httpx.Client, deals: Iterator[tuple[OpportunityId, str]]) -> Answer:
    match wish:
        case "round":
            return one_round(bot, http, *next(deals))
        case "reads":
            return {name: _milliseconds(read) for name, read in reads_of(bot).items()}
        case _:
            return memory()


def one_round(bot: Bot, http: httpx.Client, deal: OpportunityId, stage: str) -> Answer:
    """One deal changes; the bot's own clocks for it, and how long the click on its card took."""
    # The CRM's stamp has whole seconds: at the beginning of one it is true to some milliseconds.
    time.sleep(1.02 - time.time() % 1)
    change(http, deal, stage)
    wait_until(lambda: asked(bot, deal) is not None, 60)
    motion = asked(bot, deal)
    assert motion is not None
    assert motion.first_at is not None
    clicked = time.perf_counter()
    click(http, motion)
    took = time.perf_counter() - clicked
    wait_until(lambda: _rests(bot, deal), 120)
    return {
        "first_s": (motion.first_at - motion.triggered_at).total_seconds(),
        "engine_s": (motion.first_at - motion.seen_at).total_seconds(),
        "click_ms": took * 1000,
    }


def reads_of(bot: Bot) -> Mapping[str, Callable[[], object]]:
    """What people look at and what the schedule asks, by name."""
    ports = bot.ports
    coverage = ports.config.coverage
    manager, operator = _person(bot, coverage.rows[0].manager), _person(bot, coverage.operators[0])
    today = ports.clock.now().date().isoformat()
    return {
        "home_for manager": lambda: desk.home_for(manager, EVERYTHING, ports),
        "home_for operator": lambda: desk.home_for(operator, EVERYTHING, ports),
        "queue_for operator": lambda: queues.queue_for(operator, ports),
        "digest": lambda: queues.digest_for(operator, today, ports),
        "/cosell status": lambda: asking.answer("status", operator, ports),
        "/cosell <part of a name>": lambda: asking.answer("a", operator, ports),
        "restart sweep": lambda: sweeping.restart_lost(ports),
        "expiry sweep": lambda: sweeping.expire_cards(ports),
        "cold sweep": lambda: nudging.sweep_cold(ports),
        "inbox sweep": lambda: sweeping.forget_payloads(ports),
        "watch_portal": lambda: reviewing.watch_portal("aws", ports),
        "crm poll": lambda: triggers.read_changes(ports),
        "exceptions": lambda: ports.durable.read(_stuck),
    }


def memory() -> Answer:
    """What the process holds now, and the most it ever held, in MB."""
    # Not getrusage, whose maximum a process inherits from the one that started it.
    lines = (line.split() for line in Path("/proc/self/status").read_text().splitlines())
    kilobytes = {words[0]: int(words[1]) for words in lines if words and words[0] in {"VmRSS:", "VmHWM:"}}
    return {"rss_mb": round(kilobytes["VmRSS:"] / 1024, 1), "peak_mb": round(kilobytes["VmHWM:"] / 1024, 1)}


def _milliseconds(read: Callable[[], object]) -> float:
    took = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        read()
        took.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(took), 2)


def _rests(bot: Bot, deal: OpportunityId) -> bool:
    motion: Motion | None = asked(bot, deal)
    return motion is not None and not bot.durable.is_under_way(f"{motion.id}:")


def _stuck(uow: UnitOfWork) -> Sequence[object]:
    return uow.exceptions.listing(ExceptionQuery())


def _person(bot: Bot, email: str) -> Person:
    person = bot.ports.people.by_email(email)
    assert person is not None
    return person


def _say(answer: Answer) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
