"""The operators' files changed value by value, and between a folder and what is in force; the rest stays as it was."""

import difflib
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.config_cli import begun, configuration_here, exported, imported, is_folder_unread
from bot.configuration import ConfigFolder, load_configuration
from bot.settings import DEFAULTS, Settings
from motions.errors import UserMistake
from motions.revisions import Edit

RULE: dict[str, Any] = {
    "id": "aws-small-deal",
    "when": [{"field": "amount", "op": "lte", "value": 7500}, {"field": "country", "op": "in", "value": ["US", "CA"]}],
    "partners": ["aws"],
    "effect": "points",
    "points": -0.9,
    "because": "small: not theirs",
    "owner": "dana@meridian.example",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the defaults to change."""
    return Path(shutil.copytree(DEFAULTS, tmp_path / "config"))


@pytest.fixture
def settings(tmp_path: Path, folder: Path) -> Settings:
    """A bot with a database of its own."""
    return Settings(cosell_database_url=f"sqlite:///{tmp_path}/cosell.db", cosell_config=folder)


def test_one_value_changes_and_nothing_else_does(folder: Path) -> None:
    files = ConfigFolder(folder)

    after = files.edited(
        files.on_disk(), [Edit("policy.yml", ("margin",), 9), Edit("rules.yml", ("rules", RULE["id"]), RULE)]
    )

    assert _moved(files.on_disk()["policy.yml"], after["policy.yml"]) == ["-margin: 3", "+margin: 9"]
    assert _moved(files.on_disk()["rules.yml"], after["rules.yml"]) == [
        "-    when: [{field: amount, op: lte, value: 5000}]",
        "+    when: [{field: amount, op: lte, value: 7500}, {field: country, op: in, value: [US, CA]}]",
        "-    points: -0.6",
        "-    because: deals under 5,000 a year rarely get an AWS seller",
        "-    owner: dana.whitfield@meridian.example",
        "+    points: -0.9",
        '+    because: "small: not theirs"',
        "+    owner: dana@meridian.example",
    ]
    rule = files.read(after).rulebook.rules[3]
    assert (rule.id, rule.points, rule.because) == (RULE["id"], -0.9, RULE["because"])


def test_comments_and_what_is_written_on_one_line_stay_as_they_stood(folder: Path) -> None:
    rules = (
        (folder / "rules.yml")
        .read_text()
        .replace("  - id: not-too-early", "\n  # Nobody sells to them.\n  - id: not-too-early")
    )
    partners = (
        (folder / "partners.yml").read_text().replace("  tz: Europe/Helsinki", "  # Espoo\n  tz: Europe/Helsinki")
    )
    (folder / "rules.yml").write_text(rules)
    (folder / "partners.yml").write_text(partners)
    files = ConfigFolder(folder)
    row = {"partner": "aws", "region": "North", "channel": "C0N", "manager": "a@b.example", "backup": "c@d.example"}

    after = files.edited(
        files.on_disk(),
        [
            Edit("rules.yml", ("rules", "aws-small-deal"), {k: v for k, v in RULE.items() if k != "points"}),
            Edit("partners.yml", ("aws", "tier"), "premier"),
            Edit("coverage.yml", ("rows", "1"), row),
        ],
    )

    assert "\n\n  # Nobody sells to them.\n  - id: not-too-early" in after["rules.yml"]
    assert _moved(partners, after["partners.yml"]) == ["-  tier: advanced", "+  tier: premier"]
    gone, *_ = moved = _moved(files.on_disk()["coverage.yml"], after["coverage.yml"])
    assert gone.startswith("-  - {partner: aws, region: East")
    assert len(moved) == 2


@pytest.mark.parametrize("said", ["NO", "on", "2026-11-01", "0123", "1e3", "null", "~", "a: b", "*", "# x", ""])
def test_a_text_is_read_as_it_was_typed(folder: Path, said: str) -> None:
    files = ConfigFolder(folder)
    rule = {**RULE, "id": f"r {said}", "when": [{"field": "country", "op": "in", "value": [said, "US"]}]}

    once = files.edited(files.on_disk(), [Edit("rules.yml", ("rules", rule["id"]), rule)])
    twice = files.edited(once, [Edit("rules.yml", ("rules", rule["id"]), {**rule, "because": "for another reason"})])

    *_, found = files.read(twice).rulebook.rules
    assert (found.id, found.when[0].value, found.because) == (f"r {said}", (said, "US"), "for another reason")
    assert len(files.read(twice).rulebook.rules) == 7


def test_a_rule_named_like_a_date_is_found_again(folder: Path) -> None:
    files = ConfigFolder(folder)
    named = (folder / "rules.yml").read_text().replace("id: aws-small-deal", "id: 2026-11-01")
    (folder / "rules.yml").write_text(named)

    after = files.edited(files.on_disk(), [Edit("rules.yml", ("rules", "2026-11-01"), {**RULE, "id": "2026-11-01"})])

    assert len(files.read(after).rulebook.rules) == 6


def test_in_a_list_that_is_the_whole_file_the_one_of_this_key_changes(folder: Path) -> None:
    files = ConfigFolder(folder)
    added = {"key": "initech", "name": "Initech", "tier": "registered"}

    after = files.edited(
        files.on_disk(),
        [Edit("partners.yml", ("northstar", "tier"), "premier"), Edit("partners.yml", ("initech",), added)],
    )

    assert _moved(files.on_disk()["partners.yml"], after["partners.yml"]) == [
        "-  tier: registered",
        "+  tier: premier",
        "+- key: initech",
        "+  name: Initech",
        "+  tier: registered",
    ]
    assert [partner.key for partner in files.read(after).partners] == ["aws", "microsoft", "northstar", "initech"]


def test_a_wrong_value_is_named_with_its_file_and_place(folder: Path) -> None:
    files = ConfigFolder(folder)
    after = files.edited(files.on_disk(), [Edit("policy.yml", ("margin",), "wide")])

    with pytest.raises(UserMistake, match=r"what was put in force/policy\.yml is wrong: margin"):
        files.read(after)


def test_what_is_imported_is_in_force_and_comes_out_as_it_went_in(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    (folder / "policy.yml").write_text((folder / "policy.yml").read_text().replace("margin: 3", "margin: 8"))
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    (other / "rates.yml").write_text("[]\n")

    said = imported(other, settings)
    again = imported(other, settings)
    (folder / "policy.yml").write_text("version: is not read any more\n")

    assert said == "In force, in every process within seconds: rates.yml of " + f"{other}."
    assert again == f"Nothing was changed: {other} is what is in force already."
    assert configuration_here(settings).policy.margin == 8
    assert exported(tmp_path / "out", settings) == f"Wrote 7 files to {tmp_path / 'out'}: revision 1 is in force."
    assert {path.name: path.read_text() for path in (tmp_path / "out").glob("*.yml")} == {
        path.name: path.read_text() for path in other.glob("*.yml")
    }
    assert load_configuration(tmp_path / "out").policy.margin == 8


def test_what_was_changed_since_the_export_is_not_lost_to_an_import(settings: Settings, tmp_path: Path) -> None:
    early, late = tmp_path / "early", tmp_path / "late"
    for folder in (early, late):
        exported(folder, settings)
    _replace(late / "policy.yml", "margin: 3", "margin: 8")
    imported(late, settings)
    _replace(early / "policy.yml", "high_from: 75", "high_from: 80")

    with pytest.raises(
        UserMistake, match=r"Revision 1 is in force \(the command line: late imported\), and .*early was made"
    ):
        imported(early, settings)
    _replace(late / "policy.yml", "margin: 8", "margin: 7")
    again = imported(late, settings)
    over = imported(early, settings, over=True)

    assert "policy.yml" in again
    assert "policy.yml" in over
    assert (configuration_here(settings).policy.margin, configuration_here(settings).policy.high_from) == (3, 80)


def test_an_imported_policy_gets_a_version_of_its_own_unless_it_has_one(settings: Settings, tmp_path: Path) -> None:
    exported(tmp_path / "out", settings)
    before = configuration_here(settings).policy.version
    _replace(tmp_path / "out" / "policy.yml", "margin: 3", "margin: 8")

    said = imported(tmp_path / "out", settings)

    assert "version of its own" in said
    assert configuration_here(settings).policy.version.endswith(".1")
    assert configuration_here(settings).policy.version != before


def test_a_folder_that_is_not_read_any_more_is_told_of(settings: Settings, folder: Path, tmp_path: Path) -> None:
    before = is_folder_unread(settings)
    exported(tmp_path / "out", settings)
    _replace(tmp_path / "out" / "policy.yml", "margin: 3", "margin: 8")
    imported(tmp_path / "out", settings)

    assert (before, is_folder_unread(settings)) == (False, True)


def test_before_anything_is_put_in_force_the_folder_is(settings: Settings, folder: Path, tmp_path: Path) -> None:
    (folder / "policy.yml").write_text((folder / "policy.yml").read_text().replace("margin: 3", "margin: 8"))

    assert configuration_here(settings).policy.margin == 8
    assert exported(tmp_path / "out", settings).endswith("so they are the folder's own.")


def test_a_folder_that_is_wrong_is_refused_whole(settings: Settings, folder: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    (other / "policy.yml").write_text((other / "policy.yml").read_text().replace("margin: 3", "margin: 8"))
    (other / "rules.yml").write_text("rules: nothing\n")

    with pytest.raises(UserMistake, match=r"other/rules\.yml is wrong: rules"):
        imported(other, settings)

    assert configuration_here(settings).policy.margin == 3


def test_the_files_to_begin_with_name_one_admin_and_nothing_else(tmp_path: Path) -> None:
    said = begun(tmp_path / "new", "sam@acme.example", "Acme")

    config = load_configuration(tmp_path / "new")
    assert "COSELL_CONFIG" in said
    assert (config.partners, config.coverage.rows, config.rulebook.rules) == ((), (), ())
    assert config.coverage.admins == config.coverage.operators == ("sam@acme.example",)
    assert config.policy.company == "Acme"
    assert "meridian" not in "".join(path.read_text().casefold() for path in (tmp_path / "new").glob("*.yml"))


@pytest.mark.parametrize(
    ("name", "admin", "said"), [("new", "sam", "no e-mail"), ("config", "a@b.example", "not empty")]
)
def test_what_is_there_is_not_written_over(folder: Path, name: str, admin: str, said: str) -> None:
    with pytest.raises(UserMistake, match=said):
        begun(folder.parent / name, admin, "Acme")

    assert load_configuration(folder).partners


def test_a_portal_that_cannot_be_opened_here_is_not_put_in_force(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    text = (other / "partners.yml").read_text().replace("name: Microsoft", "name: Microsoft\n  portal: microsoft")
    (other / "partners.yml").write_text(text)

    with pytest.raises(UserMistake, match=r"names the portal microsoft\. Missing: MICROSOFT_TENANT_ID"):
        imported(other, settings)


def test_a_place_that_cannot_be_written_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")

    with pytest.raises(UserMistake, match="taken cannot be written"):
        exported(tmp_path / "taken", settings)


def _replace(path: Path, old: str, new: str) -> None:
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def _moved(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}]
