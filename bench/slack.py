"""`python -m bench.slack --people 500 --items 10000`: a morning of many people, on a desk of very many things.

Real bot, emulated Slack with its pace. Everybody's digest is due in one zone, a few people a minute, and everybody
opens Home first; a desk holds its manager's share of the items. Late is a digest that is not out within the minute its
person was given; times are from Slack's event to our call, and every number is read from the emulator's own log. Takes
as long as that many people take: 25 a minute for the digests, 90 for Home.
"""

import argparse
import json
import logging
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import yaml

from bench.ack import percentile
from bench.motion import baseline, choose, wait_until
from bot.app import Bot, build
from bot.configuration import load_configuration
from bot.embedded import start_world
from bot.interpreter import avoid_pauses
from bot.settings import DEFAULTS, Settings
from motions.model import Band, ExceptionItem, Motion, MotionId, MotionState
from motions.mornings import PER_MINUTE
from motions.records import MotionQuery, UnitOfWork

ZONE = "Europe/Berlin"
HOMES_PER_SECOND = 1.5  # views.publish may be called a hundred times a minute
PREPARED_IN = timedelta(minutes=2)
OPENED_MS, MINUTE = 1000.0, 60.0
_STATES = (MotionState.AWAITING, MotionState.AWAITING, MotionState.HANDED_OFF, MotionState.NEEDS_PERSON)
_FAR = timedelta(days=300)
Json = dict[str, Any]


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--items", type=int, default=10_000)
    args = parser.parse_args()
    logging.basicConfig(level="CRITICAL")
    with tempfile.TemporaryDirectory(prefix="cosell-bench-") as folder:
        world = start_world(0, tick_seconds=None)
        try:
            with httpx.Client(base_url=world.url, timeout=60) as http:
                report = measure(Path(folder), world.url, http, args.people, args.items)
        finally:
            world.stop()
    print(json.dumps(report))
    sys.stdout.flush()
    os._exit(0 if holds(report) else 1)


def holds(report: Json) -> bool:
    """Whether the promise is kept."""
    is_told = report["digests"] == report["people"] and not report["digest_repeats"] and not report["late"]
    is_open = report["homes"] == report["people"] and report["home_p99_ms"] < OPENED_MS
    return bool(is_told and is_open and not report["tier_breaches"])


