"""The terminal's manners, the same for every command: this folder's settings, and a refusal in one line with code 2."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

import typer

from bot.embedded import SandboxError
from bot.processes import AlreadyRunningError
from bot.settings import Settings, SettingsError, load_settings
from motions.errors import CosellError

T = TypeVar("T")

REFUSED = 2
REFUSALS = (CosellError, SettingsError, SandboxError, AlreadyRunningError)


def settings_here() -> Settings:
    """The settings of the folder the command runs in."""
    try:
        return load_settings(Path.cwd())
    except SettingsError as error:
        refuse(str(error))


def reading(look: Callable[[Settings], T]) -> T:
    """What a command finds in the database; one it cannot open is refused in one line."""
    try:
        return look(settings_here())
    except REFUSALS as error:
        refuse(str(error))


def refuse(message: str) -> NoReturn:
    """Say why nothing was done, and end."""
    typer.echo(message, err=True)
    sys.stderr.flush()
    # The engine's executor threads would hold the interpreter.
    os._exit(REFUSED)
