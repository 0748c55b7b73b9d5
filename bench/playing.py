"""Playing real motions to their ends on the sandbox, one for each way a motion ends; measures nothing.

The outside is the sandbox world over HTTP, the bot is the real one. Only what takes days is hurried: its sweeps are
run with a clock that is days ahead.
"""

import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

import httpx

from bench.motion import APPROVERS, NEXT, baseline, wait_until
from bot.app import Bot, build
from bot.embedded import start_world
from bot.settings import Settings
from motions import approvals, handoffs, nudging, sweeping
from motions.deals import OpportunityId
from motions.model import Band, Motion, MotionState, Person, Role
from motions.records import MotionQuery, UnitOfWork

POLL_SECONDS = 0.5
DEALS = 1000  # in the sandbox world; a quarter of them open
ENDS = (
    MotionState.ENGAGED,
    MotionState.HANDED_OFF,
    MotionState.DENIED,
    MotionState.REJECTED,
    MotionState.EXPIRED,
)
REST_LOOKS = 3  # in a row without anything under way: what one segment starts has been started

# What a referral needs beyond what every deal has, so that its card can be approved.
WHOLE = {
    "Amount": 60000,
    "Type": "New Business",
    "Description": "Dispatchers cannot see where freight is and lose two hours a day looking for it.",
    "NextStep": "Workshop with their people",
}


class HastyClock:
    """Time that is some days ahead, on a working day at noon in New York."""

    def __init__(self, days: int) -> None:
        self._days = days

    def now(self) -> datetime:
        """That moment."""
        moment = (datetime.now(UTC) + timedelta(days=self._days)).replace(hour=17)
        return moment + timedelta(days=max(0, 8 - moment.isoweekday()) if moment.isoweekday() > 5 else 0)  # noqa: PLR2004


def motion_of(bot: Bot, opportunity_id: OpportunityId) -> Motion | None:
    """A deal's one motion."""
    found = bot.ports.durable.read(lambda uow: uow.motions.find(MotionQuery(opportunity_id=opportunity_id)))
    return found[0] if found else None


def whole_deals(bot: Bot, count: int) -> Sequence[tuple[OpportunityId, str]]:
    """The CRM's open deals without a motion that deserve one at the next stage, which is named here."""
    standing = bot.ports.feed.standing()
    found = bot.ports.durable.read(lambda uow: list(islice(_deserving(standing, uow), count)))
    if len(found) < count:
        raise SystemExit(f"the sandbox has only {len(found)} deals that deserve a motion; asked for {count}")
    return found


def change(http: httpx.Client, opportunity_id: OpportunityId, stage: str) -> None:
    """A person moves a deal on in the CRM and fills what was missing."""
    body = {"id": opportunity_id, "fields": {**WHOLE, "StageName": stage}}
    http.post("/salesforce/_control/change", json=body).raise_for_status()


def asked(bot: Bot, opportunity_id: OpportunityId) -> Motion | None:
    """A deal's motion once its card is out."""
    motion = motion_of(bot, opportunity_id)
    return motion if motion is not None and motion.card is not None else None


def click(http: httpx.Client, motion: Motion) -> None:
    """Approve on the card; done when the bot has answered."""
    assert motion.card is not None
    place = {"user": APPROVERS[motion.channel], "channel": motion.channel, "message_ts": motion.card.ts}
    http.post("/slack/_control/act/action", json={**place, "action_id": "motion.approve"}).raise_for_status()


def play(bot: Bot, http: httpx.Client) -> Sequence[Motion]:
    """One motion for each end, whole, and everything it was about to do done."""
    http.post("/aws/_control/reviewer", json={"mode": "manual"}).raise_for_status()
    baseline(bot)
    deals = whole_deals(bot, len(ENDS))
    for deal, stage in deals:
        change(http, deal, stage)
    by_end = {end: deal for end, (deal, _) in zip(ENDS, deals, strict=True)}
    wait_until(lambda: all(asked(bot, deal) for deal, _ in deals), 60)
    _decide(bot, http, by_end)
    _come_to_rest(bot, list(by_end.values()))
    _let_days_pass(bot, by_end)
    _come_to_rest(bot, list(by_end.values()))
    played = [motion for deal, _ in deals if (motion := motion_of(bot, deal)) is not None]
    assert [motion.state for motion in played] == list(ENDS), [(m.state, m.next_act) for m in played]
    return played


def _deserving(ids: Iterable[OpportunityId], uow: UnitOfWork) -> Iterator[tuple[OpportunityId, str]]:
    for opportunity_id in ids:
        deal, match = uow.deals.get(opportunity_id), uow.matches.latest(opportunity_id)
        best = match.best if match else None
        if deal is None or best is None or deal.stage not in NEXT or deal.account is None:
            continue
        if best.band in {Band.HIGH, Band.GREY} and not uow.motions.find(MotionQuery(opportunity_id=opportunity_id)):
            yield opportunity_id, NEXT[deal.stage]


