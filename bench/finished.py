"""Filling a database with finished motions: whole played ones, row by row under new ids and dates, the log chained.

Knows hardly any table by its columns: the rows of a played motion are those of any table that name it, its deal or
what hangs on them, and a copy is the same rows with every such name, and every day, replaced. A table that somebody
adds later is filled too. What the bot itself forgets in time is left out of the copies.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bench.rows import Database, Row
from motions.model import Motion, MotionState
from motions.proposals import canonical_json

WEIGHTS = {
    MotionState.ENGAGED: 9,
    MotionState.HANDED_OFF: 3,
    MotionState.DENIED: 3,
    MotionState.REJECTED: 2,
    MotionState.EXPIRED: 3,
}
YOUNGEST, OLDEST = 31, 396  # days: a year of motions, all of them over for longer than playing hurried its clock
CLOSED_AFTER = 120  # days until a motion's deal is won or lost
AT_ONCE = 500  # motions

# Marks, heads and the engine's own books, of which a copy has no rows.
_SINGLE = re.compile(r"alembic_version|watermarks|log_head|queues|application_versions|.*_migrations")
# What the bot itself deletes in the age the copies have.
_FORGOTTEN = re.compile(r"workflow_.*|operation_outputs|datasource_outputs")
# What lists many motions is none's own: played in the morning, somebody's digest names these.
_EVERYBODYS = "digest:"
# What a deal's end leaves in columns that say whether it is over.
_ONCE_CLOSED = {("deals", "is_closed"): True, ("space_lines", "is_open"): False}
_DAY = re.compile(r"20\d\d-\d\d-\d\d(?=[T ]\d\d:)")
_EPOCH_MS = 10**12

Renamed = Mapping[str, str]
Cell = Callable[[Renamed, timedelta], object]
# A row as it is in every copy, and the cells that differ by their place.
Cast = tuple[Sequence[object], Sequence[tuple[int, Cell]]]


@dataclass(frozen=True)
class Mould:
    """One played motion as copies are cast from it: what is renamed, and each of its rows by table, cell by cell."""

    state: MotionState
    names: tuple[str, ...]
    days: tuple[str, ...]
    rows: Mapping[str, Sequence[Cast]]


def moulds_of(database: Database, motions: Sequence[Motion], *, with_engine: bool) -> Sequence[Mould]:
    """Played motions, ready to be copied; with the engine's rows only when it has not yet forgotten them."""
    wanted = [t for t in database.tables if not _SINGLE.fullmatch(t) and (with_engine or not _FORGOTTEN.fullmatch(t))]
    rows = {table: list(database.rows(table)) for table in wanted}
    clicks = rows.pop("inbox", [])
    return [
        _mould(motion, {**rows, "inbox": clicks[n :: len(motions)]}, database.tables)
        for n, motion in enumerate(motions)
    ]


def forget_the_rest(database: Database, motions: Sequence[Motion]) -> None:
    """Take out what another world's bot had read: deals and their scores, and how far it had read."""
    kept = ", ".join(f"'{motion.opportunity_id}'" for motion in motions)
    database.execute("DELETE FROM watermarks")
    database.execute(f"DELETE FROM deals WHERE id NOT IN ({kept})")  # noqa: S608 - our own ids
    database.execute(f"DELETE FROM matches WHERE opportunity_id NOT IN ({kept})")  # noqa: S608 - our own ids


def multiply(database: Database, moulds: Sequence[Mould], count: int) -> None:
    """Add `count` finished motions in the weights above; the log's chain goes on from where it ended."""
    drawn = [mould for mould in moulds for _ in range(WEIGHTS[mould.state])]
    running = _Running(database)
    for start in range(0, count, AT_ONCE):
        batch: dict[str, list[list[object]]] = {}
        for number in range(start, min(start + AT_ONCE, count)):
            _cast(drawn[number % len(drawn)], number, count, batch)
        for table, rows in batch.items():
            database.insert(table, running.numbered(table, rows))
    running.finish()


class _Running:
    """What goes on counting from copy to copy: insertion numbers, and the log's chain."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._place = {t: columns.index("seq") for t, columns in database.tables.items() if "seq" in columns}
        self._last = {table: max((r["seq"] for r in database.rows(table)), default=0) for table in self._place}
        [head] = database.rows("log_head")
        self._hash = head["hash"]
        self._columns = database.tables["log"]

    def numbered(self, table: str, rows: Sequence[list[object]]) -> Sequence[list[object]]:
        """The rows with their numbers, the log's with their place in the chain."""
        if (place := self._place.get(table)) is not None:
            for row in rows:
                self._last[table] += 1
                row[place] = self._last[table]
                if table == "log":
                    self._chain(row)
        return rows

    def finish(self) -> None:
        """Write where the chain ends now."""
        self._database.execute(f"UPDATE log_head SET seq = {self._last['log']}, hash = '{self._hash}'")  # noqa: S608 - our own

    def _chain(self, row: list[Any]) -> None:
        """By the rule of store/log.py, without parsing the detail that is canonical already."""
        entry = dict(zip(self._columns, row, strict=True))
        spelled = ",".join(
            (
                f'{{"actor":{_spelled(entry["actor"])}',
                f'"at":"{_moment(entry["at"])}"',
                f'"detail":{entry["detail"]}',
                f'"event":{_spelled(entry["event"])}',
                f'"seq":{entry["seq"]}',
                f'"subject":"{entry["subject"]}"}}',
            )
        )
        before, self._hash = self._hash, hashlib.sha256(f"{self._hash}{spelled}".encode()).hexdigest()
        row[self._columns.index("prev_hash")], row[self._columns.index("hash")] = before, self._hash


