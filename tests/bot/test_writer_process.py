"""The model in a process of its own: what either side refuses to know, and that it writes."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from agents.remote import RemoteWriter
from bot.settings import Settings, SettingsError, load_settings
from bot.writer_settings import WriterSettings, load_writer_settings
from tests.agents.samples import BRIEF, CUSTOMER, HAIKU, STANDING
from tests.bot.command import ended, started
from tests.fakes.emulated_model import running_model
from tests.waiting import wait_until

SECRET = "0123456789abcdef0123456789abcdef"
URL = "http://127.0.0.1:8402"
WHOLE = {"ANTHROPIC_API_KEY": "sk-1", "COSELL_WRITER_URL": URL, "COSELL_WRITER_SECRET": SECRET}
OF_THE_BOT = sorted(name.upper() for name in set(Settings.model_fields) - set(WriterSettings.model_fields))
HARMLESS = {"COSELL_PORT", "COSELL_HOST", "COSELL_POLL_SECONDS", "COSELL_SANDBOX_PORT"}
REMOTE = {"COSELL_WRITER_URL": URL, "COSELL_WRITER_SECRET": SECRET}


def test_the_writer_s_settings_are_the_model_s_and_the_secret(tmp_path: Path) -> None:
    settings = load_writer_settings(tmp_path, WHOLE)

    assert settings.secrets == ("sk-1", SECRET)
    assert settings.cosell_model == Settings().cosell_model
    assert settings.anthropic_base_url == Settings().anthropic_base_url


@pytest.mark.parametrize("name", [each for each in OF_THE_BOT if each not in HARMLESS])
def test_a_setting_of_the_bot_s_refuses_the_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_writer_settings(tmp_path, WHOLE | {name: "x"})


@pytest.mark.parametrize("name", ["SLACK_USER_TOKEN", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "PGPASSWORD"])
def test_so_does_what_others_would_take_for_a_credential(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_writer_settings(tmp_path, WHOLE | {name: "x"})


def test_a_file_counts_as_the_environment_does(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\n")

    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN"):
        load_writer_settings(tmp_path, WHOLE)


def test_what_is_not_ours_and_an_empty_line_are_left_alone(tmp_path: Path) -> None:
    load_writer_settings(tmp_path, WHOLE | {"PATH": "/bin", "SLACK_BOT_TOKEN": "", "COSELL_PORT": "8401"})


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_what_the_writer_lacks_is_named(tmp_path: Path, missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        load_writer_settings(tmp_path, {name: value for name, value in WHOLE.items() if name != missing})


@pytest.mark.parametrize(
    "wrong",
    [
        {"COSELL_WRITER_URL": "http://writer.example:8402"},
        {"COSELL_WRITER_URL": "https://127.0.0.1:8402"},
        {"COSELL_WRITER_URL": "http://127.0.0.1.evil.example"},
        {"COSELL_WRITER_URL": f"{URL}/draft"},
        {"COSELL_WRITER_SECRET": "short"},
    ],
)
def test_facts_travel_on_this_machine_alone_and_signed(tmp_path: Path, wrong: dict[str, str]) -> None:
    (name,) = wrong
    with pytest.raises(SettingsError, match=name):
        load_writer_settings(tmp_path, WHOLE | wrong)
    with pytest.raises(SettingsError, match=name):
        load_settings(tmp_path, REMOTE | wrong)


@pytest.mark.parametrize("alone", sorted(REMOTE))
def test_address_and_secret_belong_together(tmp_path: Path, alone: str) -> None:
    with pytest.raises(SettingsError, match="COSELL_WRITER_"):
        load_settings(tmp_path, {alone: REMOTE[alone]})


def test_the_bot_refuses_the_key_it_has_no_use_for(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ANTHROPIC_API_KEY=sk-1\n")

    with pytest.raises(SettingsError, match="ANTHROPIC_API_KEY"):
        load_settings(tmp_path, REMOTE)


def test_the_bot_knows_where_the_writer_is(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}).writer_elsewhere is None
    assert load_settings(tmp_path, REMOTE).writer_elsewhere == (URL, SECRET)
    assert SECRET in load_settings(tmp_path, REMOTE).secrets


@contextmanager
def writing(settings: dict[str, str], folder: Path) -> Iterator[list[str]]:
    """`cosell writer` once it runs, and what it said."""
    process = started("writer", settings, folder)
    said: list[str] = []
    try:
        assert process.stdout is not None
        said.append(process.stdout.readline())
        yield said
    finally:
        process.terminate()
        said += process.communicate(timeout=20)
        assert process.returncode == 0, said


def test_a_process_of_its_own_writes_for_the_bot_and_says_no_secret(tmp_path: Path) -> None:
    with running_model() as model:
        url = f"http://127.0.0.1:{free_port()}"
        model.say(CUSTOMER, STANDING)
        settings = WHOLE | {"COSELL_WRITER_URL": url, "ANTHROPIC_BASE_URL": model.url}
        with writing(settings, tmp_path) as said, closing(RemoteWriter(url, SECRET, HAIKU)) as writer:
            text = wait_until(lambda: writer.brief(BRIEF), what="a text")

        assert text.written_by == HAIKU
        assert url in said[0]
        assert not any(secret in "".join(said) for secret in ("sk-1", SECRET))
        assert [call["headers"].get("authorization") for call in model.calls] == [None]


def test_beside_the_bot_s_settings_it_does_not_start(tmp_path: Path) -> None:
    code, said = ended("writer", WHOLE | {"SLACK_BOT_TOKEN": "xoxb-1"}, tmp_path)

    assert code == 2
    assert "SLACK_BOT_TOKEN" in said
    assert "xoxb-1" not in said


def test_a_port_in_use_is_a_refusal(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = ended("writer", WHOLE | {"COSELL_WRITER_URL": f"http://127.0.0.1:{port}"}, tmp_path)

    assert code == 2
    assert str(port) in said


def test_its_process_has_loaded_nothing_that_could_act(tmp_path: Path) -> None:

    look = (
        "import json, sys, bot.writer_process; "
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    actors = {"handlers", "connectors", "store", "slack_sdk", "slack_bolt", "boto3", "simple_salesforce", "sqlalchemy"}
    assert actors & set(json.loads(told.stdout)) == set()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