def _decide(bot: Bot, http: httpx.Client, by_end: dict[MotionState, OpportunityId]) -> None:
    manager = _person(bot, bot.ports.config.coverage.rows[0].manager)
    denied = asked(bot, by_end[MotionState.DENIED])
    assert denied is not None
    token = bot.ports.durable.read(lambda uow: uow.decisions.latest(denied.id))
    assert token is not None
    approvals.deny(token[0].token, manager, "They buy elsewhere", bot.ports)
    filed = {end: by_end[end] for end in (MotionState.ENGAGED, MotionState.HANDED_OFF, MotionState.REJECTED)}
    for deal in filed.values():
        motion = asked(bot, deal)
        assert motion is not None
        click(http, motion)
    wait_until(lambda: all(_is(bot, deal, MotionState.IN_REVIEW) for deal in filed.values()), 60)
    reviewed = {each["crm_id"]: each["id"] for each in _summary(http)}
    for end, deal in filed.items():
        decision = "reject" if end is MotionState.REJECTED else "approve"
        http.post("/aws/_control/review", json={"id": reviewed[deal], "decision": decision}).raise_for_status()
    wait_until(lambda: all(_is(bot, filed[end], MotionState.HANDED_OFF) for end in list(filed)[:2]), 60)
    _take(bot, filed[MotionState.ENGAGED])


def _take(bot: Bot, deal: OpportunityId) -> None:
    wait_until(lambda: (motion := motion_of(bot, deal)) is not None and motion.handoff is not None, 60)
    motion = motion_of(bot, deal)
    assert motion is not None
    assert motion.handoff_token is not None
    partner = bot.ports.config.partner(motion.partner)
    rep = Person(next(iter(partner.team_ids)), "U0ALEX", "Alex Moreno", Role.PARTNER, partner=partner.key)
    handoffs.take(motion.handoff_token, rep, bot.ports)


def _let_days_pass(bot: Bot, by_end: dict[MotionState, OpportunityId]) -> None:
    """The card nobody decided expires; the handoff nobody took is chased until a person is asked to."""
    sweeping.expire_cards(replace(bot.ports, clock=HastyClock(7)))
    cold = by_end[MotionState.HANDED_OFF]
    for n in range(1, bot.ports.config.policy.nudges_at_most + 1):
        nudging.sweep_cold(replace(bot.ports, clock=HastyClock(7 * n)))
        wait_until(lambda n=n: (motion := motion_of(bot, cold)) is not None and motion.nudges == n, 30)  # type: ignore[misc] # bound now, on purpose
    nudging.sweep_cold(replace(bot.ports, clock=HastyClock(7 * (n + 1))))
    with bot.ports.store.transaction() as uow:
        motion = uow.motions.find(MotionQuery(opportunity_id=cold))[0]
        uow.exceptions.resolve(motion.id, at=datetime.now(UTC))  # somebody called them


def _come_to_rest(bot: Bot, deals: Sequence[OpportunityId]) -> None:
    looks = 0
    while looks < REST_LOOKS:
        motions = [motion_of(bot, deal) for deal in deals]
        busy = any(motion is not None and bot.durable.is_under_way(f"{motion.id}:") for motion in motions)
        looks = 0 if busy else looks + 1
        time.sleep(0.5)


def _is(bot: Bot, deal: OpportunityId, state: MotionState) -> bool:
    motion = motion_of(bot, deal)
    return motion is not None and motion.state is state


def _person(bot: Bot, email: str) -> Person:
    person = bot.ports.people.by_email(email)
    assert person is not None
    return person


def _summary(http: httpx.Client) -> Sequence[dict[str, str]]:
    found: Sequence[dict[str, str]] = http.get("/aws/_control/summary").raise_for_status().json()["opportunities"]
    return found


def main(url: str) -> None:
    """Play into a new database and leave it behind."""
    logging.basicConfig(level="ERROR")
    world = start_world(0, tick_seconds=None, deals=DEALS)
    try:
        given = Settings(cosell_database_url=url, cosell_port=0, cosell_poll_seconds=POLL_SECONDS)
        bot = build(given.on_sandbox(world.url))
        bot.start(lost=lambda: None)
        with httpx.Client(base_url=world.url, timeout=30) as http:
            play(bot, http)
        bot.stop()
    finally:
        world.stop()
    os._exit(0)  # the engine's executor threads would hold the interpreter


if __name__ == "__main__":
    main(sys.argv[1])
