"""Several bots as processes of their own on one database: started, killed, asked to end, and started again."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from motions.deals import OpportunityId
from motions.model import Motion, MotionState
from motions.records import MotionQuery, Segment
from motions.triggers import FEED
from store.engine import open_engine
from store.unit import SqlStore
from tests.bot.command import COSELL
from tests.scenarios.scene import stands
from tests.waiting import wait_until

STARTS_WITHIN = 60
ENDS_WITHIN = 60
RUNNING = "cosell is running"


@dataclass
class Member:
    """One process, and what it says: read from a pipe, since a file would be hit by a full disk too."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def said(self) -> str:
        """Everything so far."""
        return "".join(self.lines)

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def kill(self) -> None:
        """As the kernel does it when memory runs out."""
        self.process.kill()
        self.process.wait(10)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            self.lines.extend(iter(self.process.stdout.readline, ""))

    def end(self) -> int:
        """Ask it to end, as a supervisor does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(ENDS_WITHIN)


@dataclass
class Fleet:
    """Bots on one database, and a look into it from outside."""

    folder: Path
    settings: Mapping[str, str]
    members: list[Member] = field(default_factory=list)
    _engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self._engine = open_engine(self.settings["COSELL_DATABASE_URL"])
        (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in self.settings.items()))

    def start(self, count: int = 1) -> list[Member]:
        """So many more, all running, and every open deal read once."""
        fresh = [self.begin() for _ in range(count)]
        for member in fresh:
            wait_until(partial(_is_running, member), within=STARTS_WITHIN, what="a running bot")
        wait_until(lambda: self.store.read(lambda uow: uow.deals.watermark(FEED)), within=30, what="the baseline")
        wait_until(lambda: self.store.read(stands), within=30, what="the partner's agreement")
        return fresh

    def begin(self) -> Member:
        """One more, whatever becomes of it."""
        process = subprocess.Popen(
            [COSELL, "run"],
            cwd=self.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        member = Member(process)
        self.members.append(member)
        return member

    def running(self, segment: str) -> Member | None:
        """Whoever runs a segment now; on PostgreSQL an executor's id names its process."""
        of_segment = f"status = 'PENDING' AND workflow_uuid LIKE '{segment}%%'"
        found = self._rows(f"SELECT executor_id FROM dbos.workflow_status WHERE {of_segment}")
        pids = [int(str(row[0]).split("-")[-2]) for row in found if row[0]]
        return next((member for member in self.members if member.process.pid in pids), None)

    def motion(self, deal: OpportunityId) -> Motion | None:
        """The deal's motion as it stands."""
        found = self.store.read(lambda uow: uow.motions.find(MotionQuery(opportunity_id=deal)))
        return found[0] if found else None

    def reaches(self, deal: OpportunityId, state: MotionState, within: float = 60.0) -> Motion:
        """The deal's motion, once it is there."""

        def look() -> Motion | None:
            motion = self.motion(deal)
            return motion if motion is not None and motion.state is state else None

        return wait_until(look, within=within, what=f"{deal}: {state}")

    def asked(self, deal: OpportunityId, within: float = 60.0) -> Motion:
        """The deal's motion, once its card asks."""

        def look() -> Motion | None:
            motion = self.motion(deal)
            return motion if motion is not None and motion.card and motion.state is MotionState.AWAITING else None

        return wait_until(look, within=within, what=f"{deal}: its card")

    def rests(self, deals: Sequence[OpportunityId], within: float = 60.0) -> None:
        """Wait until nothing of these motions is under way."""
        ids = [motion.id for deal in deals if (motion := self.motion(deal))]
        live = "status IN ('ENQUEUED', 'PENDING', 'DELAYED')"

        def look() -> bool:
            rows = self._rows(f"SELECT workflow_uuid FROM {self._schema}workflow_status WHERE {live}")
            return not any(str(row[0]).startswith(tuple(ids)) for row in rows)

        wait_until(look, within=within, what="rest")

    @property
    def store(self) -> SqlStore:
        """The bots' store, to read."""
        return SqlStore(self._engine, _refuse)

    def _rows(self, statement: str) -> list[tuple[object, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    @property
    def _schema(self) -> str:
        return "" if self.settings["COSELL_DATABASE_URL"].startswith("sqlite") else "dbos."


@contextmanager
def a_fleet(folder: Path, settings: Mapping[str, str]) -> Iterator[Fleet]:
    """A fleet, and its end."""
    fleet = Fleet(folder, settings)
    try:
        yield fleet
    finally:
        for member in fleet.members:
            if member.lives:
                member.process.send_signal(signal.SIGTERM)
        for member in fleet.members:
            try:
                member.process.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                member.kill()
        fleet._engine.dispose()


def _is_running(member: Member) -> bool:
    assert member.lives, member.said
    return RUNNING in member.said


def _refuse(_session: object, segment: Segment) -> None:
    raise AssertionError(f"a look from outside starts nothing: {segment.id}")
