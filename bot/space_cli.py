"""The `cosell space` commands: what they print and with which code they end; the work is in `bot.spaces`."""

from pathlib import Path
from typing import Annotated

import typer

from bot import spaces
from bot.spaces import As, Preview
from bot.terminal import reading, refuse

space = typer.Typer(no_args_is_help=True, help="Joint pipelines: two companies' figures of the same deals.")
_PARTNER = Annotated[str, typer.Argument(help="the partner's key or name")]


@space.command("export")
def export(partner: _PARTNER, whose: Annotated[As, typer.Option("--as", help="whose copy")] = As.THEIRS) -> None:
    """Print the joint forecast as CSV; `--as ours` adds our CRM's ids, which the partner does not get."""
    sheet, view = reading(lambda settings: spaces.export(partner, whose, settings))
    typer.echo(sheet, nl=False)
    typer.echo(f"{view.deals} deals, {view.conflicts} differences, state {view.state}", err=True)


@space.command("import")
def take(
    partner: _PARTNER,
    file: Annotated[Path, typer.Argument(help="CSV: deal, stage, amount, currency, close_date")],
    apply: Annotated[bool, typer.Option("--apply", help="take it; without this nothing is changed")] = False,
) -> None:
    """Show what the partner's sheet would change; with `--apply`, take it whole or not at all."""
    preview = reading(lambda settings: spaces.preview(partner, file, settings))
    _show(preview)
    if not preview.is_good:
        refuse("Nothing was changed: mend the rows above, or leave them out.")
    if not apply:
        typer.echo("Nothing was changed. The same command with --apply takes it.")
        return
    moved = reading(lambda settings: spaces.take_sheet(partner, file, settings))
    typer.echo(f"{moved} of {len(preview.rows)} deals moved. The message in the shared channel shows it in a moment.")


@space.command("add")
def add(partner: _PARTNER, deal: Annotated[str, typer.Argument(help="the deal's id, or all of its name")]) -> None:
    """Put a deal both companies know into their joint pipeline; deals handed over come in by themselves."""
    typer.echo(reading(lambda settings: spaces.add(partner, deal, settings)))


def _show(preview: Preview) -> None:
    for row in preview.rows:
        said = [f"{field}: {before} -> {after}" for field, before, after in row.changes] or ["nothing new"]
        said = [f"NOT TAKEN, {problem}" for problem in row.problems] or said
        typer.echo(f"row {row.number}, {row.name}: {'; '.join(said)}")
