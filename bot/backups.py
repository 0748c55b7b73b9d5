"""`cosell backup` and `cosell restore` in words: what was done, and what happens next; copies nothing itself."""

from pathlib import Path

from bot.clock import SystemClock
from bot.processes import be_present
from bot.settings import SANDBOX_DATABASE, Settings
from store.backups import Copied, back_up, restore
from store.engine import StoreUnusable


def backed_up(target: Path, settings: Settings) -> str:
    """Back the database up into a new file; what to say about it. Raises StoreUnusable."""
    copied = back_up(settings.cosell_database_url, target)
    return f"{target} is a whole copy: {_said(copied)}. Checked: the file, and the chain of the log."


def restored(backup: Path, settings: Settings) -> str:
    """Put a backup back; what to say about it. Raises StoreUnusable, AlreadyRunningError."""
    url = settings.cosell_database_url
    if url == SANDBOX_DATABASE:
        raise StoreUnusable("the sandbox's own database is emptied at each start: name another in COSELL_DATABASE_URL")
    presence = be_present(url) if url.startswith("sqlite") else None
    try:
        done = restore(url, backup, at=SystemClock().now())
    finally:
        if presence is not None:
            presence.leave()
    kept = f" What was there is kept as {done.kept}." if done.kept else ""
    return (
        f"{done.database} is what {backup} holds: {_said(done.copied)}.{kept}\n"
        "Start cosell. What may have left after the backup was made is looked up before anything is sent again, and "
        "the CRM is read from where the backup ended. Look at the cards people decided since: those clicks are gone."
    )


def _said(copied: Copied) -> str:
    last = f", the last of {copied.last_at:%Y-%m-%d %H:%M:%S} UTC" if copied.last_at else ""
    return f"{copied.entries} entries in the log{last}"
