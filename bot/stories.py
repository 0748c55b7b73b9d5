"""Printing a motion's story for the terminal; reads the store, starts nothing."""

from datetime import timedelta

from rich.console import Console
from rich.table import Table

from bot.settings import Settings
from motions.explaining import Story, motions_named, tell
from motions.records import Segment
from store.engine import open_engine
from store.migrate import upgrade
from store.unit import SqlStore


def print_story(asked: str, settings: Settings, console: Console | None = None) -> bool:
    """Print the story of every motion that is meant; False when there is none."""
    motions = open_store(settings).read(lambda uow: [tell(motion.id, uow) for motion in motions_named(asked, uow)])
    for story in filter(None, motions):
        show(story, console or Console())
    return bool(motions)


def open_store(settings: Settings) -> SqlStore:
    """The store without an engine of segments behind it: reading only."""
    engine = open_engine(settings.cosell_database_url)
    upgrade(engine)
    return SqlStore(engine, _refuse)


def show(story: Story, console: Console) -> None:
    """The clocks, the lines and the effects of one motion."""
    motion, clocks = story.motion, story.clocks
    console.print(f"[bold]{motion.deal_name}[/] with {motion.partner}: {motion.state.value}. Next: {motion.next_act}.")
    console.print(
        f"T_match {said(clocks.match)}, T_first {said(clocks.first)}, T_e2e {said(clocks.e2e)}, "
        f"of which people {said(clocks.human_wait)}."
    )
    lines = Table("when (UTC)", "what", "who", "detail", box=None)
    for line in story.lines:
        lines.add_row(f"{line.at:%Y-%m-%d %H:%M:%S}", line.event, line.actor, line.detail)
    console.print(lines)
    console.print(effects_table(story))


def effects_table(story: Story) -> Table:
    """Every effect with its outcome and the other side's id."""
    table = Table("effect", "outcome", "external id", "where", box=None)
    for kind, status, external_id, destination in story.effects:
        table.add_row(kind, status, external_id, destination)
    return table


def said(duration: timedelta | None) -> str:
    """'3.2 s', or a dash."""
    return "-" if duration is None else f"{duration.total_seconds():.1f} s"


def _refuse(_session: object, _segment: Segment) -> None:
    raise RuntimeError("this store only reads")
