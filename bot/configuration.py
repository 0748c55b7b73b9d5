"""Loading the operator's five files; a wrong line is named with its file, place and reason."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.settings import SettingsError
from motions.policy import Configuration, Coverage, Partner, Policy, ReferralDefaults, Rulebook

M = TypeVar("M")


def load_configuration(folder: Path) -> Configuration:
    """The validated configuration in a folder; SettingsError names the first file that is wrong, and all in it."""
    partners = _load(folder / "partners.yml", TypeAdapter(tuple[Partner, ...]))
    configuration = Configuration(
        policy=_load(folder / "policy.yml", TypeAdapter(Policy)),
        partners=partners,
        coverage=_load(folder / "coverage.yml", TypeAdapter(Coverage)),
        rulebook=_load(folder / "rules.yml", TypeAdapter(Rulebook)),
        referral_defaults=_load(folder / "referrals.yml", TypeAdapter(tuple[ReferralDefaults, ...])),
    )
    _must_name_partners(configuration, folder)
    return configuration


def _load(path: Path, adapter: TypeAdapter[M]) -> M:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({error.strerror}). Copy it from bot/defaults and edit it."
        ) from error
    try:
        return adapter.validate_python(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise SettingsError(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"{path} is wrong: {said}") from error


def _must_name_partners(configuration: Configuration, folder: Path) -> None:
    known = {partner.key for partner in configuration.partners} | {"*"}
    named = {row.partner for row in configuration.coverage.rows}
    named |= {key for rule in configuration.rulebook.rules for key in rule.partners}
    if unknown := named - known:
        raise SettingsError(f"{folder}: coverage or rules name partners that partners.yml does not: {sorted(unknown)}")
