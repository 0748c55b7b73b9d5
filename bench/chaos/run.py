"""One run from the first start to the reckoning: kills in a row, long troubles in between, quiet, then the books."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bench.chaos.books import Ours, Reader, read_theirs
from bench.chaos.boundaries import Boundaries
from bench.chaos.company import Company
from bench.chaos.databases import Database, open_database
from bench.chaos.findings import KINDS, Finding
from bench.chaos.fleet import Fleet
from bench.chaos.load import People
from bench.chaos.reckoning import reckon
from bench.chaos.setting import PACKS, open_rooms, settings_in
from bench.chaos.troubles import Troubles
from bench.portals.people import agree
from bot.embedded import start_world

LONG = ((0.2, "crm outage"), (0.5, "database away"), (0.75, "disk full"))  # at which share of the kills
SWEEP_IDLE_AT_MOST = 600.0  # the last calls of a saga come one after another, each after a kill at the one before
BOOT_AT_MOST = 60.0
# A starved machine leaves more than Slack takes in a quarter of an hour: what still moves is not stuck.
QUIET, QUIET_AT_MOST, SETTLE_AT_MOST = 10.0, 150.0, 3600.0


@dataclass(frozen=True)
class Plan:
    """What was asked for."""

    kills: int
    store: str
    seed: int
    processes: int
    deals: int
    every: float
    outage: float
    sweep: bool


@dataclass
class Run:
    """Everything that lives during a run."""

    plan: Plan
    folder: Path
    company: Company
    database: Database
    fleet: Fleet
    people: People
    troubles: Troubles
    boundaries: Boundaries
    reader: Reader
    rng: Random
    began: float

    def note(self, said: str) -> None:
        """A line in the run's own log."""
        with (self.folder / "run.log").open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC):%H:%M:%S} {time.monotonic() - self.began:6.1f} {said}\n")


def play(plan: Plan, folder: Path) -> dict[str, object]:
    """The whole run; what it found is on stderr and in the folder, the numbers are returned."""
    world = start_world(0, tick_seconds=None, deals=plan.deals)
    try:
        run = _begin(plan, folder, world.url)
        try:
            _kill_and_kill(run)
            _calm_down(run)
            ours, findings = _settle(run)
        finally:
            run.people.stop()
            run.fleet.end()
            run.reader.close()
            run.company.close()
    finally:
        world.stop()
    _tell(findings, folder)
    return _report(run, ours, findings, time.monotonic() - run.began)


def _begin(plan: Plan, folder: Path, url: str) -> Run:
    rng = Random(plan.seed)
    company = Company(url)
    company.calm()
    open_rooms(company)
    deals = company.open_deals()
    database = open_database(plan.store, folder)
    fleet = Fleet(plan.processes, folder, settings_in(folder, company, database))
    if not all(fleet.wait_ready(number, BOOT_AT_MOST) for number in range(plan.processes)):
        fleet.end()
        raise SystemExit(f"the bot did not start; see {folder}")
    reader = Reader(database, folder)
    _wait_for_baseline(reader, company)
    run = Run(
        plan=plan,
        folder=folder,
        company=company,
        database=database,
        fleet=fleet,
        people=People(company, Random(rng.random()), deals=list(deals), every=plan.every),
        troubles=Troubles(company, database, fleet, Random(rng.random()), plan.outage),
        boundaries=Boundaries(company, Random(rng.random())),
        reader=reader,
        rng=rng,
        began=time.monotonic(),
    )
    run.people.start()
    run.troubles.start()
    return run


def _kill_and_kill(run: Run) -> None:
    long = [(int(share * run.plan.kills), name) for share, name in LONG]
    while run.fleet.kills < run.plan.kills:  # a gate nobody came to in time has killed nobody
        while long and run.fleet.kills >= long[0][0]:
            _, name = long.pop(0)
            run.note(name)
            run.troubles.begin(name)
        at_gates = run.plan.sweep and bool(run.boundaries.missed) and run.rng.random() < 0.6  # noqa: PLR2004 - most
        _kill_once(run, at_gates=at_gates)
    missed, since = run.boundaries.missed, time.monotonic()
    while run.plan.sweep and missed and time.monotonic() - since < SWEEP_IDLE_AT_MOST:
        _kill_once(run, at_gates=True)
        if run.boundaries.missed != missed:
            missed, since = run.boundaries.missed, time.monotonic()


