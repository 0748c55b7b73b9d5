"""A whole motion through the real bot, and the auditor after it: everything holds until somebody changes one byte."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from motions.model import Motion, MotionState
from sandbox.cast import ALEX, PRIYA
from tests.bot.command import ended
from tests.scenarios.scene import Scene


@pytest.fixture(scope="module")
def motion(running: Scene) -> Motion:
    """From the change in the CRM to the partner's first action."""
    deal = running.company.new_deal()
    running.approve(PRIYA, running.asked(deal))
    running.take(ALEX, running.handed(deal))
    running.reaches(deal, MotionState.ENGAGED)
    return running.settles(deal)


@pytest.fixture
def copied(running: Scene, tmp_path: Path) -> Path:
    """A copy of the bot's database with its keys, for somebody to write into."""
    original = running.settings.cosell_database_url.removeprefix("sqlite:///")
    with sqlite3.connect(original) as source, sqlite3.connect(tmp_path / "cosell.db") as copy:
        source.backup(copy)
    source.close()
    copy.close()
    shutil.copytree(running.settings.keys_folder, tmp_path / "keys")
    return tmp_path


def audited(folder: Path, how: str) -> tuple[int, str]:
    """`cosell audit` on the database in a folder."""
    return ended("audit", {"COSELL_DATABASE_URL": f"sqlite:///{folder}/cosell.db"}, folder, how)


def changed(folder: Path, statement: str) -> None:
    """Somebody with a database client."""
    with sqlite3.connect(folder / "cosell.db") as connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


@pytest.mark.usefixtures("motion")
def test_a_whole_motion_can_be_verified_and_replayed(copied: Path) -> None:
    verified, verdict = audited(copied, "verify")
    replayed, said = audited(copied, "replay")

    assert (verified, replayed) == (0, 0), verdict + said
    assert "The log holds" in verdict
    assert "Everything is as the log says." in said
    assert "From before" not in said
    assert "another version" not in said


@pytest.mark.usefixtures("motion")
def test_a_log_without_the_keys_that_signed_it_is_not_verified(copied: Path) -> None:
    shutil.rmtree(copied / "keys")

    code, said = audited(copied, "verify")

    assert code == 1
    assert "the key 'witness-aws' that signed it is not in COSELL_KEYS" in " ".join(said.split())


def test_one_byte_in_a_motion_is_found_and_named(motion: Motion, copied: Path) -> None:
    changed(copied, f"UPDATE motions SET pam = pam || '.' WHERE id = '{motion.id}'")

    code, said = audited(copied, "replay")

    assert code == 1
    assert f"motion {motion.id}, pam" in said


def test_one_byte_in_a_message_is_found_and_named(motion: Motion, copied: Path) -> None:
    key = f"{motion.id}:handoff"
    changed(copied, f"UPDATE effects SET payload = replace(payload, 'this deal', 'this dea1') WHERE key = '{key}'")

    code, said = audited(copied, "verify")

    assert code == 1
    assert f"payload of effect {key}: it is not what entry" in said
