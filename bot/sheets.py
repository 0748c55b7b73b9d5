"""`cosell sheet`: partners' spreadsheets from the terminal; works on the store beside a running bot.

It starts no segment: the bot looks every ten seconds for rows that wait, and carries them out.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.clock import SystemClock
from bot.settings import Settings
from bot.spaces import Here, around, partner_called
from bot.stories import open_store
from connectors.sheets import open_portal, plain, read_sheet
from connectors.sheets.grids import LARGEST_BYTES
from motions.errors import UserMistake
from motions.filed_by_hand import file_as
from motions.importing import Preview, preview, take
from motions.model import Motion, MotionId, MotionState
from motions.partner_sheets import Reading, SheetColumn
from motions.policy import Partner
from motions.records import MotionQuery, UnitOfWork
from motions.switches import COMMAND_LINE


@dataclass(frozen=True)
class Opened:
    """A file as it was read, and what importing it would change for a partner; None without one."""

    sha256: str
    reading: Reading
    preview: Preview | None


def look(file: Path, asked: str | None, settings: Settings) -> Opened:
    """What a sheet says and would change; changes nothing."""
    data = _bytes(file)
    if asked is None:
        return Opened(_hash(data), read_sheet(data, file.name, {}), None)
    here, partner, reading = _read(data, file.name, asked, settings)
    found = open_store(settings).read(lambda uow: preview(reading, _hash(data), partner, uow, here))
    return Opened(_hash(data), reading, found)


def bring_in(file: Path, asked: str, settings: Settings, *, expected: str) -> int:
    """Import what a sheet changes, once; how many rows. `expected` is the hash of the bytes somebody saw."""
    data = _bytes(file)
    if _hash(data) != expected:
        raise UserMistake(f"{file} is not the file that was shown any more. Nothing was changed. Look at it again.")
    here, partner, reading = _read(data, file.name, asked, settings)
    with open_store(settings).transaction() as uow:
        return take(reading, _hash(data), file.name, partner, uow, here, by=COMMAND_LINE.name)


def remember(asked: str, heading: str, column: str, settings: Settings) -> str:
    """Keep what a partner's heading means, and say so."""
    partner = partner_called(asked, around(settings))
    if column not in set(SheetColumn):
        raise UserMistake(f"There is no column {column!r}. Nothing was changed. Name one of: {', '.join(SheetColumn)}.")
    spelt = plain(heading)
    if not spelt:
        raise UserMistake(f"{heading!r} is no heading. Nothing was changed.")
    with open_store(settings).transaction() as uow:
        uow.sheets.remember(partner.key, spelt, SheetColumn(column))
    return f"In sheets of {partner.name} “{heading}” is {column} from now on."


def filed(asked: str, reference: str, settings: Settings) -> str:
    """Say under which reference of the partner's a pack was filed; `asked` is the pack's id or the motion's."""
    portal = open_portal(
        folder=settings.packs_folder, layout_file=settings.config_folder / "sheet.toml", clock=SystemClock()
    )
    store = open_store(settings)
    motion = store.read(lambda uow: _motion(asked, uow))
    if motion is None or motion.referral_id is None or motion.state is not MotionState.IN_REVIEW:
        raise UserMistake(f"No motion {asked!r} waits to be filed. Nothing was changed. `cosell explain` shows them.")
    if not file_as(motion, reference, portal, by=COMMAND_LINE.name, store=store, clock=SystemClock()):
        return f"{motion.deal_name} is filed so already. Nothing was changed."
    return f"{motion.deal_name} is filed as {reference.strip()}. A running cosell shows it within a minute."


def _motion(asked: str, uow: UnitOfWork) -> Motion | None:
    found = uow.motions.find(MotionQuery(referral_id=asked, limit=1))
    return uow.motions.get(MotionId(asked)) or next(iter(found), None)


def _read(data: bytes, name: str, asked: str, settings: Settings) -> tuple[Here, Partner, Reading]:
    here = around(settings)
    partner = partner_called(asked, here)
    told = open_store(settings).read(lambda uow: uow.sheets.headings(partner.key))
    return here, partner, read_sheet(data, name, told)


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            most = LARGEST_BYTES // 1024 // 1024
            raise UserMistake(f"{file} is larger than {most} MB, so it was not read. Split it.")
        return file.read_bytes()
    except OSError as error:
        raise UserMistake(f"{file} cannot be read ({error.strerror}). Nothing was changed.") from error
