"""Plays it: the real bot in the sandbox world, deals that change all at once, one click a card, and a watch outside."""

import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.chaos.company import Company
from bench.portals import people
from bench.portals.books import SHEET, Books, Filed
from bench.portals.reckoning import Played
from bench.portals.setting import POLL_SECONDS, SIDES, settings_in
from bot.app import Bot, build
from bot.settings import Settings
from motions.model import Motion, MotionState, PartnerKey
from motions.records import MotionQuery, UnitOfWork
from motions.triggers import FEED

TICK = 2.0
CALLS_READ_EVERY = 20.0  # the portals keep their last 5,000
STARTS_WITHIN = 120.0
# Nothing moves for so long: what is missing will not come.
STANDS_STILL = 150.0
AFTERWARDS = 10.0  # for whatever would still be doubled
SENT_BACK_AT_LEAST = 20


class Watch:
    """When each deal was first seen filed, accepted there, and accepted in the CRM."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self.filed_at: dict[str, float] = {}
        self.accepted_at: dict[str, float] = {}
        self.written_at: dict[str, float] = {}
        self.filed: Sequence[Filed] = ()
        self.slowest = TICK
        self._looked_at: float | None = None
        self._calls_read_at = 0.0

    def keep_looking(self, is_over: threading.Event) -> None:
        """Look until it is over; on a thread of its own, since clicking and sending back take longer than a look."""
        while not is_over.wait(TICK):
            self.look()

    def look(self) -> None:
        """One look; an acceptance is noted before the CRM is read, so that no lag is too short."""
        began = time.monotonic()
        if self._looked_at is not None:
            self.slowest = max(self.slowest, began - self._looked_at)
        self._looked_at = began
        if began - self._calls_read_at > CALLS_READ_EVERY:
            self._books.writes()
            self._calls_read_at = began
        self.filed = self._books.filed()
        for each in self.filed:
            self.filed_at.setdefault(each.crm_id, began)
            if each.is_accepted:
                self.accepted_at.setdefault(each.crm_id, began)
        for deal in self._books.written():
            self.written_at.setdefault(deal, time.monotonic())

    @property
    def progress(self) -> tuple[int, int, int]:
        """What grows as long as anything happens."""
        return len(self.filed_at), len(self.accepted_at), len(self.written_at)


def play(count: int, folder: Path, company: Company, *, within: float) -> Played:
    """Replay so many referrals, and what was seen of it."""
    people.open_rooms(company)
    settings = settings_in(folder, company)
    bot = build(settings)
    bot.start(lost=lambda: None)
    try:
        return _played(count, folder, company, settings, bot, within)
    finally:
        bot.stop()


def _played(count: int, folder: Path, company: Company, settings: Settings, bot: Bot, within: float) -> Played:
    _wait(lambda: _is_ready(bot, company), STARTS_WITHIN, "the partners' agreement")
    deals = people.choose(company, count)
    wanted = {deal: side.partner for deal, side in deals}
    books = Books(company, settings.packs_folder)
    typed = books.typed()
    people.move_on(company, deals)
    _say(f"{count} deals changed: {_counted(wanted)}")
    watch, is_over = Watch(books), threading.Event()
    watching = threading.Thread(target=watch.keep_looking, args=(is_over,))
    watching.start()
    try:
        _until_over(wanted, folder, company, settings, bot, watch, within)
        time.sleep(AFTERWARDS)
    finally:
        is_over.set()
        watching.join()
    watch.look()
    return Played(
        wanted=wanted,
        filed=watch.filed,
        written=books.written(),
        writes=books.writes(),
        typed=books.typed() - typed,
        sweep=POLL_SECONDS,
        resolution=watch.slowest,
        filed_at=watch.filed_at,
        accepted_at=watch.accepted_at,
        written_at=watch.written_at,
    )


def _until_over(
    wanted: Mapping[str, str],
    folder: Path,
    company: Company,
    settings: Settings,
    bot: Bot,
    watch: Watch,
    within: float,
) -> None:
    clicked: set[str] = set()
    sent: set[str] = set()
    began = moved = time.monotonic()
    before: tuple[int, ...] = ()
    while not wanted.keys() <= watch.written_at.keys():
        for motion in _asking(bot, wanted):
            if motion.id not in clicked and people.approve(company, motion):
                clicked.add(motion.id)
        packs = [each for each in watch.filed if each.partner == SHEET and not each.is_accepted]
        fresh = [each for each in packs if each.crm_id in wanted and each.crm_id not in sent]
        if len(fresh) >= min(SENT_BACK_AT_LEAST, _of(SHEET, wanted) - len(sent)) and fresh:
            people.send_back(fresh, folder, settings)
            sent |= {each.crm_id for each in fresh}
        now = time.monotonic()
        if (present := (len(clicked), *watch.progress)) != before:
            _say("{:5.0f} s: {} approved, {} filed, {} accepted, {} in the CRM".format(now - began, *present))
            before, moved = present, now
        if now - moved > STANDS_STILL or now - began > within:
            _say(f"given up after {now - began:.0f} s")
            return
        time.sleep(TICK)


def _is_ready(bot: Bot, company: Company) -> bool:
    people.agree(company)

    def look(uow: UnitOfWork) -> bool:
        agreed = all(any(g.confirmed_at for g in uow.grants.unrevoked(PartnerKey(side.partner))) for side in SIDES)
        return agreed and uow.deals.watermark(FEED) is not None

    return bot.ports.durable.read(look)


def _asking(bot: Bot, wanted: Mapping[str, str]) -> list[Motion]:
    query = MotionQuery(states=(MotionState.AWAITING,), limit=100_000)
    found = bot.ports.durable.read(lambda uow: uow.motions.find(query))
    return [motion for motion in found if motion.card is not None and motion.opportunity_id in wanted]


def _of(partner: str, wanted: Mapping[str, str]) -> int:
    return sum(each == partner for each in wanted.values())


def _counted(wanted: Mapping[str, str]) -> str:
    return ", ".join(f"{_of(side.partner, wanted)} for {side.name}" for side in SIDES)


def _wait(holds: Callable[[], bool], within: float, what: str) -> None:
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} did not come within {within:.0f} s; nothing was measured")
        time.sleep(0.5)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
