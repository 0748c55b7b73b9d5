"""Printing what an audit of the log found, for the terminal; reads the store, changes nothing."""

from collections.abc import Mapping

from rich.console import Console

from bot.keys import FileKeys
from bot.settings import Settings
from bot.stories import open_store
from handlers.views import VERSION, render
from motions.auditing import Findings
from motions.replaying import replay
from motions.signatures import verify_signed

_REPLAYED: Mapping[str, tuple[str, str]] = {
    "motion": ("motion", "motions"),
    "approval": ("request for a decision", "requests for a decision"),
    "standing approval": ("standing approval", "standing approvals"),
    "grant": ("grant", "grants"),
    "exception": ("exception", "exceptions"),
    "effect": ("effect", "effects"),
    "message": ("message", "messages"),
}


def print_verdict(settings: Settings, console: Console | None = None) -> bool:
    """Print whether the log holds, and everything it names with it; False when something was changed."""
    keys = FileKeys(settings.keys_folder)
    found = open_store(settings).read(lambda uow: verify_signed(uow, keys))
    out = console or Console()
    entries, seals = found.counts["entries"], found.counts["seals"]
    if not found.found:
        out.print(f"The log holds: {entries} entries, each following from the one before.", highlight=False)
        out.print(f"So does what they name: {seals} payloads, surfaces and snapshots are unchanged.", highlight=False)
        if signed := found.counts["signatures"]:
            out.print(f"Both sides' signatures of what may be shared hold: {signed}.", highlight=False)
    return _told(found, "The log is broken, or what it names was changed", out)


def print_replay(settings: Settings, console: Console | None = None) -> bool:
    """Print whether the log gives the rows and the messages again; False when something differs."""
    found = open_store(settings).read(lambda uow: replay(uow, render, VERSION))
    out = console or Console()
    out.print(f"Replayed from {found.counts['entries']} entries: {_counted(found, '')}.", highlight=False)
    if older := _counted(found, " before"):
        out.print(f"From before this could be replayed, and left out: {older}.", highlight=False)
    if others := found.counts["message drawn by another version"]:
        out.print(f"Drawn by another version of the views, and different today: {others}.", highlight=False)
    if not found.found:
        out.print("Everything is as the log says.")
    return _told(found, "The log says otherwise", out)


def _counted(found: Findings, suffix: str) -> str:
    """'3 motions, 4 requests for a decision'; nothing that there is none of, unless there is nothing at all."""
    counts = {words: found.counts[f"{what}{suffix}"] for what, words in _REPLAYED.items()}
    said = ", ".join(f"{n} {one if n == 1 else many}" for (one, many), n in counts.items() if n)
    return said or ("" if suffix else "nothing yet")


def _told(found: Findings, what: str, out: Console) -> bool:
    if found.found:
        out.print(f"{what}, in {found.found} {'place' if found.found == 1 else 'places'}:", highlight=False)
    for difference in found.differences:
        out.print(f"  {difference.where}: {difference.said}", highlight=False, markup=False, soft_wrap=True)
    if found.found > len(found.differences):
        out.print(f"  and {found.found - len(found.differences)} more", highlight=False)
    return not found.found
