"""The portals the partners file names, opened with the settings each needs; knows no portal's words."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Protocol, runtime_checkable

from pydantic import SecretStr
from starlette.routing import Route

from bot.aws_events import AWS, aws_door
from bot.clock import SystemClock
from bot.configuration import ConfigFolder
from bot.settings import Settings, SettingsError
from connectors.microsoft.account import AccountError
from connectors.microsoft.notifications import ForgedError, open_notifications
from connectors.registry import PORTALS
from handlers.portal_events import Heard, PortalEvents, portal_route
from motions.errors import UserMistake
from motions.policy import Configuration
from motions.ports import Clock, Portal, Ports

log = logging.getLogger(__name__)

MICROSOFT = "microsoft"

_MICROSOFT_NEEDS = (
    "microsoft_tenant_id",
    "microsoft_client_id",
    "microsoft_client_secret",
    "microsoft_refresh_token",
)


@runtime_checkable
class _Closing(Protocol):
    def close(self) -> None: ...


class Portals(Mapping[str, Portal]):
    """The portals by key: those partners.yml names at the start, and any other once somebody asks for it by its key."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, Portal] = {}

    def __getitem__(self, key: str) -> Portal:
        """KeyError when there is none of this key; SettingsError names what it lacks."""
        if key not in _ARGUMENTS:
            raise KeyError(key)
        self.open(key)
        return self._open[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._open)

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, key: object) -> bool:
        return key in self._open

    def open(self, key: str) -> None:
        """Have it open; SettingsError names what it lacks."""
        with self._lock:
            if key not in self._open:
                self._open = {**self._open, key: _opened(key, self._settings, self._clock)}

    def close(self) -> None:
        """Let the connections go of those that keep some."""
        for portal in self._open.values():
            if isinstance(portal, _Closing):
                portal.close()


def open_portals(settings: Settings, config: Configuration, clock: Clock) -> Portals:
    """Those the partners file names, open; SettingsError names what one of them lacks."""
    portals = Portals(settings, clock)
    for key in sorted(config.portals_named):
        if (why := why_not_connected(key, settings)) is not None:
            raise SettingsError(why)
        portals.open(key)
    return portals


def config_files(settings: Settings) -> ConfigFolder:
    """The operators' files, of which none names a portal that cannot be opened here."""
    return ConfigFolder(settings.config_folder, partial(why_not_connected, settings=settings), connectable(settings))


def connectable(settings: Settings) -> tuple[str, ...]:
    """The portals whose settings are there."""
    return tuple(key for key in sorted(_ARGUMENTS) if why_not_connected(key, settings) is None)


def why_not_connected(key: str, settings: Settings) -> str | None:
    """What keeps a portal from being opened, in words; nothing is called for it."""
    if key not in _ARGUMENTS:
        return (
            f"partners.yml names the portal {key}, which there is none of. There are: {', '.join(sorted(_ARGUMENTS))}."
        )
    try:
        _ARGUMENTS[key](settings)
        # AWS's credentials are looked for in the machine's own ways, one of which is a call.
        tried = _opened(key, settings, SystemClock()) if key != AWS else None
    except (SettingsError, UserMistake) as error:
        return str(error)
    if isinstance(tried, _Closing):
        tried.close()
    return None


def _opened(key: str, settings: Settings, clock: Clock) -> Portal:
    try:
        return PORTALS[key](**_ARGUMENTS[key](settings), clock=clock)
    except AccountError as error:
        raise SettingsError(f"{error}. docs/connectors.md shows one.") from error


def portal_routes(settings: Settings, ports: Ports, wake: Callable[[str], object]) -> list[Route]:
    """Where portals tell that something changed: those of them that can, and whose word can be checked."""
    return [*_microsoft_door(settings, ports, wake), *aws_door(settings, ports, wake)]


def _microsoft_door(settings: Settings, ports: Ports, wake: Callable[[str], object]) -> list[Route]:
    authorities = settings.microsoft_webhook_authorities
    if MICROSOFT not in ports.portals or authorities is None:
        return []
    read = open_notifications(authorities, settings.microsoft_certificate_host, ports.clock)

    def heard(headers: Mapping[str, str], body: bytes) -> Heard | None:
        try:
            told = read(headers, body)
        except ForgedError as error:
            log.warning("portal-event.refused portal=%s reason=%s", MICROSOFT, error)
            return None
        return Heard(told.key, told.is_change)

    return [portal_route(MICROSOFT, PortalEvents(heard, ports.store, ports.clock, lambda: wake(f"portal.{MICROSOFT}")))]


def _aws(settings: Settings) -> Mapping[str, object]:
    return {
        "catalog": settings.aws_partner_catalog or "",
        "endpoint_url": settings.aws_endpoint_url_partnercentral_selling,
        "access_key_id": settings.aws_access_key_id,
        "secret_access_key": _secret(settings.aws_secret_access_key),
        "session_token": _secret(settings.aws_session_token),
        "marketplace_url": settings.aws_endpoint_url_marketplace_catalog,
    }


def _microsoft(settings: Settings) -> Mapping[str, object]:
    if missing := [name.upper() for name in _MICROSOFT_NEEDS if not getattr(settings, name)]:
        raise SettingsError(
            f"partners.yml names the portal microsoft. Missing: {', '.join(missing)}. Add them to .env "
            "(docs/settings.md)."
        )
    return {
        "api_url": settings.microsoft_api_url,
        "login_url": settings.microsoft_login_url,
        "tenant_id": settings.microsoft_tenant_id,
        "client_id": settings.microsoft_client_id,
        "client_secret": _secret(settings.microsoft_client_secret),
        "refresh_token": _secret(settings.microsoft_refresh_token),
        "token_file": settings.keys_folder / "microsoft-sign-in.json",
        "account_file": settings.config_folder / "microsoft.toml",
    }


def _sheet(settings: Settings) -> Mapping[str, object]:
    return {"folder": settings.packs_folder, "layout_file": settings.config_folder / "sheet.toml"}


_ARGUMENTS: Mapping[str, Callable[[Settings], Mapping[str, object]]] = {
    AWS: _aws,
    MICROSOFT: _microsoft,
    "sheet": _sheet,
}


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None
