"""`cosell space` on a store of its own: what it prints, takes and refuses, beside a bot that need not run."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import spaces
from bot.cli import app
from bot.clock import SystemClock
from bot.settings import Settings
from bot.spaces import As
from bot.stories import open_store
from motions.errors import UserMistake
from tests.fakes.grants import granted
from tests.fakes.world import AWS
from tests.motions.forecasts import deals

UMBRELLA = "deal,stage,amount\nAcme,5,2200000\n"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database with the four deals and a grant, in the folder the command runs in."""
    monkeypatch.chdir(tmp_path)
    given = Settings(cosell_database_url=f"sqlite:///{tmp_path}/cosell.db")
    (tmp_path / ".env").write_text(f"COSELL_DATABASE_URL={given.cosell_database_url}\n")
    with open_store(given).transaction() as uow:
        uow.deals.save(deals())
        uow.grants.add(granted(AWS, until=SystemClock().now().date()))
    return given


@pytest.fixture
def joined(settings: Settings) -> Settings:
    """And one of the deals is in the pipeline with AWS."""
    spaces.add("AWS", deals()[0].id, settings)
    return settings


def _written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "figures.csv"
    file.write_text(text, "utf-8")
    return file


def test_a_deal_is_put_in_once_by_its_id_or_all_of_its_name(settings: Settings) -> None:
    first, again = (spaces.add("aws", "Acme platform", settings) for _ in range(2))

    assert "is in the joint pipeline with AWS" in first
    assert "already" in again


@pytest.mark.parametrize(
    ("partner", "deal", "said"),
    [
        ("ibm", "Acme platform", "knows no partner"),
        ("aws", "platform", "not one open deal"),
        ("aws", "nothing", "not one open deal"),
        ("northstar", "Acme platform", "No grant shares"),
    ],
)
def test_what_cannot_be_put_in_is_refused_and_nothing_is_written(
    settings: Settings, partner: str, deal: str, said: str
) -> None:
    with pytest.raises(UserMistake, match=said):
        spaces.add(partner, deal, settings)

    assert open_store(settings).read(lambda uow: uow.spaces.all()) == []


def test_both_copies_are_of_one_state_and_ours_has_our_ids(joined: Settings) -> None:
    (ours, our_view), (theirs, their_view) = (spaces.export("aws", whose, joined) for whose in As)

    assert our_view.state == their_view.state
    assert deals()[0].id in ours
    assert deals()[0].id not in theirs
    assert [line.split(",", 1)[1] for line in ours.splitlines()] == theirs.splitlines()


def test_the_command_prints_the_sheet_and_its_state(joined: Settings) -> None:
    printed = CliRunner().invoke(app, ["space", "export", "aws"])

    assert printed.exit_code == 0
    assert "Acme" in printed.stdout
    assert "state " in printed.stderr


def test_a_sheet_is_shown_first_and_taken_when_told_to(joined: Settings, tmp_path: Path) -> None:
    file = _written(tmp_path, UMBRELLA)

    shown = CliRunner().invoke(app, ["space", "import", "aws", str(file)])
    unchanged = spaces.export("aws", As.THEIRS, joined)
    taken = CliRunner().invoke(app, ["space", "import", "aws", str(file), "--apply"])
    again = CliRunner().invoke(app, ["space", "import", "aws", str(file), "--apply"])

    assert "amount: not told -> USD 2,200,000" in shown.stdout
    assert "Nothing was changed" in shown.stdout
    assert "2200000 USD" not in unchanged[0]
    assert "1 of 1 deals moved" in taken.stdout
    assert "nothing new" in again.stdout
    assert "0 of 1 deals moved" in again.stdout
    assert "2200000 USD" in spaces.export("aws", As.THEIRS, joined)[0]


def test_a_sheet_with_a_bad_row_says_which(joined: Settings, tmp_path: Path) -> None:
    preview = spaces.preview("aws", _written(tmp_path, UMBRELLA + "Nobody,3,1\n"), joined)

    assert not preview.is_good
    assert [bool(row.problems) for row in preview.rows] == [False, True]


def test_a_file_that_cannot_be_read_is_refused(joined: Settings, tmp_path: Path) -> None:
    binary, large = tmp_path / "binary.csv", tmp_path / "large.csv"
    binary.write_bytes(b"\xff\xfe\x00deal")
    large.write_bytes(b"x" * (spaces.LARGEST_SHEET + 1))

    for file in (tmp_path / "none.csv", binary, large):
        with pytest.raises(UserMistake, match="Nothing was changed"):
            spaces.preview("aws", file, joined)
