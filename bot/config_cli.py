"""`cosell config export|import`: what is in force as files, and files put in force, while everything runs."""

import re
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.configuration import OPTIONAL, ConfigFolder
from bot.portals import why_not_connected
from bot.settings import DEFAULTS, Settings
from bot.stories import open_store
from bot.terminal import reading
from motions.configuring import files_of, in_force, keep, with_own_version
from motions.errors import UserMistake
from motions.policy import Configuration
from motions.records import UnitOfWork
from motions.revisions import Edit, Files
from motions.switches import COMMAND_LINE

REVISION = "revision.txt"  # beside the files: which one they are
_OWNER = re.compile(r"[\w.]+@meridian\.example")  # of the shipped files

config = typer.Typer(no_args_is_help=True, help="The files an operator decides in, and what is in force of them.")


@config.command("export")
def export_files(folder: Annotated[Path, typer.Argument(help="where the files go; made if it is not there")]) -> None:
    """Write the files in force, whoever put them in force and where."""
    typer.echo(reading(lambda settings: exported(folder, settings)))


@config.command("import")
def import_files(
    folder: Annotated[Path, typer.Argument(help="where the files are")],
    *,
    over: Annotated[bool, typer.Option("--over", help="over what was changed since they were exported, too")] = False,
) -> None:
    """Put the files of a folder in force, in every process, within seconds; all of them or none."""
    typer.echo(reading(lambda settings: imported(folder, settings, over=over)))


@config.command("new")
def new_files(
    folder: Annotated[Path, typer.Argument(help="where the files go; not there yet, or empty")],
    admin: Annotated[str, typer.Option(help="the e-mail address of who sets cosell up in Slack")],
    company: Annotated[str, typer.Option(help="how partners know us")],
) -> None:
    """Write files to begin with: no partner, no rule, and one admin, who does the rest with `/cosell setup`."""
    typer.echo(reading(lambda _settings: begun(folder, admin, company)))


def begun(folder: Path, admin: str, company: str) -> str:
    """Write the files of an empty workspace; says what comes next."""
    if "@" not in admin:
        raise UserMistake(f"{admin!r} is no e-mail address. Nothing was written.")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise UserMistake(f"{folder} is not empty. Nothing was written.")
        shutil.copytree(DEFAULTS, folder, dirs_exist_ok=True)
        for name, text in _blank(folder, admin, company).items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise UserMistake(f"{folder} cannot be written ({error.strerror}).") from error
    _must_be_read(folder)
    return f"Wrote {folder}. Name it in COSELL_CONFIG and start cosell; {admin} then types `/cosell setup` in Slack."


def configuration_here(settings: Settings) -> Configuration:
    """What is in force, for a command at the terminal. Raises UserMistake."""
    return open_store(settings).read(lambda uow: in_force(ConfigFolder(settings.config_folder), uow)).config


def exported(folder: Path, settings: Settings) -> str:
    """Write the files in force into a folder, and which revision they are; says which were written."""
    ours = ConfigFolder(settings.config_folder)
    number, files = open_store(settings).read(lambda uow: _standing(uow, ours))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in OPTIONAL:
            (folder / name).unlink(missing_ok=True)  # what is not in force would come back with the next import
        for name, text in {**files, REVISION: f"{number}\n"}.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise UserMistake(f"{folder} cannot be written ({error.strerror}). What is in force stays as it is.") from error
    return f"Wrote {_counted(len(files))} to {folder}: {_source(number)}."


def imported(folder: Path, settings: Settings, *, over: bool = False) -> str:
    """Put a folder's files in force; says which differ from what was.

    Raises UserMistake when something else was put in force since they were exported, unless it is to go `over` that.
    """
    ours, now = ConfigFolder(settings.config_folder), SystemClock().now()
    theirs = ConfigFolder(folder, partial(why_not_connected, settings=settings))
    files, base = theirs.on_disk(), _revision(folder)
    theirs.read(files)
    with open_store(settings).transaction() as uow:
        number, before = _standing(uow, ours)
        if base != number and not over:
            raise UserMistake(_newer(number, base, folder, uow))
        changed = [name for name in sorted({*files, *before}) if files.get(name) != before.get(name)]
        if not changed:
            return f"Nothing was changed: {folder} is what is in force already."
        after = with_own_version(files, before, number + 1, now, theirs)
        keep(after, before, number, f"{folder.name or folder} imported", COMMAND_LINE, uow, at=now)
    again = " Its policy has a version of its own now: `cosell config export` writes it." if after != files else ""
    _note(folder, number + 1)
    return f"In force, in every process within seconds: {', '.join(changed)} of {folder}.{again}"


def is_folder_unread(settings: Settings) -> bool:
    """Whether the folder says something else than what is in force: it is not read any more. Raises UserMistake."""
    ours = ConfigFolder(settings.config_folder)
    number, files = open_store(settings).read(lambda uow: _standing(uow, ours))
    return bool(number) and files != ours.on_disk()


def _newer(number: int, base: int, folder: Path, uow: UnitOfWork) -> str:
    newest = uow.revisions.get(number)
    last = f" ({newest.name}: {newest.why})" if newest else ""
    return (
        f"Revision {number} is in force{last}, and {folder} was made of {base}: what was changed since would be lost. "
        "Nothing was changed. Export again and put your changes on those files, or say --over."
    )


def _revision(folder: Path) -> int:
    """Which revision a folder was exported from; 0: none."""
    try:
        return int((folder / REVISION).read_text("utf-8"))
    except (OSError, ValueError):
        return 0


def _note(folder: Path, number: int) -> None:
    """So that the same folder can be changed and imported again."""
    with suppress(OSError):
        (folder / REVISION).write_text(f"{number}\n", "utf-8")


def _standing(uow: UnitOfWork, ours: ConfigFolder) -> tuple[int, Files]:
    number = uow.revisions.newest()
    return number, files_of(number, ours, uow)


def _blank(folder: Path, admin: str, company: str) -> Files:
    """What is different in the files of a workspace in which nobody has decided anything."""
    files = ConfigFolder(folder)
    named = files.edited(files.on_disk(), [Edit("policy.yml", ("company",), company)])
    people = f"operators: [{admin}]\nadmins: [{admin}]\naway: []\n"
    return {
        "policy.yml": named["policy.yml"],
        "coverage.yml": f"# Who looks after which partner where, and in which alliance channel.\nrows: []\n{people}",
        "partners.yml": "[]\n",
        "rules.yml": "rules: []\n",
        "fields.yml": _OWNER.sub(admin, named["fields.yml"]),
    }


def _must_be_read(folder: Path) -> None:
    files = ConfigFolder(folder)
    files.read(files.on_disk())


def _counted(count: int) -> str:
    return f"{count} {'file' if count == 1 else 'files'}"


def _source(number: int) -> str:
    return f"revision {number} is in force" if number else "nothing was changed in Slack, so they are the folder's own"
