"""`cosell demo`: one whole motion in the terminal, on a sandbox world of its own; every outside call is real HTTP.

Plays the people (a seller's CRM edit, an approval, a partner's click) through the world's control API, and checks
the outcome in the world's own books, not in ours.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.app import Bot, build
from bot.embedded import World, start_world
from bot.settings import Settings
from bot.stories import effects_table, said
from motions.deals import Opportunity
from motions.effects import EffectStatus
from motions.explaining import Story, clocks_of, tell
from motions.model import Band, Motion, MotionState, PartnerKey
from motions.records import MotionQuery, UnitOfWork
from motions.triggers import FEED
from motions.writing import WORD_LIMIT, count_words

T = TypeVar("T")

STEP_WITHIN = 40.0
DEALS = 600
APPROVER = "U0PRIYA"
PARTNER_SELLER = "U0ALEX"
SHARED_CHANNEL = "C0SHAREDAWS"
AWS = PartnerKey("aws")


class DemoFailedError(Exception):
    """A step of the motion did not happen."""


@dataclass
class Scene:
    """Where the demo plays: the world, the bot, and a way to ask the world."""

    world: World
    bot: Bot
    http: httpx.Client

    def ask(self, path: str) -> Any:
        """What the world's control API answers."""
        return self.http.get(path).raise_for_status().json()

    def act(self, path: str, **body: object) -> Any:
        """Do something in the world as one of its people."""
        return self.http.post(path, json=body).raise_for_status().json()

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Look into the bot's store."""
        return self.bot.ports.durable.read(work)


def run_demo() -> int:
    """Play the motion; 0 when every step happened, 1 when one did not."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="cosell-demo-") as folder:
        world = start_world(0, tick_seconds=None, deals=DEALS)
        try:
            # Alex presses Agree here, and is seen to.
            httpx.post(f"{world.url}/world/_control/autopilot", json={"on": False}).raise_for_status()
            settings = Settings(cosell_database_url=f"sqlite:///{Path(folder)}/demo.db", cosell_port=0)
            bot = build(settings.on_sandbox(world.url))
            bot.start(lost=lambda: None)
            try:
                with httpx.Client(base_url=world.url, timeout=10) as http:
                    return _play(Scene(world, bot, http), console)
            finally:
                bot.stop()
        except DemoFailedError as failure:
            console.print(f"[bold red]The demo stopped:[/] {failure}")
            return 1
        finally:
            world.stop()


def _play(scene: Scene, console: Console) -> int:
    with _progress(console) as progress:
        _step(progress, "Alex Moreno of AWS agrees to what is shared with AWS", lambda: _agree(scene))
        deal = _step(progress, "Scoring every open deal", lambda: _promising_deal(scene))
        _step(progress, f"A seller moves {deal.name} on in the CRM", lambda: _change(scene, deal))
        motion = _step(progress, "Matched, briefed and asked in the alliance channel", lambda: _asked(scene, deal))
        _step(progress, "Priya Raman clicks Approve", lambda: _approve(scene, motion))
        _step(progress, "Filed in the partner's portal", lambda: _reached(scene, motion, "referral_id"))
        _step(progress, "Accepted, written to the CRM, handed to the partner's seller", lambda: _handed(scene, motion))
        _step(progress, "Alex Moreno of AWS takes it on", lambda: _take(scene, motion))
        story = _step(progress, "Outcome logged", lambda: _logged(scene, motion))
    console.print(_clocks(story))
    console.print(effects_table(story))
    checks = _checks(scene, story)
    for what, holds in checks:
        console.print(f"{'[green]holds[/]' if holds else '[bold red]FAILS[/]'}  {what}")
    return 0 if all(holds for _, holds in checks) else 1


def _agree(scene: Scene) -> bool:
    """Press Agree on the card that cosell posted in the shared channel, until it stands."""
    if scene.read(lambda uow: any(grant.confirmed_at for grant in uow.grants.unrevoked(AWS))):
        return True
    for message in _messages(scene, SHARED_CHANNEL):
        if "grant.agree" in str(message.get("blocks")):
            place = {"user": PARTNER_SELLER, "channel": SHARED_CHANNEL, "message_ts": message["ts"]}
            scene.act("/slack/_control/act/action", **place, action_id="grant.agree")
    return False


def _promising_deal(scene: Scene) -> Opportunity | None:
    """An open deal of high confidence that has all a referral needs; the choice is the demo's, the match is not."""

    def pick(uow: UnitOfWork) -> Opportunity | None:
        if uow.deals.watermark(FEED) is None:
            return None
        for deal in uow.deals.search(" - ", limit=DEALS):
            match = uow.matches.latest(deal.id)
            best = match.best if match else None
            if best is not None and best.band is Band.HIGH and _is_whole(deal):
                return deal
        raise DemoFailedError("no open deal of the sandbox scores high and is complete")

    return scene.read(pick)


def _is_whole(deal: Opportunity) -> bool:
    account = deal.account
    return bool(
        account and account.country == "US" and account.website and deal.description and deal.stage == "qualified"
    )


def _change(scene: Scene, deal: Opportunity) -> bool:
    scene.act("/salesforce/_control/change", id=deal.id, fields={"StageName": "Proposal/Price Quote"})
    return True


