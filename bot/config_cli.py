"""`cosell config export|import`: what is in force as files, and files put in force, while everything runs."""

import shutil
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.configuration import ConfigFolder
from bot.portals import why_not_connected
from bot.settings import DEFAULTS, Settings
from bot.stories import open_store
from bot.terminal import reading
from motions.configuring import files_of, in_force, keep
from motions.errors import UserMistake
from motions.policy import Configuration
from motions.records import UnitOfWork
from motions.revisions import Files
from motions.switches import COMMAND_LINE

config = typer.Typer(no_args_is_help=True, help="The files an operator decides in, and what is in force of them.")


@config.command("export")
def export_files(folder: Annotated[Path, typer.Argument(help="where the files go; made if it is not there")]) -> None:
    """Write the files in force, whoever put them in force and where."""
    typer.echo(reading(lambda settings: exported(folder, settings)))


@config.command("import")
def import_files(folder: Annotated[Path, typer.Argument(help="where the files are")]) -> None:
    """Put the files of a folder in force, in every process, within seconds; all of them or none."""
    typer.echo(reading(lambda settings: imported(folder, settings)))


@config.command("new")
def new_files(
    folder: Annotated[Path, typer.Argument(help="where the files go; not there yet, or empty")],
    admin: Annotated[str, typer.Option(help="the e-mail address of who sets cosell up in Slack")],
) -> None:
    """Write files to begin with: no partner, no rule, and one admin, who does the rest with `/cosell setup`."""
    typer.echo(reading(lambda _settings: begun(folder, admin)))


def begun(folder: Path, admin: str) -> str:
    """Write the files of an empty workspace; says what comes next."""
    if "@" not in admin:
        raise UserMistake(f"{admin!r} is no e-mail address. Nothing was written.")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise UserMistake(f"{folder} is not empty. Nothing was written.")
        shutil.copytree(DEFAULTS, folder, dirs_exist_ok=True)
        coverage = (
            f"# Who looks after which partner where.\nrows: []\noperators: [{admin}]\nadmins: [{admin}]\naway: []\n"
        )
        for name, text in {"coverage.yml": coverage, "partners.yml": "[]\n", "rules.yml": "rules: []\n"}.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise UserMistake(f"{folder} cannot be written ({error.strerror}).") from error
    _must_be_read(folder)
    return f"Wrote {folder}. Name it in COSELL_CONFIG and start cosell; {admin} then types `/cosell setup` in Slack."


def configuration_here(settings: Settings) -> Configuration:
    """What is in force, for a command at the terminal. Raises UserMistake."""
    return open_store(settings).read(lambda uow: in_force(ConfigFolder(settings.config_folder), uow)).config


def exported(folder: Path, settings: Settings) -> str:
    """Write the files in force into a folder; says which were written."""
    ours = ConfigFolder(settings.config_folder)
    number, files = open_store(settings).read(lambda uow: _standing(uow, ours))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise UserMistake(f"{folder} cannot be written ({error.strerror}). What is in force stays as it is.") from error
    return f"Wrote {_counted(len(files))} to {folder}: {_source(number)}."


def imported(folder: Path, settings: Settings) -> str:
    """Put a folder's files in force; says which differ from what was."""
    ours = ConfigFolder(settings.config_folder)
    theirs = ConfigFolder(folder, partial(why_not_connected, settings=settings))
    files = theirs.on_disk()
    theirs.read(files)
    with open_store(settings).transaction() as uow:
        number, before = _standing(uow, ours)
        changed = [name for name in sorted({*files, *before}) if files.get(name) != before.get(name)]
        if not changed:
            return f"Nothing was changed: {folder} is what is in force already."
        now = SystemClock().now()
        keep(files, before, number, f"{folder.name or folder} imported", COMMAND_LINE, uow, at=now)
    return f"In force, in every process within seconds: {', '.join(changed)} of {folder}."


def _standing(uow: UnitOfWork, ours: ConfigFolder) -> tuple[int, Files]:
    number = uow.revisions.newest()
    return number, files_of(number, ours, uow)


def _must_be_read(folder: Path) -> None:
    files = ConfigFolder(folder)
    files.read(files.on_disk())


def _counted(count: int) -> str:
    return f"{count} {'file' if count == 1 else 'files'}"


def _source(number: int) -> str:
    return f"revision {number} is in force" if number else "nothing was changed in Slack, so they are the folder's own"
