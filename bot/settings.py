"""Settings: the only reader of the environment; frozen; says every missing or wrong key at once.

With no key of an outside system set, the program runs on the sandbox world it starts itself. As soon as one is set,
all that are needed must be: a half-filled `.env` is refused before anything starts.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

DEFAULTS = Path(__file__).parent / "defaults"
SANDBOX_PORT = 8400
SANDBOX_DATABASE = "sqlite:///var/sandbox.db"  # its world is another at each start, and what is kept of it goes with it
SECRET_AT_LEAST = 32
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


class SettingsError(Exception):
    """The settings cannot be used; the message names every key and the fix."""


class Settings(BaseModel):
    """Everything configurable, by the names used in `.env`, in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Slack: a bot token, and an app token (Socket Mode) or a signing secret (signed HTTP on our port).
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_agent: bool = False  # whether the app is declared an agent
    slack_work_objects: bool = False  # whether "Work Object Previews" is switched on for the app

    # Salesforce: an External Client App, by client credentials or JWT bearer.
    sf_domain: str | None = None
    sf_consumer_key: str | None = None
    sf_consumer_secret: SecretStr | None = None
    sf_username: str | None = None
    sf_private_key_file: Path | None = None
    sf_emulator_url: str | None = None

    # AWS Partner Central. Without keys here the machine's own AWS credentials are used.
    aws_partner_catalog: str | None = None
    aws_access_key_id: str | None = None
    aws_secret_access_key: SecretStr | None = None
    aws_session_token: SecretStr | None = None  # with temporary keys
    aws_endpoint_url_partnercentral_selling: str | None = None
    aws_endpoint_url_marketplace_catalog: str | None = None
    aws_events_secret: SecretStr | None = None  # what AWS's API destination sends along
    aws_events_queue_url: str | None = None  # an SQS queue that an EventBridge rule fills
    aws_endpoint_url_sqs: str | None = None

    # Microsoft Partner Center, when partners.yml names the portal `microsoft`.
    microsoft_tenant_id: str | None = None
    microsoft_client_id: str | None = None
    microsoft_client_secret: SecretStr | None = None
    microsoft_refresh_token: SecretStr | None = None  # the first one; what it is exchanged for is kept in a file
    microsoft_api_url: str = "https://api.partner.microsoft.com"
    microsoft_login_url: str = "https://login.microsoftonline.com"
    microsoft_webhook_ca_file: Path | None = None
    microsoft_certificate_host: str = "3psostorageacct.blob.core.windows.net"

    # The model. Without a key the playbook writes everything.
    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: str = "https://api.anthropic.com"
    cosell_model: str = "claude-haiku-5-5"
    cosell_writer_url: str | None = None  # the model in a process of its own, which alone has the key
    cosell_writer_secret: SecretStr | None = None

    # Ourselves.
    cosell_database_url: str = "sqlite:///var/cosell.db"
    cosell_config: Path | None = None
    cosell_keys: Path | None = None
    cosell_packs: Path | None = None
    cosell_port: int = Field(default=8401, ge=0, le=65535)
    cosell_host: str = "127.0.0.1"
    cosell_alert_secret: SecretStr | None = None
    cosell_clock_url: str | None = None  # of a sandbox world that people move forward in time
    cosell_poll_seconds: float = Field(default=30.0, gt=0)
    cosell_sandbox_port: int = Field(default=SANDBOX_PORT, ge=0, le=65535)
    cosell_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def is_sandbox(self) -> bool:
        """Whether nothing outside is configured, so that the sandbox world is to be started."""
        return not any(getattr(self, name) for name in _OUTSIDE)

    @property
    def sf_private_key(self) -> str | None:
        """The text of the key file, if one is named; SettingsError when it cannot be read."""
        if self.sf_private_key_file is None:
            return None
        try:
            return self.sf_private_key_file.read_text(encoding="utf-8")
        except OSError as error:
            raise SettingsError(
                f"SF_PRIVATE_KEY_FILE names {self.sf_private_key_file}, which cannot be read ({error.strerror}). "
                "Name a PEM file this user may read."
            ) from error

    @property
    def microsoft_webhook_authorities(self) -> bytes | None:
        """Whom we trust to vouch for Microsoft's notifications (PEM), if a file is named; raises SettingsError."""
        if self.microsoft_webhook_ca_file is None:
            return None
        try:
            found = self.microsoft_webhook_ca_file.read_bytes()
        except OSError as error:
            raise SettingsError(
                f"MICROSOFT_WEBHOOK_CA_FILE names {self.microsoft_webhook_ca_file}, which cannot be read "
                f"({error.strerror}). Name a PEM file this user may read."
            ) from error
        if b"-----BEGIN CERTIFICATE-----" not in found:
            raise SettingsError(f"{self.microsoft_webhook_ca_file} holds no certificate (MICROSOFT_WEBHOOK_CA_FILE).")
        return found

    @property
    def config_folder(self) -> Path:
        """Where policy.yml, partners.yml, coverage.yml, rules.yml, referrals.yml and fields.yml are."""
        return self.cosell_config or DEFAULTS

    @property
    def keys_folder(self) -> Path:
        """Where the keys that sign grants are: beside the database, unless a folder is named."""
        if self.cosell_keys is not None:
            return self.cosell_keys
        return self._beside_the_database("keys")

    @property
    def packs_folder(self) -> Path:
        """Where filing packs are: beside the database, unless a folder is named."""
        return self.cosell_packs or self._beside_the_database("packs")

    def _beside_the_database(self, name: str) -> Path:
        scheme, _, path = self.cosell_database_url.partition(":///")
        return Path(path).parent / name if scheme == "sqlite" else Path("var") / name

    @property
    def writer_elsewhere(self) -> tuple[str, str] | None:
        """The address of the writer's own process and the secret shared with it, if there is one."""
        if self.cosell_writer_url is None or self.cosell_writer_secret is None:
            return None
        return self.cosell_writer_url, self.cosell_writer_secret.get_secret_value()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must not be shown to anybody."""
        values = [getattr(self, name) for name in type(self).model_fields]
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))

    def on_sandbox(self, base_url: str, *, clock: str | None = None) -> Self:
        """The same settings pointed at a sandbox world; what it needs no secret for is filled in.

        With its `clock`, what people move there is moved here.
        """
        world: dict[str, object] = {
            "slack_bot_token": SecretStr("xoxb-sandbox-cosell"),
            "slack_app_token": SecretStr("xapp-sandbox-cosell"),
            "slack_api_url": f"{base_url}/slack/api/",
            "slack_work_objects": True,
            "sf_domain": "meridian.my",
            "sf_consumer_key": "sandbox-consumer-key",
            "sf_consumer_secret": SecretStr("sandbox-consumer-secret"),
            "sf_emulator_url": f"{base_url}/salesforce",
            "aws_partner_catalog": "AWS",
            "aws_access_key_id": "sandbox",
            "aws_secret_access_key": SecretStr("sandbox"),
            "aws_session_token": None,
            "aws_endpoint_url_partnercentral_selling": f"{base_url}/aws",
            "aws_endpoint_url_marketplace_catalog": f"{base_url}/marketplace",
            "microsoft_tenant_id": "sandbox-tenant",
            "microsoft_client_id": "sandbox-microsoft-client",
            "microsoft_client_secret": SecretStr("sandbox-microsoft-secret"),
            "microsoft_refresh_token": self.microsoft_refresh_token or SecretStr("sandbox-refresh-token"),
            "microsoft_api_url": f"{base_url}/microsoft",
            "microsoft_login_url": f"{base_url}/microsoft/login",
            "microsoft_certificate_host": urlsplit(base_url).netloc,
            "cosell_alert_secret": self.cosell_alert_secret or SecretStr("sandbox-alert-secret"),
            "cosell_poll_seconds": min(self.cosell_poll_seconds, 2.0),
            "cosell_clock_url": f"{base_url}{clock}" if clock else None,
        }
        return self.model_copy(update=world)


_OUTSIDE = (
    "slack_bot_token",
    "slack_app_token",
    "slack_signing_secret",
    "sf_domain",
    "sf_consumer_key",
    "aws_partner_catalog",
    "microsoft_client_id",
)


def load_settings(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read `.env` in a folder, then the environment over it; SettingsError names everything wrong at once."""
    merged = given_in(folder, environment)
    if not any(name.upper() in merged for name in _OUTSIDE):
        # A key lying about in somebody's shell must not send the sandbox's deals to a real model; one in .env may.
        in_file = given_in(folder, {})
        merged.pop("ANTHROPIC_API_KEY", None)
        merged |= {key: in_file[key] for key in ("ANTHROPIC_API_KEY",) if key in in_file}
    known = {key.lower(): value for key, value in merged.items() if key.lower() in Settings.model_fields}
    try:
        settings = Settings.model_validate(known)
    except ValidationError as error:
        said = "; ".join(f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"Settings are wrong: {said}. Correct them in .env or the environment.") from error
    if not settings.is_sandbox:
        _must_be_whole(settings)
    elif "cosell_database_url" not in known:
        settings = settings.model_copy(update={"cosell_database_url": SANDBOX_DATABASE})
    _must_write_apart(settings)
    _must_be_secret(settings)
    return settings


