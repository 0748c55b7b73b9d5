"""The `cosell audit` commands: what they print, and with which code they end."""

from pathlib import Path
from typing import Annotated

import typer

from bot.audits import print_replay, print_verdict
from bot.exports import Verdict, compared, exported, verified
from bot.terminal import reading, refuse
from motions.exports import Account, Broken

audit = typer.Typer(no_args_is_help=True, help="The hash-chained log, and what both companies can check of it.")
_OTHER = typer.Option("--with", help="the other company's export, to be held beside FILE")
_KEY = typer.Option("--key", help="the public key that must have signed FILE")


@audit.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="an export; without it, our own log")] = None,
    other: Annotated[Path | None, _OTHER] = None,
    key: Annotated[str | None, _KEY] = None,
) -> None:
    """Check that nothing was changed, removed or reordered: in our log, or in an export, which needs no database."""
    if file is not None:
        raise typer.Exit(0 if _verify_export(file, other, key) else 1)
    if other is not None or key is not None:
        refuse("Name the FILE to be checked. Nothing was changed.")
    raise typer.Exit(0 if reading(print_verdict) else 1)


@audit.command("replay")
def replay_log() -> None:
    """Fold the log into the rows and draw the messages again; exit code 1 when anything differs."""
    raise typer.Exit(0 if reading(print_replay) else 1)


@audit.command("export")
def export(
    partner: Annotated[str, typer.Argument(help="the partner's key or name")],
    out: Annotated[Path | None, typer.Option("--out", help="a new file; without it, it is printed")] = None,
) -> None:
    """What crossed to a partner and came from it, and every grant, chained and signed: for both companies to keep."""
    text = reading(lambda settings: exported(partner, settings))
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        refuse(f"{out} cannot be written ({error.strerror}). Name a new file.")
    count = text.count("\n") - 2  # its first and its last line are no entries
    typer.echo(f"{out}: {count} {'entry' if count == 1 else 'entries'}, signed.")


def _verify_export(file: Path, other: Path | None, key: str | None) -> bool:
    one = _held(file, key)
    if one is None or other is None:
        return one is not None
    beside = _held(other, None)
    if beside is None:
        return False
    found = reading(lambda _settings: compared(one, beside))
    for said in found.differences:
        typer.echo(f"NOT AGREED: {said}")
    if not found.differences:
        typer.echo(f"Both accounts agree: {found.shared} messages, and every grant they were sent under.")
    return not found.differences


def _held(file: Path, key: str | None) -> Account | None:
    verdict: Verdict = reading(lambda settings: verified(file, settings))
    found = verdict.found
    if isinstance(found, Broken):
        typer.echo(f"{file} does not hold. {found.where}: {found.said}.")
        return None
    head = found.head
    typer.echo(
        f"{file} holds: {len(found.entries)} entries, {head.company}'s account of what passed with {head.partner}."
    )
    typer.echo(f"Signed by {head.key}: {verdict.whose}.")
    if key is not None and key != head.key:
        typer.echo(f"That is another key than {key}: somebody else made this file.")
        return None
    return found
