"""`cosell sheet` on a store of its own: what it prints, imports once and refuses, beside a bot that need not run."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import sheets
from bot.cli import app
from bot.clock import SystemClock
from bot.settings import Settings
from bot.stories import open_store
from connectors.sheets import open_portal
from motions.errors import UserMistake
from tests.connectors.microsoft.microsoft_world import READY
from tests.connectors.sheets.make_fixtures import FIXTURES
from tests.fakes.world import MOTION
from tests.motions.forecasts import deals
from tests.motions.stages import in_review

RUNNER = CliRunner()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database with four deals, in the folder the command runs in."""
    monkeypatch.chdir(tmp_path)
    given = Settings(cosell_database_url=f"sqlite:///{tmp_path}/cosell.db")
    (tmp_path / ".env").write_text(f"COSELL_DATABASE_URL={given.cosell_database_url}\n")
    with open_store(given).transaction() as uow:
        uow.deals.save(deals())
    return given


def written(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "scores.csv"
    file.write_text("\n".join(("CRM ID,Whitespace,Score,As of", *rows)), "utf-8")
    return file


def said(*words: str) -> str:
    result = RUNNER.invoke(app, ["sheet", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_without_a_partner_it_says_what_the_sheet_says(settings: Settings) -> None:
    output = said("read", str(FIXTURES / "typos.xlsx"))

    assert 'A "Custommer Name" is customer' in output
    assert 'D "Whitespace tier" is not read: not known' in output
    assert 'MISTAKE: Sheet1, row 4, C "Score": holds 101' in output
    assert "Nothing was changed" in output


def test_what_a_sheet_would_change_is_shown_and_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    file = written(tmp_path, f"{deals()[0].id},A,81,", f"{deals()[1].id},A,40,2020-01-01", "006NONE,A,3,")

    output = said("read", str(file), "--partner", "aws")

    assert f"row 2, {deals()[0].name}: score nothing -> 81" in output
    assert f"STALE: row 3, {deals()[1].name}: score of 2020-01-01" in output
    assert "NOT TAKEN: row 4 is about no deal" in output
    assert open_store(settings).read(lambda uow: uow.sheets.waiting(9)) == []


def test_a_file_is_imported_once_and_a_corrected_one_shows_the_difference(settings: Settings, tmp_path: Path) -> None:
    file = written(tmp_path, f"{deals()[0].id},A,81,", f"{deals()[1].id},A,40,")
    first = said("read", str(file), "--partner", "aws", "--apply")
    again = said("read", str(file), "--partner", "aws", "--apply")
    corrected = said("read", str(written(tmp_path, f"{deals()[0].id},A,79,")), "--partner", "AWS")

    assert "2 rows are imported" in first
    assert "Exactly this file was imported" in again
    assert "Nothing was changed." in again
    assert "score 81 -> 79" in corrected
    assert f"no more in it: score of {deals()[1].id}" in corrected
    assert len(open_store(settings).read(lambda uow: uow.sheets.waiting(9))) == 2


def test_a_long_list_is_shown_in_part(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sheet_cli.SHOWN", 1)
    file = written(tmp_path, f"{deals()[0].id},A,81,", f"{deals()[1].id},A,40,")

    assert "and 1 more rows like these" in said("read", str(file), "--partner", "aws")


def test_a_heading_is_asked_about_once(settings: Settings, tmp_path: Path) -> None:
    file = written(tmp_path, f"{deals()[0].id},A,81,")
    before = said("read", str(file), "--partner", "aws")

    mapped = said("map", "aws", "Whitespace", "stage")
    after = said("read", str(file), "--partner", "aws")

    assert 'B "Whitespace" is not read' in before
    assert "“Whitespace” is stage from now on" in mapped
    assert 'B "Whitespace" is stage (100%: told by a person)' in after
    assert "cosell sheet map" not in after


@pytest.mark.parametrize(
    ("partner", "heading", "column", "why"),
    [
        ("aws", "Tier", "colour", "There is no column 'colour'"),
        ("aws", "  ", "stage", "is no heading"),
        ("ibm", "Tier", "stage", "knows no partner"),
    ],
)
def test_what_means_nothing_is_not_remembered(
    partner: str, heading: str, column: str, why: str, settings: Settings
) -> None:
    with pytest.raises(UserMistake, match=why):
        sheets.remember(partner, heading, column, settings)


def test_a_file_that_is_not_there_is_refused(settings: Settings) -> None:
    with pytest.raises(UserMistake, match="cannot be read"):
        sheets.look(Path("nowhere.xlsx"), None, settings)


def test_other_bytes_than_were_shown_are_not_imported(settings: Settings, tmp_path: Path) -> None:
    file = written(tmp_path, f"{deals()[0].id},A,81,")

    with pytest.raises(UserMistake, match="not the file that was shown"):
        sheets.bring_in(file, "aws", settings, expected="0" * 64)


def test_a_file_too_large_is_not_read(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sheets.LARGEST_BYTES", 10)

    with pytest.raises(UserMistake, match="larger than"):
        sheets.look(written(tmp_path), None, settings)


@pytest.fixture
def packed(settings: Settings) -> str:
    """A motion whose pack waits to be filed; the pack's id."""
    portal = open_portal(folder=settings.packs_folder, layout_file=Path("none.toml"), clock=SystemClock())
    ready = replace(READY, close_date=SystemClock().now().date())
    [step] = portal.saga(portal.draft(ready, SystemClock().now().date()).payload, "m1:file")
    pack = step.send({})
    motion = replace(in_review().motion, referral_id=pack)
    with open_store(settings).transaction() as uow:
        uow.motions.add(motion)
    return pack


def test_a_pack_is_filed_under_the_partners_reference(packed: str, settings: Settings) -> None:
    output = said("filed", packed, "DR-1001")

    portal = open_portal(folder=settings.packs_folder, layout_file=Path("none.toml"), clock=SystemClock())
    [entry] = open_store(settings).read(lambda uow: [e for e in uow.log.of(MOTION) if e.event == "sheet.filed"])
    assert "is filed as DR-1001" in output
    assert portal.status(packed).referral_id == "DR-1001"
    assert entry.detail == {"pack": packed, "reference": "DR-1001"}


def test_a_pack_filed_twice_under_the_same_reference_is_filed_once(packed: str, settings: Settings) -> None:
    said("filed", packed, "DR-1001")

    assert "Nothing was changed" in said("filed", packed, " DR-1001")

    entries = open_store(settings).read(lambda uow: [e for e in uow.log.of(MOTION) if e.event == "sheet.filed"])
    assert len(entries) == 1


@pytest.mark.parametrize(("pack", "reference"), [("PACK-NONE", "DR-1"), (MOTION, "  ")])
def test_what_does_not_wait_is_not_filed(pack: str, reference: str, packed: str, settings: Settings) -> None:
    with pytest.raises(UserMistake, match="Nothing was changed"):
        sheets.filed(pack, reference, settings)
