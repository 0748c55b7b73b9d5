"""The operators' files: read from a folder or from what was put in force, and changed value by value.

A wrong line is named with its file, place and reason.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from bot.settings import SettingsError
from motions.coverage import Coverage
from motions.errors import UserMistake
from motions.labels import Catalogue, CatalogueRow
from motions.policy import Configuration, Partner, Policy, ReferralDefaults, Rulebook
from motions.rates import Rate
from motions.revisions import Edit, Files

M = TypeVar("M")

NAMES = ("partners.yml", "policy.yml", "coverage.yml", "rules.yml", "referrals.yml", "fields.yml")
# A team whose deals are all in a currency every portal takes needs none.
OPTIONAL = ("rates.yml",)
IN_FORCE = Path("what was put in force")  # where a complaint about a file says that it is, when it is in no folder


def load_configuration(folder: Path) -> Configuration:
    """The validated configuration in a folder; SettingsError names the first file that is wrong, and all in it."""
    return _configuration(_on_disk(folder), folder)


WhyNot = Callable[[str], str | None]


class ConfigFolder:
    """`motions.revisions.ConfigFiles` in YAML; `why_not` says of a portal why it cannot be opened, or None."""

    def __init__(self, folder: Path, why_not: WhyNot = lambda _: None, portals: Sequence[str] = ()) -> None:
        self.folder = folder
        self.portals = tuple(portals)
        self._why_not = why_not

    def on_disk(self) -> Files:
        try:
            return _on_disk(self.folder)
        except SettingsError as error:
            raise UserMistake(str(error)) from error

    def read(self, files: Files) -> Configuration:
        try:
            configuration = _configuration(files, self.folder if files == self._there() else IN_FORCE)
        except SettingsError as error:
            raise UserMistake(str(error)) from error
        if why := next((why for key in configuration.portals_named if (why := self._why_not(key))), None):
            raise UserMistake(why)
        return configuration

    def edited(self, files: Files, edits: Sequence[Edit]) -> Files:
        made = dict(files)
        for edit in edits:
            made[edit.file] = _edited(made.get(edit.file, ""), edit)
        return made

    def _there(self) -> Files | None:
        try:
            return _on_disk(self.folder)
        except SettingsError:
            return None


def _on_disk(folder: Path) -> Files:
    there = [name for name in OPTIONAL if (folder / name).exists()]
    return {name: _text(folder / name) for name in (*NAMES, *there)}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({error.strerror}). Copy it from bot/defaults and edit it."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not YAML: {error}") from error


def _configuration(files: Files, folder: Path) -> Configuration:
    def load(name: str, adapter: TypeAdapter[M]) -> M:
        if name not in files:
            raise SettingsError(f"{folder / name} is missing. Copy it from bot/defaults and edit it.")
        return _load(files[name], folder / name, adapter)

    configuration = Configuration(
        partners=load("partners.yml", TypeAdapter(tuple[Partner, ...])),
        policy=load("policy.yml", TypeAdapter(Policy)),
        coverage=load("coverage.yml", TypeAdapter(Coverage)),
        rulebook=load("rules.yml", TypeAdapter(Rulebook)),
        referral_defaults=load("referrals.yml", TypeAdapter(tuple[ReferralDefaults, ...])),
        fields=_catalogue(load("fields.yml", TypeAdapter(tuple[CatalogueRow, ...])), folder / "fields.yml"),
        rates=load("rates.yml", TypeAdapter(tuple[Rate, ...])) if "rates.yml" in files else (),
    )
    _must_name_partners(configuration, folder)
    return configuration


def _catalogue(rows: tuple[CatalogueRow, ...], path: Path) -> Catalogue:
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


def _load(written: str, path: Path, adapter: TypeAdapter[M]) -> M:
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


def _edited(text: str, edit: Edit) -> str:
    """With one value replaced; whatever else is in it, comments and order too, stays."""
    keeping = YAML()
    keeping.preserve_quotes = True
    keeping.width = 4096  # a line somebody wrote stays one
    keeping.indent(mapping=2, sequence=4, offset=2)
    tree = keeping.load(text)
    place: Any = tree
    for part in edit.path[:-1]:
        place = _at(place, part)
    _put(place, edit.path[-1], _flowing(edit.value))
    written = StringIO()
    # A list that is the whole file would be indented as one inside another.
    keeping.dump(tree, written, transform=_outdented if isinstance(tree, MutableSequence) else None)
    return written.getvalue()


def _outdented(text: str) -> str:
    """Comments are not moved: they stand where they stood."""
    lines = text.splitlines(keepends=True)
    return "".join(line if line.lstrip().startswith("#") else line.removeprefix("  ") for line in lines)


def _flowing(value: object) -> object:
    """A list as people write one in these files, on one line; a text that would be read as something else, quoted."""
    if isinstance(value, str):
        return value if _is_read_as_written(value) else DoubleQuotedScalarString(value)
    if isinstance(value, Mapping):
        return CommentedMap({name: _flowing(each) for name, each in value.items()})
    if not isinstance(value, list | tuple):
        return value
    drawn = CommentedSeq([_flowing(each) for each in value])
    drawn.fa.set_flow_style()
    return drawn


def _at(place: Any, part: str) -> Any:
    if isinstance(place, MutableSequence):
        return place[_index(place, part)]
    return place[part]


def _is_read_as_written(text: str) -> bool:
    try:
        return bool(yaml.load(text, _Yaml) == text)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError:
        return False


def _put(place: MutableMapping[str, Any] | MutableSequence[Any], part: str, value: Any) -> None:
    if isinstance(place, MutableMapping):
        place[part] = value
        return
    index = _index(place, part)
    if index == len(place):
        place.append(value)
    elif isinstance(place[index], MutableMapping) and isinstance(value, Mapping):
        # Key by key: the comment above the next item hangs on the last value of this one.
        for key in [key for key in place[index] if key not in value]:
            del place[index][key]
        place[index].update(value)
    else:
        place[index] = value


def _index(place: MutableSequence[Any], part: str) -> int:
    """Where in a list the item of this name is, or of this number where items have no name; else its end."""
    named = next((n for n, item in enumerate(place) if part in _names(item)), None)
    if named is not None:
        return named
    has_names = any(_names(item) for item in place)
    return int(part) if part.isdigit() and not has_names else len(place)


def _names(item: Any) -> set[str]:
    """What an item is called by, as text: to YAML a name may look like a number or a date."""
    if not isinstance(item, Mapping):
        return set()
    return {str(item[name]) for name in ("id", "key") if item.get(name) is not None}
