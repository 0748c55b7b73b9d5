"""What an operator does on the command line while cosell runs: stop, resume, and say what became of an effect.

It writes to the same store as every running process, which all read the switch before anything leaves. A stopped
cosell on SQLite holds no lock between transactions, so this works beside it.
"""

from collections.abc import Callable

from bot.clock import SystemClock
from bot.config_cli import configuration_here
from bot.settings import Settings
from bot.stories import open_store
from motions import switches
from motions.policy import Configuration
from motions.records import UnitOfWork
from motions.switches import COMMAND_LINE
from motions.unknowns import state_outcome

_Change = Callable[[UnitOfWork, Configuration], str]


def stop(reason: str, settings: Settings) -> str:
    """Let nothing leave any more, in any process."""
    now = SystemClock().now()
    return _changed(lambda uow, config: switches.stop(COMMAND_LINE, reason, uow, config, now), settings)


def resume(settings: Settings) -> str:
    """Let everything go on."""
    now = SystemClock().now()
    return _changed(lambda uow, config: switches.resume(COMMAND_LINE, uow, config, now), settings)


def state(key: str, external_id: str | None, settings: Settings) -> str:
    """Record what a person found out about an effect whose outcome nobody could tell."""
    now = SystemClock().now()
    return _changed(lambda uow, _config: state_outcome(key, external_id, COMMAND_LINE.name, uow, now), settings)


def _changed(change: _Change, settings: Settings) -> str:
    config = configuration_here(settings)
    with open_store(settings).transaction() as uow:
        return change(uow, config)
