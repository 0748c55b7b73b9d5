"""The `cosell sheet` commands: what they print and with which code they end; the work is in `bot.sheets`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot import sheets
from bot.terminal import reading
from motions.importing import Change, Preview
from motions.partner_sheets import Reading

SHOWN = 50  # rows; whoever wants more looks into the file

sheet = typer.Typer(no_args_is_help=True, help="Partners without an API: their spreadsheets in, filing packs out.")
_PARTNER = Annotated[str, typer.Argument(help="the partner's key or name")]


@sheet.command("read")
def read(
    file: Annotated[Path, typer.Argument(help="an .xlsx or CSV of a partner's")],
    partner: Annotated[str | None, typer.Option(help="whose it is: shows what it would change")] = None,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="import it; without this nothing is changed")] = False,
) -> None:
    """Show what a sheet says, everything wrong in it, and what it would change; with `--apply`, import that."""
    opened = reading(lambda settings: sheets.look(file, partner, settings))
    for line in _of_reading(opened.reading):
        typer.echo(line)
    if opened.preview is None or partner is None:
        typer.echo("Nothing was changed. With --partner KEY it says what importing it would change.")
        return
    for line in _of_preview(opened.preview):
        typer.echo(line)
    if not apply:
        typer.echo("Nothing was changed. The same command with --apply imports it.")
    elif opened.preview.imported is not None:
        typer.echo("Nothing was changed.")
    else:
        taken = reading(lambda settings: sheets.bring_in(file, partner, settings, expected=opened.sha256))
        typer.echo(f"{taken} rows are imported. A running cosell writes them row by row, from within ten seconds on.")


@sheet.command("map")
def remember(
    partner: _PARTNER,
    heading: Annotated[str, typer.Argument(help="their heading, as it stands in the sheet")],
    column: Annotated[str, typer.Argument(help="what it means, by our name (docs/connectors.md)")],
) -> None:
    """Say once what a partner's heading means; it is remembered for that partner."""
    typer.echo(reading(lambda settings: sheets.remember(partner, heading, column, settings)))


@sheet.command("filed")
def filed(
    pack: Annotated[str, typer.Argument(help="the pack's id, PACK-…, or the motion's")],
    reference: Annotated[str, typer.Argument(help="what the partner calls it")],
) -> None:
    """Say that a filing pack was filed, and under which reference; closes what waits for it."""
    typer.echo(reading(lambda settings: sheets.filed(pack, reference, settings)))


def _of_reading(read: Reading) -> Iterator[str]:
    yield f'Sheet "{read.sheet}": {len(read.rows)} rows can be taken.'
    for each in read.columns:
        if each.column is not None:
            yield f'  {each.letter} "{each.heading}" is {each.column} ({each.confidence:.0%}: {each.how})'
    for each in read.unmapped:
        yield f'  {each.letter} "{each.heading}" is not read: {each.how}'
    if read.unmapped:
        yield 'What a heading means is said once: cosell sheet map PARTNER "their heading" OUR_COLUMN'
    for mistake in read.mistakes:
        yield f"{'MISTAKE' if mistake.blocks else 'note'}: {mistake.where}: {mistake.message}. [{mistake.code}]"


def _of_preview(found: Preview) -> Iterator[str]:
    if found.imported is not None:
        yield f"Exactly this file was imported on {found.imported.imported_at:%Y-%m-%d %H:%M} UTC."
    wanted = found.wanted
    for change in wanted[:SHOWN]:
        yield f"  row {change.row}, {_named(change)}: {change.kind} {change.known or 'nothing'} -> {change.after}"
    if len(wanted) > SHOWN:
        yield f"  … and {len(wanted) - SHOWN} more rows like these"
    for change in found.changes:
        if change.problem is not None:
            yield f"NOT TAKEN: row {change.row} {change.problem}."
        elif change.is_stale:
            on = change.values.get("scored_on")
            yield f"STALE: row {change.row}, {_named(change)}: {change.kind} of {on}, not written."
    for item in found.gone:
        yield f"  no more in it: {item.kind} of {item.opportunity_id}, row {item.number}; it stays as it is"
    same = sum(change.problem is None and not change.is_stale and not change.is_new for change in found.changes)
    yield f"{len(wanted)} rows change something, {same} say what is known."


def _named(change: Change) -> str:
    return change.deal.name if change.deal is not None else "no deal"
