"""What a scraper is told: counted since this process started, and nothing of anybody in it."""

import logging
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from bot.jobs import Job
from bot.metrics import Metrics
from motions.effects import EffectStatus
from motions.errors import Unavailable
from motions.journal import raise_exception, write_log
from motions.model import MotionState
from motions.moving import advance, note, open_motion
from motions.outage_log import OutageLog
from motions.records import LogEntry
from store.engine import open_engine
from store.figures import Figures
from tests.bot.test_durable import Bench, bench, url
from tests.fakes.world import World, world
from tests.store.samples import MINUTE, NOW, a_motion, an_entry, an_envelope

__all__ = ["bench", "url"]  # fixtures

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
SECOND = timedelta(seconds=1)


class Scraper:
    """Prometheus: reads what is told, by name and labels."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics

    def __call__(self) -> dict[tuple[str, ...], float]:
        told = [sample for family in families(self.metrics.scrape().decode()) for sample in family.samples]
        return {(each.name, *(each.labels[name] for name in sorted(each.labels))): each.value for each in told}


@pytest.fixture
def small_world() -> World:
    return world()


@pytest.fixture
def job(small_world: World) -> Job:
    return Job("crm.poll", lambda: 0, small_world.ports)


@pytest.fixture
def figures(url: str, bench: Bench) -> Figures:
    return Figures(open_engine(url))


@pytest.fixture
def scrape(figures: Figures, bench: Bench, job: Job, small_world: World) -> Scraper:
    with bench.durable.store.transaction() as uow:
        write_log(uow, NOW, "effect.done", "m0", "cosell", {"kind": "crm.deal"})  # before this process
    return Scraper(Metrics(figures, {"crm.poll": job}, small_world.clock))


def test_effects_are_counted_by_kind_and_outcome_since_the_start(scrape: Scraper, bench: Bench) -> None:
    with bench.durable.store.transaction() as uow:
        for status in (EffectStatus.DONE, EffectStatus.DONE, EffectStatus.REFUSED):
            write_log(uow, NOW, f"effect.{status}", "m1", "cosell", {"kind": "aws.create"})
        write_log(uow, NOW, "effect.intended", "m1", "cosell", {"kind": "aws.create"})
    first = scrape()
    second = scrape()

    assert first[("cosell_effects_total", "aws.create", "done")] == 2
    assert first[("cosell_effects_total", "aws.create", "refused")] == 1
    assert {key for key in first if key[0] == "cosell_effects_total"} == {
        ("cosell_effects_total", "aws.create", "done"),
        ("cosell_effects_total", "aws.create", "refused"),
    }
    assert second[("cosell_effects_total", "aws.create", "done")] == 2


def test_the_clocks_run_from_the_source_s_stamp_and_the_human_wait_is_apart(scrape: Scraper, bench: Bench) -> None:
    motion = a_motion("m1", state=MotionState.MATCHED, epoch=1)
    start = motion.triggered_at
    with bench.durable.store.transaction() as uow:
        open_motion(uow, motion, at=motion.matched_at, actor="rules")
        note(uow, motion.id, {"first_at": start + 40 * SECOND, "asked_at": start + MINUTE}, at=NOW)
        changes = {"approved_at": start + 3 * MINUTE}
        advance(uow, motion, MotionState.FILING, at=NOW, actor="Priya", next_act="wait", changes=changes)
        note(uow, motion.id, {"logged_at": start + 4 * MINUTE}, at=NOW)
        note(uow, motion.id, {"nudges": 1}, at=NOW)
    told = scrape()

    sums = {name: told[("cosell_clock_seconds_sum", name)] for name in ("match", "first", "e2e")}
    assert sums == {"match": (motion.matched_at - start).total_seconds(), "first": 40, "e2e": 240}
    assert told[("cosell_clock_seconds_bucket", "first", "60.0")] == 1
    assert told[("cosell_clock_seconds_bucket", "e2e", "60.0")] == 0
    assert (told[("cosell_human_wait_seconds_sum",)], told[("cosell_human_wait_seconds_count",)]) == (120, 1)
    assert told[("cosell_motion_moves_total", "matched")] == told[("cosell_motion_moves_total", "filing")] == 1


def test_what_stands_is_counted_with_its_age(scrape: Scraper, bench: Bench, small_world: World, job: Job) -> None:
    now = small_world.clock.now()
    with bench.durable.store.transaction() as uow:
        uow.motions.add(a_motion("m1", state=MotionState.AWAITING))
        uow.inbox.receive(an_envelope("e1", received_at=now - MINUTE))
        raise_exception(
            uow,
            subject="m1",
            opportunity_id=None,
            code="stuck",
            reason="it is",
            next_act="look",
            owner="priya@acme.example",
            at=now - 2 * MINUTE,
        )
    job.run()
    told = scrape()

    assert told[("cosell_motions", "awaiting approval")] == 1
    assert told[("cosell_motions", "filing")] == 0
    assert (told[("cosell_envelopes_pending",)], told[("cosell_envelopes_oldest_seconds",)]) == (1, 60)
    assert (told[("cosell_exceptions_open", "stuck")], told[("cosell_exceptions_oldest_seconds", "stuck")]) == (1, 120)
    assert told[("cosell_exceptions_total", "stuck")] == 1
    assert told[("cosell_job_last_worked_timestamp_seconds", "crm.poll")] == now.timestamp()
    assert told[("cosell_database_up",)] == 1


def test_an_exception_that_was_resolved_is_told_no_more(scrape: Scraper, bench: Bench) -> None:
    with bench.durable.store.transaction() as uow:
        raise_exception(
            uow, subject="m1", opportunity_id=None, code="stuck", reason="r", next_act="n", owner="o", at=NOW
        )
    before = scrape()
    with bench.durable.store.transaction() as uow:
        uow.exceptions.resolve("m1", at=NOW)
    after = scrape()

    assert ("cosell_exceptions_open", "stuck") in before
    assert ("cosell_exceptions_open", "stuck") not in after


def test_what_is_no_entry_of_the_log_is_heard_from_log_lines(scrape: Scraper) -> None:
    ours = logging.getLogger("agents.test_metrics")
    ours.setLevel(logging.INFO)
    ours.addHandler(scrape.metrics.handler)
    outages = OutageLog(ours, "Salesforce")

    ours.info("slack.throttled method=%s retry_after=%s", "chat.update", 3.0)
    outages.failed(Unavailable("Salesforce", "is away"))
    asked = "model.asked prompt=%r model=%r request=%s in=%s out=%s seconds=%.1f outcome=%r"
    ours.info(asked, "brief", "claude-x", "r1", 500, 80, 1.2, "answered")
    ours.info(asked, "brief", "claude-x", None, None, None, 1.2, "timed out")
    ours.info("text.written prompt=%r by=playbook because=%r", "brief", "timed out")
    ours.info("text.written prompt=%r by=%s sentences=%d", "brief", "claude-x", 4)
    during = scrape()
    outages.worked()
    after = scrape()

    assert during[("cosell_slack_throttled_total", "chat.update")] == 1
    assert (during[("cosell_outage", "Salesforce")], after[("cosell_outage", "Salesforce")]) == (1, 0)
    assert during[("cosell_outages_total", "Salesforce")] == 1
    assert during[("cosell_model_calls_total", "claude-x", "answered")] == 1
    assert during[("cosell_model_calls_total", "claude-x", "timed out")] == 1
    assert during[("cosell_model_tokens_total", "in", "claude-x")] == 500
    assert during[("cosell_model_tokens_total", "out", "claude-x")] == 80
    assert during[("cosell_model_fallbacks_total",)] == 1
    assert after[("cosell_log_lines_total", "warning")] == 2


def test_a_label_holds_no_text_of_anybody(scrape: Scraper, bench: Bench) -> None:
    with bench.durable.store.transaction() as uow:
        write_log(uow, NOW, "effect.done", "m1", "cosell", {"kind": "for Umbrella GmbH, sam@acme.example"})
        uow.motions.add(a_motion("m1"))

    said = scrape.metrics.scrape().decode()

    assert 'cosell_effects_total{kind="other",status="done"} 1.0' in said
    assert not any(word in said for word in ("Umbrella", "acme.example", "m1"))


def test_a_scrape_reads_a_bounded_part_of_the_log_and_the_next_goes_on(
    scrape: Scraper, bench: Bench, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = figures.logged_after
    monkeypatch.setattr(figures, "logged_after", lambda seq, limit: read(seq, min(limit, 2)))
    with bench.durable.store.transaction() as uow:
        for _ in range(5):
            uow.log.append(an_entry("effect.done", kind="crm.deal"))

    one = scrape()
    for _ in range(3):
        last = scrape()

    assert one[("cosell_effects_total", "crm.deal", "done")] == 2
    assert last[("cosell_effects_total", "crm.deal", "done")] == 5


def test_a_database_that_is_away_leaves_the_rest_to_be_told(
    scrape: Scraper, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_seq: int, _limit: int) -> None:
        raise Unavailable("the database", "does not answer")

    monkeypatch.setattr(figures, "logged_after", away)

    told = scrape()

    assert told[("cosell_database_up",)] == 0
    assert any(key[0] == "cosell_info" for key in told)


def test_a_scrape_that_waits_for_the_database_holds_up_no_other(
    scrape: Scraper, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.metrics.ANSWERS_WITHIN", 0.05)
    hangs, goes_on = threading.Event(), threading.Event()

    def hang(_seq: int, _limit: int) -> list[LogEntry]:
        hangs.set()
        goes_on.wait(20)
        return []

    monkeypatch.setattr(figures, "logged_after", hang)
    first = threading.Thread(target=scrape.metrics.scrape)
    first.start()
    hangs.wait(20)
    told = scrape()
    goes_on.set()
    first.join()

    assert told[("cosell_database_up",)] == 0


def test_the_runbook_explains_every_metric_and_no_other(scrape: Scraper) -> None:
    page = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text("utf-8")
    rows = "\n".join(line for line in page.splitlines() if line.startswith("| `cosell_"))
    explained = set(re.findall(r"`(cosell_\w+)", rows.replace("_total", "")))

    registered = {family.name.removesuffix("_total") for family in scrape.metrics._registry.collect()}

    assert explained == {name for name in registered if name.startswith("cosell")} - {"cosell"} | {"cosell_info"}
