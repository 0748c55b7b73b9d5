"""Whether everything outside can be reached: one question to each system, said in one line; writes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from bot.app import crm_gateway, slack_client
from bot.clock import SystemClock
from bot.config_cli import configuration_here, is_folder_unread
from bot.portals import open_portals
from bot.settings import Settings, SettingsError
from handlers.desk import whoami
from motions.errors import CosellError
from motions.ports import Clock, Portal
from store.engine import open_engine


@dataclass(frozen=True)
class Finding:
    """One system, whether it answered, and what it or the failure said."""

    system: str
    is_well: bool
    said: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Ask the store, the configuration, Slack, the CRM and each portal, in this order."""
    clock = SystemClock()
    yield _ask("store", lambda: f"{open_engine(settings.cosell_database_url).url!r} can be written")
    try:
        config = configuration_here(settings)
    except (CosellError, SettingsError) as error:
        yield Finding("configuration", is_well=False, said=str(error))
        return
    unread = f"; {settings.config_folder} says something else and is not read" if is_folder_unread(settings) else ""
    yield Finding("configuration", is_well=True, said=f"policy {config.policy.version}{unread}")
    yield _ask("Slack", lambda: f"we are {whoami(slack_client(settings)).bot_user_id}")
    yield _ask("Salesforce", lambda: f"its clock says {crm_gateway(settings).server_now():%Y-%m-%d %H:%M:%S} UTC")
    for key, portal in open_portals(settings, config, clock).items():
        yield _ask(f"portal {key}", partial(_recent, portal, clock))


def _recent(portal: Portal, clock: Clock) -> str:
    return f"{len(portal.changed_since(clock.now()))} referrals changed just now"


def _ask(system: str, question: Callable[[], str]) -> Finding:
    try:
        return Finding(system, is_well=True, said=question())
    except (CosellError, SettingsError) as error:
        return Finding(system, is_well=False, said=str(error))
