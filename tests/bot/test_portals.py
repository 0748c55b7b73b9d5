"""Opening portals: what partners.yml names, with every missing setting named; and the door for their notifications."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.clock import SystemClock
from bot.configuration import load_configuration
from bot.portals import Portals, connectable, open_portals, portal_routes
from bot.settings import DEFAULTS, Settings, SettingsError
from connectors.microsoft import MicrosoftPortal
from motions.policy import Configuration
from motions.ports import Portal
from sandbox.microsoft.certificates import Seal
from tests.fakes.world import world
from tests.scenarios.microsofts import ACCOUNT

GIVEN: Mapping[str, Any] = {
    "microsoft_tenant_id": "t",
    "microsoft_client_id": "c",
    "microsoft_client_secret": "s",
    "microsoft_refresh_token": "r",
}


def configured(portal: str) -> Configuration:
    shipped = load_configuration(DEFAULTS)
    return shipped.model_copy(update={"partners": (shipped.partners[0].model_copy(update={"portal": portal}),)})


def opened(settings: Settings, portal: str = "microsoft") -> Portals:
    return open_portals(settings, configured(portal), SystemClock())


def settings(folder: Path, **given: Any) -> Settings:
    (folder / "microsoft.toml").write_text(ACCOUNT)
    return Settings.model_validate({"cosell_config": folder, "cosell_keys": folder / "keys", **GIVEN, **given})


def test_microsoft_is_opened_without_a_call_and_keeps_nothing_yet(tmp_path: Path) -> None:
    portals = opened(settings(tmp_path))

    assert isinstance(portals["microsoft"], MicrosoftPortal)
    assert not (tmp_path / "keys").exists()
    portals.close()


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_a_missing_setting_of_microsoft_s_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=rf"Missing: {name.upper()}\."):
        opened(settings(tmp_path, **{name: None}))


def test_a_portal_named_later_is_opened_at_its_first_use(tmp_path: Path) -> None:
    portals = opened(settings(tmp_path), "sheet")
    before = list(portals)

    assert isinstance(portals["microsoft"], MicrosoftPortal)
    assert portals["microsoft"] is portals["microsoft"]
    assert (before, sorted(portals), len(portals)) == (["sheet"], ["microsoft", "sheet"], 2)
    assert portals.get("google") is None
    portals.close()


def test_those_whose_settings_are_there_can_be_named(tmp_path: Path) -> None:
    assert connectable(settings(tmp_path)) == ("aws", "microsoft", "sheet")
    assert connectable(settings(tmp_path, microsoft_tenant_id=None)) == ("aws", "sheet")


def test_a_portal_nobody_has_built_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"google, which there is none of. There are: aws, microsoft, sheet\."):
        opened(settings(tmp_path), "google")


def test_a_wrong_account_file_is_named_with_its_fault(tmp_path: Path) -> None:
    given = settings(tmp_path)
    (tmp_path / "microsoft.toml").write_text("[contact]")

    with pytest.raises(SettingsError, match=r"microsoft\.toml is wrong: contact\.first_name: missing"):
        opened(given)


def routes(given: Settings, portals: Mapping[str, Portal]) -> list[str]:
    ports = replace(world().ports, portals=portals)
    return [route.path for route in portal_routes(given, ports, lambda _: None)]


def test_there_is_a_door_for_notifications_once_somebody_is_trusted_to_vouch_for_them(tmp_path: Path) -> None:
    authorities = tmp_path / "authorities.pem"
    authorities.write_bytes(Seal(SystemClock().now()).authority_pem)
    trusting = settings(tmp_path, microsoft_webhook_ca_file=authorities)
    portal = cast("Portal", SimpleNamespace())

    assert routes(trusting, {"microsoft": portal}) == ["/portal-events/microsoft"]
    assert routes(trusting, {"aws": portal}) == []
    assert routes(settings(tmp_path), {"microsoft": portal}) == []


@pytest.mark.parametrize(("written", "why"), [(None, "cannot be read"), ("no certificate", "holds no certificate")])
def test_a_file_of_authorities_that_cannot_be_used_is_named(tmp_path: Path, written: str | None, why: str) -> None:
    path = tmp_path / "authorities.pem"
    if written is not None:
        path.write_text(written)

    with pytest.raises(SettingsError, match=why):
        routes(settings(tmp_path, microsoft_webhook_ca_file=path), {"microsoft": cast("Portal", SimpleNamespace())})
