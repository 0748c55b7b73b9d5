"""What a scraper is told: the clocks, what waits, what became of effects. Alone in importing prometheus_client.

What happened is a fold over the log's entries since this process started; what stands now is counted by index; what is
no entry is heard from log lines. No label names a customer, a person or a deal.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from threading import Lock

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

from bot.jobs import Job
from bot.logs import event_of, fields_of
from motions.effects import EffectStatus
from motions.errors import Unavailable
from motions.model import Motion, MotionId
from motions.ports import Clock
from motions.records import LogEntry
from store.figures import Figures

CONTENT_TYPE = CONTENT_TYPE_LATEST
ANSWERS_WITHIN = 2.0
AT_ONCE = 1000
PAGES = 20  # entries a scrape reads at most, in pages; the next one goes on

_CLOCKS = (1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 300, 600, 1800, 3600, 14400, 86400, 259200)
_WAITS = (60, 300, 900, 3600, 14400, 28800, 86400, 259200, 432000)
_WORD = re.compile(r"[A-Za-z0-9 ._()/-]{1,60}")


class Metrics:
    """Counts for one process; `handler` hears the log lines of all of it."""

    def __init__(self, figures: Figures, jobs: Mapping[str, Job], clock: Clock) -> None:
        self._figures = figures
        self._jobs = jobs
        self._clock = clock
        self._lock = Lock()
        self._read_until = figures.log_ends_at()
        self._registry = CollectorRegistry()
        self._happened = _Happened(self._registry)
        self._stands = _Stands(self._registry)
        self.handler: logging.Handler = _Heard(self._registry)
        Info("cosell", "The running program.", registry=self._registry).info({"version": version("cosell")})
        ProcessCollector(registry=self._registry)

    def scrape(self) -> bytes:
        """Everything in Prometheus' text format; what a database that is away cannot tell keeps its last value."""
        answers = False
        # A scrape that waits for a database that hangs must not make the next ones wait for it.
        if self._lock.acquire(timeout=ANSWERS_WITHIN):
            try:
                self._fold()
                self._stands.measure(self._figures, self._clock.now())
                answers = True
            except Unavailable:
                pass
            finally:
                self._lock.release()
        self._stands.database.set(answers)
        self._stands.say_when([*self._jobs.values()])
        return generate_latest(self._registry)

    def _fold(self) -> None:
        for _ in range(PAGES):
            entries = self._figures.logged_after(self._read_until, AT_ONCE)
            marked = {MotionId(entry.subject) for entry in entries if _marks(entry)}
            motions = self._figures.motions(sorted(marked))
            for entry in entries:
                self._happened.count(entry, motions.get(MotionId(entry.subject)))
            if entries:
                self._read_until = entries[-1].seq
            if len(entries) < AT_ONCE:
                return


class _Happened:
    """Counters and clocks, fed with entries of the log."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._clocks = Histogram(
            "cosell_clock_seconds",
            "From the source's stamp to the match, the first action and the outcome in the CRM.",
            ["clock"],
            buckets=_CLOCKS,
            registry=registry,
        )
        self._waits = Histogram(
            "cosell_human_wait_seconds", "From a card that asks to its approval.", buckets=_WAITS, registry=registry
        )
        self._moves = Counter("cosell_motion_moves", "Motions that came into a state.", ["to"], registry=registry)
        self._effects = Counter("cosell_effects", "What became of effects.", ["kind", "status"], registry=registry)
        self._exceptions = Counter("cosell_exceptions", "Exceptions opened.", ["code"], registry=registry)
        for clock in ("match", "first", "e2e"):
            self._clocks.labels(clock)

    def count(self, entry: LogEntry, motion: Motion | None) -> None:
        """Count one entry; `motion` is the one it marks a clock of."""
        noun, _, verb = entry.event.partition(".")
        if noun == "effect" and verb in {status.value for status in EffectStatus}:
            self._effects.labels(_word(entry.detail.get("kind")), verb).inc()
        elif noun == "exception" and verb == "opened":
            self._exceptions.labels(_word(entry.detail.get("code"))).inc()
        elif entry.event == "motion.opened":
            self._moves.labels("matched").inc()
        elif noun == "motion" and "to" in entry.detail:
            self._moves.labels(_word(entry.detail["to"])).inc()
        if motion is not None:
            self._stop_clocks(_marks(entry), motion)

    def _stop_clocks(self, marks: Mapping[str, datetime], motion: Motion) -> None:
        for field, clock in (("matched_at", "match"), ("first_at", "first"), ("logged_at", "e2e")):
            if field in marks:
                self._clocks.labels(clock).observe(_seconds(marks[field] - motion.triggered_at))
        if "approved_at" in marks and motion.asked_at is not None:
            self._waits.observe(_seconds(marks["approved_at"] - motion.asked_at))


class _Stands:
    """Gauges, set anew by each scrape."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, says: str, *labels: str) -> Gauge:
            return Gauge(f"cosell_{name}", says, labels, registry=registry)

        self.database = gauge("database_up", "Whether the database answered this scrape.")
        self._motions = gauge("motions", "Motions under way, by state.", "state")
        self._segments = gauge("segments", "Segments in a queue, waiting or running.", "queue", "status")
        self._delayed = gauge("segments_delayed", "Segments that wait for their time.")
        self._queued = gauge("segments_oldest_seconds", "Age of the oldest segment that waits.", "queue")
        self._envelopes = gauge("envelopes_pending", "Deliveries of Slack and the webhook not yet handled.")
        self._envelope_age = gauge("envelopes_oldest_seconds", "Age of the oldest of them.")
        self._exceptions = gauge("exceptions_open", "What waits for a person.", "code")
        self._exception_age = gauge("exceptions_oldest_seconds", "Age of the oldest of it.", "code")
        self._jobs = gauge("job_last_worked_timestamp_seconds", "When a regular job last worked.", "job")

    def measure(self, figures: Figures, now: datetime) -> None:
        """Count what stands now; raises Unavailable."""
        self._count_segments(figures, now)
        for state, count in figures.live_motions().items():
            self._motions.labels(state.value).set(count)
        envelopes = figures.envelopes()
        self._envelopes.set(envelopes.count)
        self._envelope_age.set(_age(envelopes.oldest_at, now))
        self._exceptions.clear()
        self._exception_age.clear()
        for code, waiting in figures.open_exceptions().items():
            self._exceptions.labels(_word(code)).set(waiting.count)
            self._exception_age.labels(_word(code)).set(_age(waiting.oldest_at, now))

    def say_when(self, jobs: Iterable[Job]) -> None:
        """When each job last worked; one that never did has no value."""
        for job in jobs:
            if job.last_worked_at is not None:
                self._jobs.labels(job.name).set(job.last_worked_at.timestamp())

    def _count_segments(self, figures: Figures, now: datetime) -> None:
        self._segments.clear()
        self._queued.clear()
        for (queue, status), waiting in figures.segments().items():
            is_waiting = status == "ENQUEUED"
            self._segments.labels(queue, "waiting" if is_waiting else "running").set(waiting.count)
            if is_waiting:
                self._queued.labels(queue).set(_age(waiting.oldest_at, now))
        self._delayed.set(figures.delayed_segments())


