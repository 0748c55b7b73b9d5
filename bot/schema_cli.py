"""The `cosell schema` commands: what changed in a portal's schema, and letting it count; works beside a running bot.

It starts no segment: the bot looks every ten seconds for what was released.
"""

from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.settings import Settings
from bot.stories import open_store
from bot.terminal import reading
from motions import schemas
from motions.schema_rules import changes_between
from motions.switches import COMMAND_LINE

schema = typer.Typer(no_args_is_help=True, help="What portals ask for: what changed, and letting it count.")
_PORTAL = Annotated[str, typer.Argument(help="the portal's key: aws, microsoft, sheet")]


@schema.command("show")
def show(portal: _PORTAL) -> None:
    """Show what a portal asks for otherwise than cosell files by."""
    for line in reading(lambda settings: changed(portal, settings)):
        typer.echo(line)


@schema.command("release")
def release(portal: _PORTAL) -> None:
    """Let a portal's new schema count: what was held is prepared again, for a person to approve."""
    typer.echo(reading(lambda settings: released(portal, settings)))


def changed(portal: str, settings: Settings) -> list[str]:
    """What is pending of a portal's schema, in words."""
    known = open_store(settings).read(lambda uow: uow.schemas.get(portal))
    if known is None:
        return [f"Nobody has looked at {portal} yet. A running cosell looks when it starts and once a day."]
    if known.pending is None or known.pending_at is None:
        return [f"{portal} asks for what cosell files by: {len(known.accepted)} lines."]
    changes = changes_between(known.accepted, known.pending)
    return [f"Since {known.pending_at:%Y-%m-%d %H:%M} UTC:", *(f"  {change.said}" for change in changes)]


def released(portal: str, settings: Settings) -> str:
    """Let it count, and say so. Raises UserMistake."""
    with open_store(settings).transaction() as uow:
        return schemas.release(portal, COMMAND_LINE.name, uow, SystemClock().now())
