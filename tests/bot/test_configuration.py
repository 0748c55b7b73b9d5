"""The operator's files: a wrong line is refused with its file, its place and the reason."""

import shutil
from datetime import date, time
from pathlib import Path

import pytest

from bot.configuration import load_configuration
from bot.settings import DEFAULTS, SettingsError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the defaults to spoil."""
    return Path(shutil.copytree(DEFAULTS, tmp_path / "config"))


def test_the_defaults_load() -> None:
    configuration = load_configuration(DEFAULTS)

    assert configuration.partners
    assert configuration.rulebook.rules
    assert configuration.coverage.operators


@pytest.mark.parametrize("name", ["policy.yml", "partners.yml", "coverage.yml", "rules.yml", "referrals.yml"])
def test_a_missing_file_is_named_with_where_to_copy_it_from(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(SettingsError, match=f"{name} cannot be read.*bot/defaults"):
        load_configuration(folder)


def test_what_is_not_yaml_is_named_with_its_line(folder: Path) -> None:
    (folder / "rules.yml").write_text("rules:\n  - {id: a, when: [\n")

    with pytest.raises(SettingsError, match=r"rules\.yml is not YAML(.|\n)*line 3"):
        load_configuration(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("rules.yml", "field: product, op: contains_any", "field: colour, op: contains_any", "rules.0.when.0.field"),
        ("rules.yml", "value: [200, 20000]", "value: [200]", "between needs exactly two values"),
        ("rules.yml", "value: [200, 20000]", "value: 200", "needs a list of values"),
        ("rules.yml", "points: 0.5", "points: 50", "points are log-odds between -2 and 2"),
        ("rules.yml", "id: aws-mid-size", "id: aws-cloud-products", "rule ids must be unique"),
        ("rules.yml", "effect: require", "effect: prefer", "effect"),
        ("policy.yml", "nudges_at_most: 3", "nudges_at_most: many", "nudges_at_most"),
        ("policy.yml", "cold_after: P2D", "cold_after: soon", "cold_after"),
        ("policy.yml", "kill_switch: false", "kil_switch: false", "kil_switch: Extra inputs are not permitted"),
        ("policy.yml", "crm_write: {high: auto", "crm_write: {high: always", "autonomy.crm_write.high"),
        ("partners.yml", "tier: advanced", "tear: advanced", "0.tear"),
        ("coverage.yml", "operators: [dana.whitfield@meridian.example]", "operators: []", "at least one operator"),
        ("coverage.yml", "away: []", "away: [{email: a@b, first: 2026-13-01, last: 2026-12-02}]", "away.0.first"),
        ("referrals.yml", "use_case:", "usecase:", "0.use_case: Field required"),
    ],
)
def test_a_wrong_line_is_named_with_its_place_and_reason(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    path = folder / name
    before = path.read_text()
    path.write_text(before.replace(old, new, 1))
    assert path.read_text() != before

    with pytest.raises(SettingsError) as refused:
        load_configuration(folder)

    assert name in str(refused.value)
    assert said in str(refused.value)


def test_a_time_without_quotes_is_that_time(folder: Path) -> None:
    path = folder / "policy.yml"
    path.write_text(path.read_text().replace('quiet_from: "19:00"', "quiet_from: 19:30"))

    assert load_configuration(folder).policy.quiet_from == time(19, 30)


def test_what_is_not_text_is_refused(folder: Path) -> None:
    (folder / "partners.yml").write_bytes(b"- key: \xff\xfe\x00")

    with pytest.raises(SettingsError, match=r"partners\.yml is not YAML"):
        load_configuration(folder)


@pytest.mark.parametrize("name", ["coverage.yml", "rules.yml"])
def test_a_partner_nobody_knows_is_named(folder: Path, name: str) -> None:
    path = folder / name
    path.write_text(path.read_text().replace("aws", "amazn", 1 if name == "coverage.yml" else -1))

    with pytest.raises(SettingsError, match="amazn"):
        load_configuration(folder)


def test_two_partners_with_one_key_are_refused(folder: Path) -> None:
    key = f'public_key: "{"A" * 43}="'
    partners = (folder / "partners.yml").read_text()
    (folder / "partners.yml").write_text(partners.replace("  tier: registered\n", f"  tier: registered\n  {key}\n"))

    with pytest.raises(SettingsError, match="the same public_key"):
        load_configuration(folder)


def test_rates_are_read_when_there_are_any(folder: Path) -> None:
    (folder / "rates.yml").write_text('- {currency: GBP, to: USD, rate: "1.2684", date: 2026-11-20, source: ECB}\n')

    (rate,) = load_configuration(folder).rates

    assert (rate.currency, rate.date) == ("GBP", date(2026, 11, 20))


def test_a_wrong_rate_is_named_with_its_place(folder: Path) -> None:
    (folder / "rates.yml").write_text('- {currency: GBP, to: USD, rate: "-1", date: 2026-11-20, source: ECB}\n')

    with pytest.raises(SettingsError, match=r"rates\.yml is wrong: 0\.rate"):
        load_configuration(folder)