class _Heard(logging.Handler):
    """What no entry of the log tells, heard from log lines as they are made."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__(logging.INFO)
        self._lines = Counter("cosell_log_lines", "Log lines from WARNING on.", ["level"], registry=registry)
        self._throttled = Counter(
            "cosell_slack_throttled", "Calls Slack told us to wait with.", ["method"], registry=registry
        )
        self._outages = Gauge("cosell_outage", "1 while an outside system fails.", ["system"], registry=registry)
        self._outages_told = Counter("cosell_outages", "Outages that began.", ["system"], registry=registry)
        self._calls = Counter("cosell_model_calls", "Calls of the model.", ["model", "outcome"], registry=registry)
        self._tokens = Counter("cosell_model_tokens", "Tokens used.", ["model", "direction"], registry=registry)
        self._fallbacks = Counter("cosell_model_fallbacks", "Texts the playbook wrote instead.", registry=registry)
        self._counting: Mapping[str, Callable[[Mapping[str, object]], None]] = {
            "slack.throttled": lambda fields: self._throttled.labels(_word(fields.get("method"))).inc(),
            "outage.started": self._outage_started,
            "outage.ended": lambda fields: self._outages.labels(_word(fields.get("system"))).set(0),
            "model.asked": self._model_asked,
            "text.written": self._text_written,
        }

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line."""
        if record.levelno >= logging.WARNING:
            self._lines.labels(record.levelname.lower()).inc()
        count = self._counting.get(event_of(record) or "")
        if count is not None:
            count(fields_of(record))

    def _outage_started(self, fields: Mapping[str, object]) -> None:
        system = _word(fields.get("system"))
        self._outages.labels(system).set(1)
        self._outages_told.labels(system).inc()

    def _model_asked(self, fields: Mapping[str, object]) -> None:
        model = _word(fields.get("model"))
        self._calls.labels(model, _word(fields.get("outcome"))).inc()
        for direction in ("in", "out"):
            tokens = fields.get(direction)
            if isinstance(tokens, int):
                self._tokens.labels(model, direction).inc(tokens)

    def _text_written(self, fields: Mapping[str, object]) -> None:
        if fields.get("by") == "playbook":
            self._fallbacks.inc()


def _marks(entry: LogEntry) -> Mapping[str, datetime]:
    """The moments an entry gives a motion's fields."""
    if not entry.event.startswith("motion."):
        return {}
    given = entry.detail.get("motion" if entry.event == "motion.opened" else "changes")
    wanted = ("matched_at",) if entry.event == "motion.opened" else ("first_at", "logged_at", "approved_at")
    values = given if isinstance(given, Mapping) else {}
    return {name: datetime.fromisoformat(values[name]) for name in wanted if isinstance(values.get(name), str)}


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else _seconds(now - since)


def _seconds(duration: timedelta) -> float:
    return max(duration.total_seconds(), 0.0)  # their clock and ours differ a little


def _word(value: object) -> str:
    """A label; whatever is not a short plain word is none, so that no text of anybody gets in."""
    said = str(value)
    return said if _WORD.fullmatch(said) else "other"