def measure(folder: Path, url: str, http: httpx.Client, people: int, items: int) -> Json:
    """Hire, fill the desks, let the morning come, and read the books."""
    ids = list(_hired(http, people))
    begins = datetime.now(UTC).replace(second=0, microsecond=0) + PREPARED_IN + timedelta(minutes=1 + people // 400)
    config = configured(folder / "config", [email_of(each) for each in ids], begins)
    load_configuration(config)  # says what is wrong with it before anything starts
    settings = Settings(
        cosell_database_url=f"sqlite:///{folder}/bench.db", cosell_port=0, cosell_config=config
    ).on_sandbox(url)
    bot = build(settings)
    bot.start(lost=lambda: None)
    baseline(bot)
    fill(bot, http, [email_of(each) for each in ids], items)
    avoid_pauses()
    gestures = [{"gesture": "home", "user": each} for each in ids]
    http.post(
        "/slack/_control/crowd", json={"gestures": gestures, "rate": HOMES_PER_SECOND}, timeout=people + 300
    ).raise_for_status()
    ends = begins + timedelta(minutes=people / PER_MINUTE + 1)
    wait_until(lambda: len(_digests(http)) >= people or datetime.now(UTC) > ends, people * 3 + 600)
    return report_of(http, ids, begins)


def report_of(http: httpx.Client, ids: Sequence[str], begins: datetime) -> Json:
    """What the emulator's log says."""
    posted = _digests(http)
    told = Counter(each["args"]["channel"] for each in posted)
    minutes = {email: begins + timedelta(minutes=n // PER_MINUTE) for n, email in enumerate(sorted(map(email_of, ids)))}
    late = [each for each in posted if _moment(each) >= minutes[_of(each, ids)] + timedelta(minutes=1)]
    waits = _opened(http)
    refused = [each for each in _calls(http) if each["status"] == 429]  # noqa: PLR2004 - too many requests
    return {
        "people": len(ids),
        "home_p50_ms": percentile(waits, 0.5),
        "home_p99_ms": percentile(waits, 0.99),
        "homes": len(waits),
        "digests": len(told),
        "digest_repeats": sum(told.values()) - len(told),
        "late": len(late),
        "tier_breaches": len(refused),
        "breached": dict(Counter(each["method"] for each in refused)),
        "calls": dict(Counter(each["method"] for each in _calls(http))),
    }


def configured(folder: Path, emails: Sequence[str], begins: datetime) -> Path:
    """The default configuration with a row for everybody, and their digest at this moment."""
    shutil.copytree(DEFAULTS, folder)
    coverage = yaml.safe_load((folder / "coverage.yml").read_text("utf-8"))
    row = {"partner": "aws", "region": "Nowhere", "channel": "C0AWSCENT"}
    coverage["rows"] += [{**row, "manager": each, "backup": each} for each in emails]
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    at = f"{begins.astimezone(ZoneInfo(ZONE)):%H:%M}"
    coverage["hours"] = [{"email": each, "days": days, "digest_at": at} for each in emails]
    (folder / "coverage.yml").write_text(yaml.safe_dump(coverage), "utf-8")
    return folder


def fill(bot: Bot, http: httpx.Client, emails: Sequence[str], items: int) -> None:
    """So many motions and a tenth as many exceptions, spread over everybody."""
    [(deal, _)] = bot.ports.durable.read(lambda uow: choose(uow, 1, frozenset({Band.HIGH})))
    http.post("/salesforce/_control/change", json={"id": deal, "fields": {"StageName": "Proposal/Price Quote"}})
    wait_until(lambda: any(each.card for each in _motions(bot)), 60)
    first = next(each for each in _motions(bot) if each.card)
    for begin in range(0, items, 500):
        with bot.ports.store.transaction() as uow:
            for n in range(begin, min(begin + 500, items)):
                _add(first, n, emails[n % len(emails)], uow)


def email_of(user_id: str) -> str:
    """A hired person's address."""
    return f"{user_id.casefold()}@meridian.example"


def _hired(http: httpx.Client, people: int) -> Iterator[str]:
    for n in range(people):
        user_id = f"U0P{n:05}"
        who = {"id": user_id, "like": "U0PRIYA", "name": f"Person {n:05}", "email": email_of(user_id), "tz": ZONE}
        http.post("/slack/_control/people", json=who).raise_for_status()
        yield user_id


def _add(first: Motion, n: int, email: str, uow: UnitOfWork) -> None:
    state = _STATES[n % len(_STATES)]
    nudges = 1 if state is MotionState.HANDED_OFF else 0
    far = first.seen_at + _FAR
    # Neither late nor idle: nothing but looking at them is measured.
    still = replace(first, due_at=far, updated_at=far, nudges=nudges)
    uow.motions.add(replace(still, id=MotionId(f"item{n:06}"), state=state, manager_email=email))
    if n % 10 == 0:
        why = "The partner asks for something that is not in the CRM."
        uow.exceptions.open(
            ExceptionItem(f"x{n}", f"item{n:06}", first.opportunity_id, "stuck", why, "look", email, first.seen_at)
        )


def _motions(bot: Bot) -> Sequence[Motion]:
    return bot.ports.durable.read(lambda uow: uow.motions.find(MotionQuery(states=(MotionState.AWAITING,))))


def _calls(http: httpx.Client, method: str = "") -> list[Json]:
    found: list[Json] = http.get("/slack/_control/calls", params={"method": method} if method else {}).json()["calls"]
    return found


def _digests(http: httpx.Client) -> list[Json]:
    posts = [each for each in _calls(http, "chat.postMessage") if each["ok"]]
    return [each for each in posts if str(each["args"]["metadata"]).find("digest:") >= 0]


def _opened(http: httpx.Client) -> list[float]:
    """Seconds from each first opening of Home to the call that published it."""
    events = http.get("/slack/_control/events").json()["events"]
    begun = {
        each["payload"]["event"]["user"]: float(each["payload"]["event"]["event_ts"])
        for each in reversed(events)
        if each["type"] == "app_home_opened"
    }
    published = {each["args"]["user_id"]: _moment(each) for each in reversed(_calls(http, "views.publish"))}
    return [published[user].timestamp() - begun[user] for user in begun.keys() & published.keys()]


def _of(call: Json, ids: Sequence[str]) -> str:
    channel = str(call["args"]["channel"])
    return next(email_of(each) for each in ids if each[1:] == channel[1:])


def _moment(call: Json) -> datetime:
    return datetime.fromisoformat(call["at"])


if __name__ == "__main__":
    main()
