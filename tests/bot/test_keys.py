"""Keys in files: made once, readable by nobody else, and what is signed with them told from what is not."""

import os
import stat
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest

from bot.keys import FileKeys
from bot.settings import Settings, SettingsError
from motions.grant_terms import Signature


def test_a_key_is_made_at_its_first_use_for_this_user_alone(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "var" / "keys")
    assert keys.public_key("ours") is None

    signature = keys.sign("ours", "text")

    [file] = (tmp_path / "var" / "keys").iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("ours.pem", 0o600)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert (signature.key, signature.public_key) == ("ours", keys.public_key("ours"))


def test_the_same_key_signs_again_and_another_is_another(tmp_path: Path) -> None:
    first, again = FileKeys(tmp_path).sign("ours", "text"), FileKeys(tmp_path).sign("ours", "text")

    assert first == again
    assert FileKeys(tmp_path).sign("witness-aws", "text").public_key != first.public_key


def test_what_was_signed_is_told_from_anything_else(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path)
    signature = keys.sign("ours", "text")

    assert keys.is_signed(signature, "text")
    assert not keys.is_signed(signature, "texts")
    assert not keys.is_signed(replace(signature, public_key=keys.sign("other", "text").public_key), "text")
    assert not keys.is_signed(replace(signature, value="A" * 88), "text")
    assert not keys.is_signed(Signature("ours", "no base64!", "neither"), "text")


def test_a_signature_needs_no_folder_to_be_checked(tmp_path: Path) -> None:
    signature = FileKeys(tmp_path).sign("ours", "text")

    assert FileKeys(tmp_path / "elsewhere").is_signed(signature, "text")


def test_two_who_make_a_key_at_once_make_one(tmp_path: Path) -> None:
    start, signed = Barrier(4), []

    def sign() -> None:
        start.wait()
        signed.append(FileKeys(tmp_path).sign("ours", "text"))

    threads = [Thread(target=sign) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(signed)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["ours.pem"]


def test_a_file_that_is_no_key_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "ours.pem").write_text("no key")

    with pytest.raises(SettingsError, match=r"ours\.pem cannot be used .* COSELL_KEYS"):
        FileKeys(tmp_path).sign("ours", "text")
    assert FileKeys(tmp_path).public_key("ours") is None


def test_a_key_s_name_leads_out_of_no_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be the name of a key"):
        FileKeys(tmp_path / "keys").sign("../ours", "text")

    assert not (tmp_path / "ours.pem").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(SettingsError, match="COSELL_KEYS"):
        FileKeys(tmp_path).sign("ours", "text")


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        ({"cosell_database_url": "sqlite:////srv/cosell/cosell.db"}, Path("/srv/cosell/keys")),
        ({"cosell_database_url": "sqlite:///var/cosell.db"}, Path("var/keys")),
        ({"cosell_database_url": "postgresql://bot@db/cosell"}, Path("var/keys")),
        ({"cosell_keys": "/srv/keys"}, Path("/srv/keys")),
    ],
)
def test_keys_are_beside_the_database_unless_a_folder_is_named(settings: dict[str, str], folder: Path) -> None:
    assert Settings.model_validate(settings).keys_folder == folder