def stay_on(url: str) -> None:
    """Have whatever this process becomes find its sandbox world on the same port."""
    os.environ["COSELL_SANDBOX_PORT"] = str(urlsplit(url).port)


def given_in(folder: Path, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Everything `.env` in a folder and the environment over it say, whosever it is; empty values say nothing."""
    given = os.environ if environment is None else environment
    file = {key: value for key, value in dotenv_values(folder / ".env").items() if value}
    return {**file, **{key: value for key, value in given.items() if value}}


def why_not_a_writer(url: str, secret: str) -> str | None:
    """What is wrong with the writer's address or secret, or nothing; its words are not encrypted on the way."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in _THIS_MACHINE or parts.path not in {"", "/"}:
        return f"COSELL_WRITER_URL is http:// and a port of this machine, such as http://127.0.0.1:8402; it is {url}"
    if len(secret) < SECRET_AT_LEAST:
        return f"COSELL_WRITER_SECRET has at least {SECRET_AT_LEAST} characters (openssl rand -hex 32)"
    return None


def _must_write_apart(settings: Settings) -> None:
    secret = settings.cosell_writer_secret.get_secret_value() if settings.cosell_writer_secret else ""
    if not settings.cosell_writer_url and not secret:
        return
    wrong = why_not_a_writer(settings.cosell_writer_url or "", secret)
    if wrong is None and settings.anthropic_api_key is not None:
        wrong = "with COSELL_WRITER_URL the model's key belongs to `cosell writer` alone: take ANTHROPIC_API_KEY away"
    if wrong is not None:
        raise SettingsError(f"Settings are wrong: {wrong}.")


def _must_be_secret(settings: Settings) -> None:
    secret = settings.aws_events_secret.get_secret_value() if settings.aws_events_secret else None
    if secret is not None and len(secret) < SECRET_AT_LEAST:
        told = f"AWS_EVENTS_SECRET has at least {SECRET_AT_LEAST} characters (openssl rand -hex 32)"
        raise SettingsError(f"Settings are wrong: {told}.")


def _must_be_whole(settings: Settings) -> None:
    missing = [name for name in _needed(settings) if not getattr(settings, name)]
    if missing:
        names = ", ".join(name.upper() for name in missing)
        raise SettingsError(
            f"Settings are half filled. Missing: {names}. Add them to .env (see .env.example), "
            "or remove the others to run on the sandbox."
        )


def _needed(settings: Settings) -> tuple[str, ...]:
    door = "slack_signing_secret" if settings.slack_signing_secret else "slack_app_token"
    proof = "sf_private_key_file" if settings.sf_username else "sf_consumer_secret"
    return (
        "slack_bot_token",
        door,
        "sf_domain",
        "sf_consumer_key",
        proof,
        "aws_partner_catalog",
        "cosell_config",
    )
