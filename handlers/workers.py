"""Works off envelopes from what was stored of them, on threads of its own; knows neither Slack nor any use case.

What a worker cannot get to stays in the store, where `replay` finds it, after a crash too. An envelope is leased to
one process at a time. Should a lease end while its work still runs, two run at once: use cases are idempotent, so
that does no harm.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import timedelta

from handlers.envelopes import reference_of
from handlers.keeping import Keeper
from handlers.submitters import Submitter
from motions.ports import Clock
from motions.records import Envelope, Inbox

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)  # three times as long as what passes between two replays
MOST_TRIES = 10  # with the pauses between them half an hour
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
ROOM = 2_000
# A form may call the CRM and hold its thread while that hangs, so they are many: a denial must not wait behind those.
# Clicks and questions never do.
_THREADS = {"view_submission": 32, "": 8}


Work = Callable[[Envelope, Submitter | None], bool]
GiveUp = Callable[[Envelope, str], None]  # and the reference its log lines carry


class Workers:
    """A bounded pool over the inbox. `work` answers whether an envelope is done; False is tried again later."""

    def __init__(
        self, work: Work, give_up: GiveUp, keeper: Keeper, clock: Clock, lanes: Mapping[str, Executor] | None = None
    ) -> None:
        self._work = work
        self._give_up = give_up
        self._keeper = keeper
        self._clock = clock
        self._lanes = lanes or {
            kind: ThreadPoolExecutor(threads, thread_name_prefix=f"slack-{kind or 'work'}")
            for kind, threads in _THREADS.items()
        }
        self._lock = threading.Lock()
        self._in_hand: set[str] = set()

    def hand_over(self, envelope: Envelope, submitter: Submitter | None = None) -> None:
        """Work it off soon; when there is no room it stays in the store until a replay finds it."""
        with self._lock:
            has_room = len(self._in_hand) < ROOM and envelope.key not in self._in_hand
            if has_room:
                self._in_hand.add(envelope.key)
        if not has_room:
            _leave(submitter)
            return
        lane = self._lanes.get(envelope.kind) or self._lanes[""]
        try:
            lane.submit(self._work_off, envelope, submitter)
        except RuntimeError:  # stopping: the next start finds it
            self._let_go(envelope, submitter)

    def replay(self) -> int:
        """Take what nobody works on any more; how many."""
        now = self._clock.now()
        with self._lock:
            in_hand = list(self._in_hand)

        def take(inbox: Inbox) -> Sequence[Envelope]:
            inbox.hold(in_hand, until=now + LEASE)
            return inbox.take(now=now, until=now + LEASE, limit=max(ROOM - len(in_hand), 0))

        taken = self._keeper.write(take)
        for envelope in taken:
            logger.info("envelope.replayed kind=%s reference=%s try=%d", *_facts(envelope))
            self.hand_over(envelope)
        return len(taken)

    def stop(self, within: float) -> None:
        """Let what runs finish; what only waits stays in the store."""
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)
        done = threading.Thread(target=self._join, name="slack-workers-stop", daemon=True)
        done.start()
        done.join(within)
        self._keeper.flush()
        if done.is_alive():
            logger.warning("slack.workers-stopped work=unfinished")

    def _join(self) -> None:
        for lane in self._lanes.values():
            lane.shutdown(wait=True)

    def _work_off(self, envelope: Envelope, submitter: Submitter | None) -> None:
        try:
            self._settle(envelope, is_done=envelope.tries <= MOST_TRIES and self._try(envelope, submitter))
        except Exception:  # boundary: the store is away; the lease ends, and the envelope is taken up again
            logger.exception("envelope.unmarked kind=%s reference=%s try=%d", *_facts(envelope))
        finally:
            self._let_go(envelope, submitter)

    def _try(self, envelope: Envelope, submitter: Submitter | None) -> bool:
        try:
            return self._work(envelope, submitter)
        except Exception:  # boundary: no envelope stops a worker
            logger.exception("envelope.failed kind=%s reference=%s try=%d", *_facts(envelope))
            return False

    def _settle(self, envelope: Envelope, *, is_done: bool) -> None:
        now = self._clock.now()
        if is_done:
            self._mark(envelope, lambda inbox: inbox.handled(envelope.key, now))
        elif envelope.tries < MOST_TRIES:
            self._mark(envelope, lambda inbox: inbox.hold([envelope.key], until=now + _pause(envelope.tries)))
        else:
            logger.error("envelope.gave-up kind=%s reference=%s try=%d", *_facts(envelope))
            self._give_up(envelope, _facts(envelope)[1])

    def _mark(self, envelope: Envelope, change: Callable[[Inbox], None]) -> None:
        def look(marked: "Future[None]") -> None:
            if marked.exception() is not None:  # the lease ends, and the envelope is taken up again
                logger.error("envelope.unmarked kind=%s reference=%s try=%d", *_facts(envelope))

        self._keeper.add(change).add_done_callback(look)

    def _let_go(self, envelope: Envelope, submitter: Submitter | None) -> None:
        with self._lock:
            self._in_hand.discard(envelope.key)
            is_last = not self._in_hand
        if is_last:  # else the mark goes along with what comes next: half as many commits when there is much to do
            self._keeper.flush()
        _leave(submitter)


def _leave(submitter: Submitter | None) -> None:
    if submitter is not None:
        submitter.leave()


def _pause(tries: int) -> timedelta:
    doubled: timedelta = _FIRST_PAUSE * 2 ** (tries - 1)
    return min(doubled, _LONGEST_PAUSE)


def _facts(envelope: Envelope) -> tuple[str, str, int]:
    return envelope.kind, reference_of(json.loads(envelope.payload)), envelope.tries
