"""The settings of the writer's own process: the model's, the shared secret, and a refusal of everybody else's."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from bot.settings import Settings, SettingsError, given_in, why_not_a_writer

# Whoever holds one of these can act in the bot's name, or read what it keeps.
_FOREIGN = ("SLACK_", "SF_", "AWS_", "MICROSOFT_", "PG", "DBOS_")
_HARMLESS = frozenset({"COSELL_PORT", "COSELL_HOST", "COSELL_POLL_SECONDS", "COSELL_SANDBOX_PORT"})


class WriterSettings(BaseModel):
    """Everything the writer's process may know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    anthropic_api_key: SecretStr
    cosell_writer_url: str
    cosell_writer_secret: SecretStr
    anthropic_base_url: str = Settings.model_fields["anthropic_base_url"].default
    cosell_model: str = Settings.model_fields["cosell_model"].default
    cosell_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def secrets(self) -> tuple[str, str]:
        """What must not be shown to anybody."""
        return self.anthropic_api_key.get_secret_value(), self.cosell_writer_secret.get_secret_value()


def load_writer_settings(folder: Path, environment: Mapping[str, str] | None = None) -> WriterSettings:
    """Read `.env` in a folder and the environment; SettingsError when anything of the bot's is in either."""
    given = given_in(folder, environment)
    if foreign := sorted(name for name in given if _is_foreign(name)):
        raise SettingsError(
            f"The writer may not know the bot's settings, and finds {', '.join(foreign)}. Nothing was started. "
            "Start it in a folder and an environment of its own (docs/security.md)."
        )
    known = {name.lower(): value for name, value in given.items() if name.lower() in WriterSettings.model_fields}
    try:
        settings = WriterSettings.model_validate(known)
    except ValidationError as error:
        said = "; ".join(f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"The writer's settings are wrong: {said}.") from error
    if wrong := why_not_a_writer(settings.cosell_writer_url, settings.cosell_writer_secret.get_secret_value()):
        raise SettingsError(f"The writer's settings are wrong: {wrong}.")
    return settings


def _is_foreign(name: str) -> bool:
    of_bot = name.lower() in Settings.model_fields and name.lower() not in WriterSettings.model_fields
    return (of_bot and name not in _HARMLESS) or name.startswith(_FOREIGN)
