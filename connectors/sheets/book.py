"""The folder of filing packs: one entry for each deal, its workbook beside it; decides nothing about either."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from motions.errors import NotVisible, Unavailable
from motions.referrals import Review
from motions.sheet_drops import SharedFile

SYSTEM: Final = "the folder of filing packs"
_LOCK: Final = ".lock"


@dataclass(frozen=True)
class Entry:
    """One deal's pack, and what became of it as far as somebody told."""

    id: str  # of the pack
    crm_id: str
    title: str
    customer: str
    modified_at: datetime
    review: Review = Review.PENDING
    reference: str | None = None  # the partner's own; None: nobody has said that it was filed
    comment: str | None = None
    contact: str | None = None
    email: str | None = None
    stage: str | None = None
    next_step: str | None = None

    @property
    def referral_id(self) -> str:
        """The partner's own id as soon as it is known."""
        return self.reference or self.id


def pack_id(crm_id: str, key: str) -> str:
    """What a pack is called: the same deal filed under the same key is the same pack."""
    return f"PACK-{_short(crm_id, 10)}-{_short(key, 6)}"


class Book:
    """Reads and writes the folder; what is written is whole or not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def workbook(self, entry_id: str) -> Path:
        """Where a pack's workbook is."""
        return self._folder / f"{entry_id}.xlsx"

    def bytes_of(self, entry_id: str) -> SharedFile:
        """A pack's workbook whole; raises NotVisible when somebody took it away."""
        path = self.workbook(entry_id)
        with _answering():
            try:
                return SharedFile(path.name, path.read_bytes())
            except FileNotFoundError:
                raise NotVisible(SYSTEM, f"{path.name} is not there any more") from None

    def of_deal(self, crm_id: str) -> Entry | None:
        """The pack of a deal, or None."""
        return self._read(self._path(crm_id))

    def of_referral(self, referral_id: str) -> Entry:
        """The pack of this id or of this reference of the partner's; raises NotVisible."""
        for entry in self.all():
            if referral_id in {entry.id, entry.reference}:
                return entry
        raise NotVisible(SYSTEM, f"there is no pack {referral_id}")

    def all(self) -> Iterator[Entry]:
        """Every pack."""
        with _answering():
            paths = sorted(self._folder.glob("deal-*.json"))
        yield from (entry for path in paths if (entry := self._read(path)) is not None)

    def put(self, entry: Entry, workbook: bytes) -> None:
        """Keep a pack; the entry is written last, so that no entry is without its workbook."""
        with _answering(), self._locked():
            _write(self.workbook(entry.id), workbook)
            _write(self._path(entry.crm_id), _spelt(entry))

    def change(self, crm_id: str, changed: Callable[[Entry], Entry]) -> Entry:
        """Replace an entry by what `changed` makes of it, nobody else writing meanwhile; raises NotVisible."""
        with _answering(), self._locked():
            entry = self.of_deal(crm_id)
            if entry is None:
                raise NotVisible(SYSTEM, f"there is no pack of the deal {crm_id}")
            after = changed(entry)
            if replace(after, modified_at=entry.modified_at) != entry:
                _write(self._path(crm_id), _spelt(after))
            return after

    def _path(self, crm_id: str) -> Path:
        return self._folder / f"deal-{_short(crm_id, 20)}.json"

    def _read(self, path: Path) -> Entry | None:
        with _answering():
            try:
                return _ADAPTER.validate_json(path.read_bytes())
            except FileNotFoundError:
                return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(SYSTEM, f"it cannot be used ({error.strerror})") from error


def _write(path: Path, data: bytes) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _spelt(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), default=str, indent=2, ensure_ascii=False).encode()


def _short(text: str, length: int) -> str:
    return sha256(text.encode()).hexdigest()[:length].upper()


_ADAPTER = TypeAdapter(Entry)
