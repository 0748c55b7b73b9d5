"""`cosell keys show`, `cosell audit export` and `cosell audit verify FILE`: what they print, and with which code."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import exports, neighbours
from bot.cli import app
from bot.clock import SystemClock
from bot.keys import FileKeys
from bot.settings import Settings
from bot.space_cli import _say
from bot.stories import open_store
from motions.errors import UserMistake
from motions.exports import Broken
from motions.instance_telling import Told
from motions.instance_wire import Answer, FiguresMessage, Outcome, RowAnswer, RowOutcome
from motions.journal import propose_grant
from tests.fakes.grants import granted
from tests.fakes.world import AWS


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database with one proposed grant, in the folder the command runs in."""
    monkeypatch.chdir(tmp_path)
    given = Settings(cosell_database_url=f"sqlite:///{tmp_path}/cosell.db")
    (tmp_path / ".env").write_text(f"COSELL_DATABASE_URL={given.cosell_database_url}\n")
    with open_store(given).transaction() as uow:
        propose_grant(uow, granted(AWS, until=SystemClock().now().date()))
    return given


def cosell(*words: str) -> Result:
    """A command that does not refuse."""
    return CliRunner().invoke(app, words)


def test_our_key_for_a_partner_is_printed_and_stays(settings: Settings) -> None:
    first, again, other = (cosell("keys", "show", name).output for name in ("aws", "AWS", "northstar"))

    assert first == again != other
    assert first.strip() == FileKeys(settings.keys_folder).public_key("instance-aws")


@pytest.mark.usefixtures("settings")
def test_an_account_is_written_once_and_holds(tmp_path: Path) -> None:
    printed = cosell("audit", "export", "aws")
    written = cosell("audit", "export", "aws", "--out", "aws.jsonl")
    verified = cosell("audit", "verify", "aws.jsonl")

    assert written.output == "aws.jsonl: 1 entry, signed.\n"
    assert (tmp_path / "aws.jsonl").read_text() == printed.output
    assert verified.exit_code == 0
    assert "our own key for AWS" in verified.output


@pytest.mark.usefixtures("settings")
def test_another_key_than_the_one_demanded_is_told() -> None:
    cosell("audit", "export", "aws", "--out", "aws.jsonl")

    found = cosell("audit", "verify", "aws.jsonl", "--key", "AAAA")

    assert found.exit_code == 1
    assert "somebody else made this file" in found.output


@pytest.mark.usefixtures("settings")
def test_a_file_that_was_changed_is_named_with_its_entry_on_either_side(tmp_path: Path) -> None:
    cosell("audit", "export", "aws", "--out", "aws.jsonl")
    changed = (tmp_path / "aws.jsonl").read_text().replace("Priya", "Petra")
    (tmp_path / "changed.jsonl").write_text(changed)

    found = cosell("audit", "verify", "aws.jsonl", "--with", "changed.jsonl")

    assert found.exit_code == 1
    assert "changed.jsonl does not hold. entry 1:" in found.output


def test_two_files_of_one_company_are_not_compared(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "aws.jsonl").write_text(exports.exported("aws", settings))
    account = exports.verified(tmp_path / "aws.jsonl", settings).found

    assert not isinstance(account, Broken)
    with pytest.raises(UserMistake, match="cannot be compared"):
        exports.compared(account, account)


def test_a_key_nobody_here_knows_is_said_to_be_one(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "aws.jsonl").write_text(exports.exported("aws", settings))
    elsewhere = settings.model_copy(update={"cosell_keys": tmp_path / "other", "cosell_config": tmp_path / "none"})

    assert "nobody here knows" in exports.verified(tmp_path / "aws.jsonl", elsewhere).whose


@pytest.mark.parametrize("text", [None, b"\xff"])
def test_a_file_that_cannot_be_read_is_refused(settings: Settings, tmp_path: Path, text: bytes | None) -> None:
    if text is not None:
        (tmp_path / "x.jsonl").write_bytes(text)

    with pytest.raises(UserMistake, match="cannot be read"):
        exports.verified(tmp_path / "x.jsonl", settings)


def test_a_file_without_end_is_refused(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.jsonl").write_text("x" * 20)
    monkeypatch.setattr(exports, "LARGEST", 10)

    with pytest.raises(UserMistake, match="larger than"):
        exports.verified(tmp_path / "x.jsonl", settings)


def test_a_partner_without_an_address_is_told_nothing(settings: Settings) -> None:
    with pytest.raises(UserMistake, match="no `url:` and `public_key:` for AWS, so nothing was sent"):
        neighbours.tell("aws", settings)


def test_what_was_not_taken_and_what_differs_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = (
        RowAnswer(deal="Acme", outcome=RowOutcome.MOVED),
        RowAnswer(deal="Umbrella", outcome=RowOutcome.REFUSED, problems=("No deal of this name is shared.",)),
    )
    answer = Answer(request="0" * 64, outcome=Outcome.TAKEN, rows=rows)

    _say(Told(FiguresMessage.model_construct(), answer, ("Acme: amount",)), "AWS")
    _say(
        Told(FiguresMessage.model_construct(), Answer(request="0" * 64, outcome=Outcome.OVERTAKEN, said="Late."), ()),
        "AWS",
    )

    assert capsys.readouterr().out.splitlines() == [
        "AWS's cosell heard our figures of 2 deals: 1 moved, 0 were known, 1 not taken.",
        "NOT TAKEN, Umbrella: No deal of this name is shared.",
        "The two views differ; AWS tells its present figures, or changes what it shares:",
        "  Acme: amount",
        "Late.",
    ]
