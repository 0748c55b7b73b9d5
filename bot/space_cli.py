"""The `cosell space` commands: what they print and with which code they end; the work is in `bot.spaces`."""

from pathlib import Path
from typing import Annotated

import typer

from bot import neighbours, spaces
from bot.spaces import As, Preview
from bot.terminal import reading, refuse
from motions.instance_telling import Told
from motions.instance_wire import Outcome, RowOutcome

space = typer.Typer(no_args_is_help=True, help="Joint pipelines: two companies' figures of the same deals.")
keys = typer.Typer(no_args_is_help=True, help="The keys other companies' programs know us by.")
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


@space.command("push")
def push(partner: _PARTNER) -> None:
    """Tell the partner's own cosell our figures of the shared deals now, and say what it took, and what differs."""
    told, company = reading(lambda settings: neighbours.tell(partner, settings))
    _say(told, company.name)
    raise typer.Exit(0 if told.is_equal and not told.answer.refused else 1)


@keys.command("show")
def show_key(partner: _PARTNER) -> None:
    """Print our public key for a partner's own cosell: its `public_key:` for us in partners.yml."""
    typer.echo(reading(lambda settings: neighbours.key_for(partner, settings)))


def _say(told: Told, company: str) -> None:
    answer, rows = told.answer, told.answer.rows
    if answer.outcome is Outcome.OVERTAKEN:
        typer.echo(answer.said)
        return
    counted = {kind: sum(row.outcome is kind for row in rows) for kind in RowOutcome}
    typer.echo(
        f"{company}'s cosell heard our figures of {len(rows)} deals: {counted[RowOutcome.MOVED]} moved, "
        f"{counted[RowOutcome.SAME]} were known, {counted[RowOutcome.REFUSED]} not taken."
    )
    for row in answer.refused:
        typer.echo(f"NOT TAKEN, {row.deal}: {' '.join(row.problems)}")
    taken = len(rows) - counted[RowOutcome.REFUSED]
    if told.is_equal:
        typer.echo(f"Both companies see the same of {taken} deals: view {answer.view}")
        return
    typer.echo(f"The two views differ; {company} tells its present figures, or changes what it shares:")
    for place in told.differs:
        typer.echo(f"  {place}")


def _show(preview: Preview) -> None:
    for row in preview.rows:
        said = [f"{field}: {before} -> {after}" for field, before, after in row.changes] or ["nothing new"]
        said = [f"NOT TAKEN, {problem}" for problem in row.problems] or said
        typer.echo(f"row {row.number}, {row.name}: {'; '.join(said)}")