def _kill_once(run: Run, *, at_gates: bool) -> None:
    """Kill one bot (now and then all) at a gate, or at any moment after, rarely during, its start."""
    run.people.must_be_there()
    victim = run.rng.choice(run.fleet.running() or range(len(run.fleet)))
    if run.rng.random() > 0.1:  # noqa: PLR2004 - the others are killed while they start
        run.fleet.wait_ready(victim, BOOT_AT_MOST)
    patience = run.rng.triangular(0.3, 4.0, 0.3)
    if not at_gates:
        time.sleep(patience)
        everybody = len(run.fleet) > 1 and run.rng.random() < 0.1  # noqa: PLR2004 - a power cut
        for number in range(len(run.fleet)) if everybody else [victim]:
            run.fleet.kill(number)
            run.note(f"killed {number}")
        return
    run.boundaries.arm()
    ends = time.monotonic() + patience
    while not (held := run.company.held()) and time.monotonic() < ends:
        time.sleep(0.03)
    caught = [(each, run.fleet.who_calls_from(each["port"])) for each in held]
    callers = [caller for _, caller in caught if caller is not None]
    if callers:
        run.fleet.kill(callers[0])
        hit = [each for each, caller in caught if caller == callers[0]]
        run.boundaries.hit(hit)
        run.note(f"killed {callers[0]} at {[(each['name'], each['when']) for each in hit]}")
    run.boundaries.release()


def _calm_down(run: Run) -> None:
    """No more troubles, no more deals; people still decide what is asked of them."""
    run.troubles.end()
    run.people.finish()
    run.note("calm")


def _settle(run: Run) -> tuple[Ours, list[Finding]]:
    """The books, as soon as all is in order, or nothing has changed for long."""
    ends = time.monotonic() + SETTLE_AT_MOST
    before, changed_at = run.reader.signature(), time.monotonic()
    while time.monotonic() < ends:
        time.sleep(2)
        now = run.reader.signature()
        if now != before:
            before, changed_at = now, time.monotonic()
        quiet = time.monotonic() - changed_at
        is_idle = run.reader.under_way() == 0 and not run.people.has_work
        run.note(f"{now} quiet for {quiet:.0f} s")
        if quiet > QUIET_AT_MOST and is_idle:
            break
        if (
            quiet > QUIET
            and is_idle
            and len(run.fleet.running()) == len(run.fleet)
            and not _reckon(run, is_final=False)[1]
        ):
            break
    return _reckon(run, is_final=True)


def _reckon(run: Run, *, is_final: bool) -> tuple[Ours, list[Finding]]:
    ours = run.reader.ours(run.fleet.endings, is_final=is_final)
    theirs = read_theirs(run.company, run.people, run.folder / PACKS)
    if is_final:  # for whoever wants to know how a finding came about
        for name, books in (("ours", ours), ("theirs", theirs)):
            (run.folder / f"{name}.json").write_text(json.dumps(asdict(books), indent=1, default=str), "utf-8")
    findings = reckon(ours, theirs)
    if len(run.fleet.running()) < len(run.fleet):
        findings.append(Finding("stuck", "the bot", "a process neither runs nor ends"))
    return ours, findings


def _wait_for_baseline(reader: Reader, company: Company) -> None:
    ends = time.monotonic() + BOOT_AT_MOST
    while not reader.has_baseline():
        if time.monotonic() > ends:
            raise SystemExit("the bot did not read the CRM, or a partner agreed to nothing")
        agree(company)
        time.sleep(0.2)


def _tell(findings: Sequence[Finding], folder: Path) -> None:
    lines = "".join(f"{each.kind}: {each.subject}: {each.reason}\n" for each in findings)
    sys.stderr.write(lines)
    (folder / "findings.txt").write_text(lines, "utf-8")


def _report(run: Run, ours: Ours, findings: Sequence[Finding], seconds: float) -> dict[str, object]:
    kinds = [each.kind for each in findings]
    return {
        "kills": run.fleet.kills,
        "store": run.plan.store,
        "seed": run.plan.seed,
        "processes": run.plan.processes,
        "motions": len(ours.motions),
        "approved": sum(motion.approved_at is not None for motion in ours.motions),
        **{kind: kinds.count(kind) for kind in KINDS},
        "seconds": round(seconds, 1),
        "ended_by_themselves": len(run.fleet.endings),
        "faults": dict(sorted(run.troubles.counts.items())),
        "boundaries": dict(run.boundaries.hits),
        "boundaries_missed": run.boundaries.missed if run.plan.sweep else [],
    }