def _asked(scene: Scene, deal: Opportunity) -> Motion | None:
    found = scene.read(lambda uow: uow.motions.find(MotionQuery(opportunity_id=deal.id)))
    return found[0] if found and found[0].card is not None else None


def _approve(scene: Scene, motion: Motion) -> bool:
    assert motion.card is not None
    place = {"user": APPROVER, "channel": motion.card.channel, "message_ts": motion.card.ts}
    answer = scene.act("/slack/_control/act/action", **place, action_id="motion.approve")
    if not answer.get("ok"):
        raise DemoFailedError(f"Slack did not take the click: {answer}")
    return True


def _reached(scene: Scene, motion: Motion, field: str) -> bool:
    now = scene.read(lambda uow: uow.motions.get(motion.id))
    if now is not None and now.state is MotionState.NEEDS_PERSON:
        raise DemoFailedError(f"the motion needs a person: {now.next_act}")
    return now is not None and getattr(now, field) is not None


def _handed(scene: Scene, motion: Motion) -> bool:
    return _reached(scene, motion, "handoff") and _reached(scene, motion, "logged_at")


def _take(scene: Scene, motion: Motion) -> bool:
    now = scene.read(lambda uow: uow.motions.get(motion.id))
    assert now is not None
    assert now.handoff is not None
    place = {"user": PARTNER_SELLER, "channel": now.handoff.channel, "message_ts": now.handoff.ts}
    return bool(scene.act("/slack/_control/act/action", **place, action_id="handoff.take").get("ok"))


def _logged(scene: Scene, motion: Motion) -> Story | None:
    """The finished story: engaged in the CRM too, and nothing of it under way any more."""
    record = scene.ask(f"/salesforce/_control/record/Opportunity/{motion.opportunity_id}")
    if record.get("Cosell_Status__c") != "Engaged" or scene.bot.ports.durable.is_under_way(f"{motion.id}:"):
        return None
    return scene.read(lambda uow: tell(motion.id, uow))


def _checks(scene: Scene, story: Story) -> list[tuple[str, bool]]:
    """The outcome as the outside systems hold it."""
    motion = story.motion
    filed = [o for o in scene.ask("/aws/_control/summary")["opportunities"] if o["crm_id"] == motion.opportunity_id]
    record = scene.ask(f"/salesforce/_control/record/Opportunity/{motion.opportunity_id}")
    posted = [m for m in _messages(scene, SHARED_CHANNEL) if not m.get("thread_ts") and not m.get("ephemeral_to")]
    handoffs = [m for m in posted if _key_of(m).endswith(":handoff")]
    told = {_key_of(m).rpartition(":")[2] for m in posted}
    texts = [motion.brief, *(str(m.get("text", "")) for m in handoffs)]
    people = scene.ask("/slack/_control/calls")
    return [
        ("AWS holds exactly one opportunity with our CRM id", len(filed) == 1),
        ("its review status is Approved", bool(filed) and filed[0]["review_status"] == "Approved"),
        ("the CRM holds the referral id", record.get("Cosell_Referral_Id__c") == motion.referral_id),
        ("the CRM holds the partner's manager", bool(record.get("Cosell_PAM__c"))),
        ("the CRM holds the next step", bool(record.get("Cosell_Next_Step__c"))),
        ("the shared channel holds exactly one handoff", len(handoffs) == 1),
        ("and beside it only the grant and the joint forecast", told <= {"card", "handoff", SHARED_CHANNEL}),
        (f"every text is at most {WORD_LIMIT} words", all(count_words(text) <= WORD_LIMIT for text in texts)),
        ("every effect is done", all(effect.status is EffectStatus.DONE for effect in story.effects)),
        ("Slack was really called", bool(people)),
        ("T_match and T_first are under 60 s", _is_fast(story)),
    ]


def _messages(scene: Scene, channel: str) -> list[dict[str, Any]]:
    answer = scene.ask(f"/slack/_control/messages?channel={channel}")
    found: list[dict[str, Any]] = answer["messages"] if isinstance(answer, dict) else answer
    return found


def _key_of(message: dict[str, Any]) -> str:
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("key") or "")


def _is_fast(story: Story) -> bool:
    minute = timedelta(seconds=60)
    clocks = clocks_of(story.motion)
    return clocks.match < minute and clocks.first is not None and clocks.first < minute


def _clocks(story: Story) -> Table:
    clocks = clocks_of(story.motion)
    table = Table("clock", "from the CRM's stamp", title="The three clocks", box=None)
    table.add_row("T_match: partner on the record", said(clocks.match))
    table.add_row("T_first: first effect or approval request", said(clocks.first))
    table.add_row("T_e2e: outcome in the CRM", said(clocks.e2e))
    table.add_row("of which people were waited for", said(clocks.human_wait))
    return table


def _progress(console: Console) -> Progress:
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _step(progress: Progress, title: str, look: Callable[[], T | None]) -> T:
    """Do or wait for one step; DemoFailedError when it does not happen in time."""
    task = progress.add_task(title, total=1)
    deadline = time.monotonic() + STEP_WITHIN
    while time.monotonic() < deadline:
        found = look()
        if found:
            progress.update(task, completed=1)
            return found
        time.sleep(0.1)
    raise DemoFailedError(f"“{title}” did not happen within {STEP_WITHIN:.0f} s")
