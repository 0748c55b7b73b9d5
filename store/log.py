"""The append-only log: each entry's hash holds the one before it; has no way to change or remove an entry."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from motions.proposals import canonical_json
from motions.records import LogEntry
from store.columns import in_utc
from store.rows import record_from, values_of
from store.tables import log, log_head


class SqlLog:
    """Entries are chained when the transaction ends, or when somebody reads.

    The end of the chain is one row that every writer locks. Locked last and briefly it serialises only the commits;
    locked at the first append it would deadlock with writers that meet on another row.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: list[LogEntry] = []

    def append(self, entry: LogEntry) -> None:
        self._waiting.append(replace(entry, at=in_utc(entry.at)))

    def of(self, subject: str) -> Sequence[LogEntry]:
        self.flush()
        rows = self._session.execute(select(log).where(log.c.subject == subject).order_by(log.c.seq))
        return [record_from(LogEntry, row) for row in rows.mappings()]

    def first_break(self) -> int | None:
        self.flush()
        head = self._session.execute(select(log_head.c.seq, log_head.c.hash)).one()
        with self._session.execute(select(log).order_by(log.c.seq), execution_options={"yield_per": 1000}) as rows:
            entries = (record_from(LogEntry, row) for row in rows.mappings())
            return first_break(entries, head=(head.seq, head.hash))

    def flush(self) -> None:
        """Write what waits, after taking the end of the chain for this transaction."""
        if not self._waiting:
            return
        seq, prev_hash = self._session.execute(select(log_head.c.seq, log_head.c.hash).with_for_update()).one()
        entries = list(chained(self._waiting, seq, prev_hash))
        self._waiting.clear()
        self._session.execute(insert(log), [values_of(entry) for entry in entries])
        self._session.execute(update(log_head).values(seq=entries[-1].seq, hash=entries[-1].hash))


def chained(entries: Sequence[LogEntry], seq: int, prev_hash: str) -> Iterator[LogEntry]:
    """These entries as they follow from the end of a chain."""
    for entry in entries:
        seq += 1
        following = replace(entry, seq=seq, prev_hash=prev_hash)
        prev_hash = hash_of(following)
        yield replace(following, hash=prev_hash)


def hash_of(entry: LogEntry) -> str:
    """What this entry's hash must be, from its own bytes and the hash it names as the one before."""
    said = {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "event": entry.event,
        "subject": entry.subject,
        "actor": entry.actor,
        "detail": entry.detail,
    }
    return hashlib.sha256(f"{entry.prev_hash}{canonical_json(said)}".encode()).hexdigest()


def first_break(entries: Iterator[LogEntry], *, head: tuple[int, str]) -> int | None:
    """The first seq that is missing, moved or changed; None when the chain holds up to its head."""
    seq, prev_hash = 0, ""
    try:
        for entry in entries:
            if (entry.seq, entry.prev_hash, entry.hash) != (seq + 1, prev_hash, hash_of(entry)):
                return seq + 1
            seq, prev_hash = entry.seq, entry.hash
    except ValueError:  # no entry of ours is without a time, or with particulars that are no JSON
        return seq + 1
    return None if (seq, prev_hash) == head else seq + 1
