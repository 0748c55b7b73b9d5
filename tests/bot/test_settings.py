"""Settings: what is read from where, and everything that is wrong said at once."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import DEFAULTS, SANDBOX_DATABASE, Settings, SettingsError, load_settings

WHOLE = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SF_DOMAIN": "acme.my",
    "SF_CONSUMER_KEY": "key",
    "SF_CONSUMER_SECRET": "secret",
    "AWS_PARTNER_CATALOG": "AWS",
    "COSELL_CONFIG": "config",
}


def test_without_a_setting_it_runs_on_the_sandbox_and_the_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})

    assert settings.is_sandbox
    assert settings.cosell_database_url == SANDBOX_DATABASE
    assert settings.config_folder == DEFAULTS


def test_an_env_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("COSELL_PORT=9001\nCOSELL_HOST=0.0.0.0\n")

    settings = load_settings(tmp_path, {"COSELL_PORT": "9002"})

    assert (settings.cosell_port, settings.cosell_host) == (9002, "0.0.0.0")


def test_an_empty_value_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("COSELL_PORT=9001\nSLACK_BOT_TOKEN=\n")

    settings = load_settings(tmp_path, {"COSELL_PORT": ""})

    assert settings.cosell_port == 9001
    assert settings.is_sandbox


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {"PATH": "/bin", "EDITOR": "vi"}) == load_settings(tmp_path, {})


@pytest.mark.parametrize("missing", [*WHOLE, "COSELL_CONFIG SF_DOMAIN"])
def test_half_filled_settings_name_every_missing_key(tmp_path: Path, missing: str) -> None:
    given = {name: value for name, value in WHOLE.items() if name not in missing.split()}

    with pytest.raises(SettingsError) as refused:
        load_settings(tmp_path, given)

    assert all(name in str(refused.value) for name in missing.split())
    assert not any(name in str(refused.value) for name in given)


def test_a_signing_secret_stands_for_the_app_token(tmp_path: Path) -> None:
    given = {name: value for name, value in WHOLE.items() if name != "SLACK_APP_TOKEN"}

    settings = load_settings(tmp_path, given | {"SLACK_SIGNING_SECRET": "s"})

    assert not settings.is_sandbox


def test_a_user_name_asks_for_its_private_key_in_place_of_a_secret(tmp_path: Path) -> None:
    given = {name: value for name, value in WHOLE.items() if name != "SF_CONSUMER_SECRET"} | {"SF_USERNAME": "bot@a"}

    with pytest.raises(SettingsError, match="SF_PRIVATE_KEY_FILE"):
        load_settings(tmp_path, given)

    assert load_settings(tmp_path, given | {"SF_PRIVATE_KEY_FILE": "key.pem"})


def test_every_wrong_value_is_named_with_its_key(tmp_path: Path) -> None:
    wrong = {"COSELL_PORT": "eighty", "COSELL_POLL_SECONDS": "0", "COSELL_LOG_LEVEL": "LOUD"}

    with pytest.raises(SettingsError) as refused:
        load_settings(tmp_path, wrong)

    assert all(name in str(refused.value) for name in wrong)


def test_no_secret_is_shown_when_settings_are_printed(tmp_path: Path) -> None:
    secrets = ("xoxb-1", "xapp-1", "secret", "sk-1")

    shown = repr(load_settings(tmp_path, WHOLE | {"ANTHROPIC_API_KEY": "sk-1"}))

    assert not any(f"'{secret}'" in shown for secret in secrets)


def test_settings_do_not_change_once_read(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})

    with pytest.raises(ValidationError):
        settings.cosell_port = 1


def test_on_the_sandbox_every_outside_system_is_the_world() -> None:
    settings = Settings().on_sandbox("http://127.0.0.1:8400")

    urls = (settings.slack_api_url, settings.sf_emulator_url, settings.aws_endpoint_url_partnercentral_selling)
    assert all(str(url).startswith("http://127.0.0.1:8400/") for url in urls)
    assert settings.cosell_alert_secret is not None
