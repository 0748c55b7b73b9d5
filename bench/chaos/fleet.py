"""The bot as its supervisor sees it: processes that are started, killed, and started again when they end."""

import contextlib
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

COSELL = Path(sys.executable).with_name("cosell")
RUNNING = "bot.started"
BREATH = 0.2  # seconds before what ended by itself is started again
_LAST_LINES = 60


@dataclass(frozen=True)
class Ending:
    """A process that ended without being killed: its exit code and what it said last."""

    number: int
    code: int
    said: str


@dataclass
class Life:
    """One process from start to end."""

    process: "subprocess.Popen[str]"
    ready: threading.Event = field(default_factory=threading.Event)
    said: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST_LINES))
    reader: threading.Thread | None = None


class Fleet:
    """So many bots in one folder, on one database; whichever ends is started again at once."""

    def __init__(self, count: int, folder: Path, settings: Mapping[str, str]) -> None:
        self._folder = folder
        (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
        self._lock = threading.RLock()
        self._ending = threading.Event()
        self._file_limit: int | None = None
        self.endings: list[Ending] = []
        self.kills = 0
        self._lives = [self._begin(number) for number in range(count)]
        self._watcher = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        self._watcher.start()

    def __len__(self) -> int:
        return len(self._lives)

    def wait_ready(self, number: int, within: float) -> bool:
        """Whether this bot is running, waited for so long; it may end and begin again meanwhile."""
        ends = time.monotonic() + within
        while time.monotonic() < ends:
            if self._lives[number].ready.wait(BREATH):
                return True
        return False

    def running(self) -> list[int]:
        """The bots that said that they are running, and still are."""
        with self._lock:
            lives = enumerate(self._lives)
            return [number for number, life in lives if life.ready.is_set() and life.process.poll() is None]

    def kill(self, number: int) -> None:
        """SIGKILL, and start again at once."""
        with self._lock:
            life = self._lives[number]
            life.process.kill()
            life.process.wait()
            self.kills += 1
            self._lives[number] = self._begin(number)

    def who_calls_from(self, port: int) -> int | None:
        """The bot that holds a connection from this port of this machine."""
        wanted = {f"socket:[{inode}]" for inode in _inodes(port)}
        with self._lock:
            pids = [life.process.pid for life in self._lives]
        return next((number for number, pid in enumerate(pids) if wanted & _sockets(pid)), None)

    def limit_files(self, size: int | None) -> None:
        """Let no bot write a file beyond this size, or lift that again: what a full disk feels like."""
        with self._lock:
            self._file_limit = size
            for life in self._lives:
                _limit(life.process.pid, size)

    def end(self) -> None:
        """Ask every bot to end in order, and insist after a while."""
        self._ending.set()
        self._watcher.join()
        for life in self._lives:
            life.process.send_signal(signal.SIGTERM)
        for life in self._lives:
            try:
                life.process.wait(30)
            except subprocess.TimeoutExpired:
                life.process.kill()
                life.process.wait()

    def _begin(self, number: int) -> Life:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-B", COSELL, "run"],  # -B: on a full disk it would leave half a .pyc behind
            cwd=self._folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        _limit(process.pid, self._file_limit)
        life = Life(process)
        log = (self._folder / f"bot-{number}.log").open("a", 1, encoding="utf-8")
        log.write(f"--- pid {process.pid}\n")
        life.reader = threading.Thread(target=_read, args=(life, log), daemon=True)
        life.reader.start()
        return life

    def _supervise(self) -> None:
        while not self._ending.wait(BREATH):
            with self._lock:
                for number, life in enumerate(self._lives):
                    if life.process.poll() is not None:
                        assert life.reader is not None
                        life.reader.join(2)
                        self.endings.append(Ending(number, life.process.returncode, "".join(life.said)))
                        self._lives[number] = self._begin(number)


def _read(life: Life, log: IO[str]) -> None:
    assert life.process.stdout is not None
    with log:
        for line in life.process.stdout:
            life.said.append(line)
            log.write(line)
            if RUNNING in line:
                life.ready.set()


def _limit(pid: int, size: int | None) -> None:
    with contextlib.suppress(ProcessLookupError):
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


def _inodes(port: int) -> set[str]:
    """The inodes of sockets whose local port this is."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return {row[9] for row in rows if int(row[1].rpartition(":")[2], 16) == port}


def _sockets(pid: int) -> set[str]:
    found = set()
    with contextlib.suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(str(entry.readlink()))
    return found
