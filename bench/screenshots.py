"""`python -m bench.screenshots FOLDER`: the pictures of the README and the docs, taken from the sandbox page.

Plays one motion on a world of its own and photographs each surface in headless Chromium as the person it is for.
"""

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from bench.motion import APPROVERS, NEXT, baseline, choose, wait_until
from bot.app import Bot, build
from bot.embedded import start_world
from bot.settings import Settings
from motions.edition_surfaces import Period, Span
from motions.model import Band, Motion
from motions.records import MotionQuery, Queue, Segment
from tests.browser import find

SIZE = {"width": 1180, "height": 860}
LOADED_MS = 1500
_DEALS = 7


def main() -> None:
    """Parse, play, photograph."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level="ERROR")
    with tempfile.TemporaryDirectory(prefix="cosell-shots-") as scratch:
        world = start_world(0, tick_seconds=None, deals=1500)
        try:
            settings = Settings(cosell_database_url=f"sqlite:///{Path(scratch)}/shots.db", cosell_port=0)
            bot = build(settings.on_sandbox(world.url))
            bot.start(lost=lambda: None)
            with httpx.Client(base_url=world.url, timeout=20) as http:
                photograph(bot, http, world.url, folder)
            bot.stop()
        finally:
            world.stop()
    sys.stdout.flush()
    os._exit(0)


def photograph(bot: Bot, http: httpx.Client, url: str, folder: Path) -> None:
    """One motion through its surfaces: card, filed card, handoff, Home and the forms behind it, queue."""
    motions = _motions_under_way(bot, http)
    first = next(motion for motion in motions if motion.next_act.startswith("approve"))
    approver = APPROVERS[first.channel]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
        shoot = _shooter(page, url, folder)
        shoot(f"{approver}/{first.channel}", "card", 1500)
        _act(http, approver, first.channel, first.card.ts if first.card else "", "motion.approve")
        wait_until(lambda: (_now(bot, first)).handoff is not None, 240)
        wait_until(lambda: _now(bot, first).logged_at is not None, 240)
        shoot(f"{approver}/{first.channel}", "accepted", 1500)
        shoot("U0ALEX/C0SHAREDAWS", "handoff", 760)
        handoff = _now(bot, first).handoff
        _act(http, "U0ALEX", "C0SHAREDAWS", handoff.ts if handoff else "", "handoff.take")
        _tell(bot, first.channel)
        shoot(f"{approver}/{first.channel}", "edition", 1000)
        shoot("U0DANA/home", "home", 1000)
        page.get_by_role("button", name="Review", exact=True).first.click()
        page.wait_for_timeout(LOADED_MS)
        page.screenshot(path=str(folder / "desk.png"))
        http.post("/slack/_control/act/command", json={**_command(approver, first.channel), "text": "queue"})
        shoot(f"{approver}/{first.channel}", "queue", 760)
        _ask_by_link(page, shoot, first, folder)
        _decide(page, shoot, folder)
        browser.close()


def _ask_by_link(page: Page, shoot: Callable[[str, str, int], None], motion: Motion, folder: Path) -> None:
    """A link to a deal among sellers, and what whoever presses is shown."""
    shoot("U0DANA/C0SALES", "link", 520)
    page.keyboard.press("Escape")  # the form of before is still open
    link = f"https://meridian.lightning.force.com/lightning/r/Opportunity/{motion.opportunity_id}/view"
    page.get_by_test_id("composer").fill(f"Does AWS know somebody there? {link}")
    page.get_by_test_id("composer").press("Enter")
    page.get_by_role("button", name="A deal", exact=True).first.click()
    page.get_by_test_id("details").get_by_text("Confidence").wait_for()
    page.wait_for_timeout(LOADED_MS)
    page.screenshot(path=str(folder / "link.png"))


def _tell(bot: Bot, channel: str) -> None:
    """What a channel hears in the morning, and of a week."""
    today = bot.ports.clock.now().date()
    first = Period.around(Span.WEEK, today).first.isoformat()
    digest = Segment(
        "send_channel_digest", f"digest:{channel}:{today}", (channel, today.isoformat()), Queue.SLACK, channel
    )
    args = (channel, Span.WEEK.value, first, "UTC")
    with bot.ports.store.transaction() as uow:
        uow.enqueue(digest)
        uow.enqueue(Segment("send_edition", f"edition:{channel}:week:{first}", args, Queue.SLACK, channel))
    wait_until(lambda: not bot.ports.durable.is_under_way("edition:"), 60)


def _decide(page: Page, shoot: Callable[[str, str, int], None], folder: Path) -> None:
    """What an admin sets up, and what a changed rule would change before it is in force."""
    page.keyboard.press("Escape")
    shoot("U0SAM/C0COSELLOPS", "setup", 900)
    _type(page, "/cosell setup")
    page.screenshot(path=str(folder / "setup.png"))
    _type(page, "/cosell rules")
    page.get_by_role("button", name="Change", exact=True).nth(-4).click()
    page.wait_for_timeout(LOADED_MS)
    page.get_by_label("Points, if it adds any").fill("0.1")
    page.screenshot(path=str(folder / "rule.png"))
    page.get_by_test_id("modal-submit").click()
    page.wait_for_timeout(2 * LOADED_MS)
    page.screenshot(path=str(folder / "preview.png"))


def _type(page: Page, words: str) -> None:
    page.get_by_test_id("composer").fill(words)
    page.get_by_test_id("composer").press("Enter")
    page.wait_for_timeout(2 * LOADED_MS)


def _motions_under_way(bot: Bot, http: httpx.Client) -> list[Motion]:
    read = bot.ports.durable.read
    baseline(bot)
    for deal, stage in read(lambda uow: choose(uow, _DEALS, frozenset({Band.HIGH}))):
        http.post("/salesforce/_control/change", json={"id": deal, "fields": {"StageName": NEXT[stage]}})

    def asked() -> list[Motion]:
        return [m for m in read(lambda uow: uow.motions.find(MotionQuery())) if m.card is not None]

    wait_until(lambda: len(asked()) == _DEALS, 240)
    return sorted(asked(), key=lambda m: -m.score)


def _shooter(page: Page, url: str, folder: Path) -> Callable[[str, str, int], None]:
    def shoot(place: str, name: str, height: int) -> None:
        page.set_viewport_size({"width": SIZE["width"], "height": height})
        page.goto("about:blank")
        page.goto(f"{url}/#{place}")
        page.wait_for_timeout(LOADED_MS)
        page.screenshot(path=str(folder / f"{name}.png"))

    return shoot


def _act(http: httpx.Client, user: str, channel: str, ts: str, action_id: str) -> None:
    body = {"user": user, "channel": channel, "message_ts": ts, "action_id": action_id}
    outcome = http.post("/slack/_control/act/action", json=body).raise_for_status().json()
    if not outcome["ok"]:
        raise SystemExit(f"{user} could not press {action_id}: {outcome}")


def _command(user: str, channel: str) -> dict[str, str]:
    return {"user": user, "channel": channel, "command": "/cosell"}


def _now(bot: Bot, motion: Motion) -> Motion:
    found = bot.ports.durable.read(lambda uow: uow.motions.get(motion.id))
    assert found is not None
    return found


if __name__ == "__main__":
    main()