def _cast(mould: Mould, number: int, count: int, batch: dict[str, list[list[object]]]) -> None:
    # Ids that rise load fastest; real ones are hashes, spread over the index as evenly.
    rising = f"{number * (16**8 // count):08x}"
    past = timedelta(days=YOUNGEST + number % (OLDEST - YOUNGEST))
    renamed = {name: _other(name, rising, number) for name in mould.names}
    renamed |= {day: f"{datetime.fromisoformat(day).date() - past}" for day in mould.days}
    for table, rows in mould.rows.items():
        into = batch.setdefault(table, [])
        for same, differing in rows:
            row = list(same)
            for place, cell in differing:
                row[place] = cell(renamed, past)
            into.append(row)


def _other(name: str, rising: str, number: int) -> str:
    mixed = f"{rising}{hashlib.sha256(f'{name}:{number}'.encode()).hexdigest()}"
    return mixed[: len(name)] if len(name) >= 2 * len(rising) else mixed[len(rising) :][: len(name)]


def _mould(motion: Motion, tables: Mapping[str, Sequence[Row]], columns: Mapping[str, Sequence[str]]) -> Mould:
    names = tuple(sorted(_names_of(motion, tables), key=len, reverse=True))
    named = re.compile("|".join(map(re.escape, names)))
    own = {table: [row for row in rows if _names(row, named)] for table, rows in tables.items()}
    own["inbox"] = list(tables["inbox"])
    for row in own["exceptions"]:
        row["resolved_at"] = row["resolved_at"] or row["opened_at"]  # somebody saw to it in all that time
    text = re.compile(f"{named.pattern}|{_DAY.pattern}")
    days = {d for rows in own.values() for r in rows for v in r.values() if isinstance(v, str) for d in _DAY.findall(v)}
    return Mould(
        motion.state,
        names,
        tuple(days),
        {
            table: [_row(table, [(name, row[name]) for name in columns[table]], text) for row in rows]
            for table, rows in own.items()
            if rows
        },
    )


def _names_of(motion: Motion, tables: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Every id that is this motion's alone."""
    yield from (motion.id, motion.opportunity_id)
    yield from (str(each) for each in (motion.handoff_token, motion.referral_id) if each)
    yield from (row["id"] for row in tables["triggers"] if row["opportunity_id"] == motion.opportunity_id)
    yield from (row["id"] for row in tables["proposals"] if row["motion_id"] == motion.id)
    yield from (row["token"] for row in tables["approvals"] if row["motion_id"] == motion.id)
    yield from (row["id"] for row in tables["exceptions"] if row["subject"] == motion.id)
    yield from (row["token"] for row in tables["space_lines"] if row["deal"] == motion.opportunity_id)
    keys = ("key", "moment", "message")
    yield from (row[key] for row in tables["inbox"] for key in keys if row.get(key))


def _names(row: Row, named: re.Pattern[str]) -> bool:
    if str(row.get("key", "")).startswith(_EVERYBODYS):
        return False
    return any(isinstance(value, str) and named.search(value) for value in row.values())


def _row(table: str, row: Sequence[tuple[str, object]], text: re.Pattern[str]) -> Cast:
    cells = [(place, _cell(table, column, value, text)) for place, (column, value) in enumerate(row)]
    same = ["" if (table, column) == ("inbox", "payload") else value for column, value in row]  # blanked in time
    return same, [(place, cell) for place, cell in cells if cell is not None]


def _cell(table: str, column: str, value: object, text: re.Pattern[str]) -> Cell | None:
    if (once_closed := _ONCE_CLOSED.get((table, column))) is not None:
        return lambda _renamed, past: type(value)((past.days > CLOSED_AFTER) is once_closed)  # type: ignore[call-arg] # bool, or SQLite's int
    if isinstance(value, datetime):
        return lambda _renamed, past: value - past
    if isinstance(value, int) and value > _EPOCH_MS:
        return lambda _renamed, past: value - past.days * 86_400_000
    if isinstance(value, str) and (found := text.findall(value)):
        between = text.split(value)
        return lambda renamed, _past: _joined(between, found, renamed)
    return None


@cache
def _spelled(word: str) -> str:
    return canonical_json(word)


def _moment(at: datetime | str) -> str:
    """As the store's entries spell it; SQLite keeps the same moment without its zone."""
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat()


def _joined(between: Sequence[str], found: Sequence[str], renamed: Renamed) -> str:
    parts = [between[0]]
    for name, after in zip(found, between[1:], strict=True):
        parts += (renamed[name], after)
    return "".join(parts)
