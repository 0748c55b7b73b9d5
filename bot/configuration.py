"""Loading the operator's files; a wrong line is named with its file, place and reason."""

import re
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.settings import SettingsError
from motions.coverage import Coverage
from motions.labels import Catalogue, CatalogueRow
from motions.policy import Configuration, Partner, Policy, ReferralDefaults, Rulebook
from motions.rates import Rate

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
        fields=_catalogue(folder / "fields.yml"),
        rates=_rates(folder / "rates.yml"),
    )
    _must_name_partners(configuration, folder)
    return configuration


def _rates(path: Path) -> tuple[Rate, ...]:
    # A team whose deals are all in a currency every portal takes needs none.
    return _load(path, TypeAdapter(tuple[Rate, ...])) if path.exists() else ()


def _catalogue(path: Path) -> Catalogue:
    rows = _load(path, TypeAdapter(tuple[CatalogueRow, ...]))
    try:
        return Catalogue(rows=rows)
    except ValidationError as error:
        raise SettingsError(f"{path} is wrong: {error.errors()[0]['msg']}") from error


class _Yaml(yaml.SafeLoader):
    """YAML whose dates and times stay words: an impossible one is then refused with its place, 19:00 is not 1140."""


_Yaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in {"timestamp", "int"}]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9_]*)$"), list("-+0123456789"))


def _load(path: Path, adapter: TypeAdapter[M]) -> M:
    try:
        written = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({error.strerror}). Copy it from bot/defaults and edit it."
        ) from error
    try:
        return adapter.validate_python(yaml.load(written, _Yaml))  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise SettingsError(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"{path} is wrong: {said}") from error


def _must_name_partners(configuration: Configuration, folder: Path) -> None:
    keys = [partner.public_key for partner in configuration.partners if partner.public_key]
    if len(keys) != len(set(keys)):
        raise SettingsError(f"{folder}: two partners have the same public_key, so nobody could tell who signed")
    known = {partner.key for partner in configuration.partners} | {"*"}
    named = {row.partner for row in configuration.coverage.rows}
    named |= {key for rule in configuration.rulebook.rules for key in rule.partners}
    if unknown := named - known:
        raise SettingsError(f"{folder}: coverage or rules name partners that partners.yml does not: {sorted(unknown)}")
