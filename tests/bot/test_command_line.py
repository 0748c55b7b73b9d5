"""`cosell` as people run it: what it refuses and why, and how it ends."""

import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.embedded import World, begin_anew, start_world
from bot.settings import Settings
from tests.bot.command import ENDS_WITHIN, ended, environment_of, running_bot, started
from tests.waiting import wait_until

REFUSED = 2


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    running = start_world(0, tick_seconds=None, deals=60)
    yield running
    running.stop()


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield int(held.getsockname()[1])


def test_a_sandbox_port_in_use_is_refused_with_the_way_out(taken: int, tmp_path: Path) -> None:
    code, said = ended("run", {"COSELL_SANDBOX_PORT": str(taken), "COSELL_PORT": "0"}, tmp_path)

    assert code == REFUSED
    assert said.startswith(f"Port {taken} is in use")
    assert "COSELL_SANDBOX_PORT" in said
    assert "Traceback" not in said


def test_our_own_port_in_use_is_refused_with_the_way_out(world: World, taken: int, tmp_path: Path) -> None:
    code, said = ended("run", environment_of(world.url, tmp_path) | {"COSELL_PORT": str(taken)}, tmp_path)

    assert code == REFUSED
    assert f"Port {taken}" in said
    assert "COSELL_PORT" in said
    assert "Traceback" not in said


def test_a_half_filled_env_names_every_missing_key(world: World, tmp_path: Path) -> None:
    settings = environment_of(world.url, tmp_path)
    lacking = ("SLACK_APP_TOKEN", "SF_CONSUMER_SECRET", "COSELL_CONFIG")

    code, said = ended("run", {k: v for k, v in settings.items() if k not in lacking}, tmp_path)

    assert code == REFUSED
    assert all(name in said for name in lacking)
    assert len(said.strip().splitlines()) == 1


def test_a_database_that_cannot_be_written_is_refused_with_the_way_out(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = environment_of(world.url, tmp_path) | {"COSELL_DATABASE_URL": f"sqlite:///{tmp_path}/file/cosell.db"}

    code, said = ended("run", settings, tmp_path)

    assert code == REFUSED
    assert "name a folder we may write" in said
    assert "Traceback" not in said


def test_a_slack_that_refuses_us_is_said_in_one_line(world: World, tmp_path: Path) -> None:
    code, said = ended("run", environment_of(world.url, tmp_path) | {"SLACK_BOT_TOKEN": "xoxb-of-others"}, tmp_path)

    assert code == REFUSED
    assert said.startswith("Slack: ")
    assert "Traceback" not in said


def test_one_bot_runs_on_a_file_and_ends_without_a_complaint_when_asked(world: World, tmp_path: Path) -> None:
    settings = environment_of(world.url, tmp_path)

    with running_bot(settings, tmp_path) as bot:
        second, said = ended("run", settings, tmp_path)
        bot.send_signal(signal.SIGTERM)
        _, errors = bot.communicate(timeout=ENDS_WITHIN)

    assert second == REFUSED
    assert "another cosell is running" in said
    assert "COSELL_DATABASE_URL" in said
    assert bot.returncode == 0
    assert not any(word in errors for word in ("Traceback", "WARNING", "ERROR"))


def test_without_settings_it_brings_the_world_along_and_takes_it_away_again(tmp_path: Path) -> None:
    port = _free_port()
    settings = {"COSELL_SANDBOX_PORT": str(port), "COSELL_PORT": "0"}

    with running_bot(settings, tmp_path) as bot:
        page = httpx.get(f"http://127.0.0.1:{port}/", follow_redirects=True)
        bot.send_signal(signal.SIGINT)
        _, errors = bot.communicate(timeout=ENDS_WITHIN)

    assert "Traceback" not in errors
    assert page.status_code == httpx.codes.OK
    assert bot.returncode == 0
    assert _is_free(port)


def test_ended_while_it_starts_it_leaves_nothing_behind(tmp_path: Path) -> None:
    port = _free_port()
    bot = started("run", {"COSELL_SANDBOX_PORT": str(port), "COSELL_PORT": "0"}, tmp_path)
    wait_until(lambda: not _is_free(port), within=30, what="the world's port")

    bot.send_signal(signal.SIGTERM)
    _, errors = bot.communicate(timeout=ENDS_WITHIN)

    assert bot.returncode == 0, errors
    assert _is_free(port)


def test_the_world_begins_anew_and_with_it_what_is_kept_of_it(tmp_path: Path) -> None:
    port, database = _free_port(), tmp_path / "var" / "sandbox.db"
    with running_bot({"COSELL_SANDBOX_PORT": str(port), "COSELL_PORT": "0"}, tmp_path) as bot:
        world, said = f"http://127.0.0.1:{port}", {"user": "U0PRIYA", "channel": "C0AWSEAST", "text": "Of before"}
        assert httpx.post(f"{world}/slack/_control/act/message", json=said).json()["ok"]
        with closing(sqlite3.connect(database, timeout=30)) as of_before:
            of_before.execute("CREATE TABLE of_before (id INTEGER)")

        assert httpx.post(f"{world}/world/anew").json() == {"ok": True}
        wait_until(lambda: _is_another(database), within=40, what="another database")
        wait_until(lambda: _answers(world), within=40, what="another world")

        messages = httpx.get(f"{world}/slack/_control/messages", params={"channel": "C0AWSEAST"}).json()["messages"]
        assert bot.poll() is None
        assert all(each["text"] != "Of before" for each in messages)


def test_a_world_that_went_away_ends_the_bot_and_is_told(tmp_path: Path) -> None:
    port = _free_port()
    with running_bot({"COSELL_SANDBOX_PORT": str(port), "COSELL_PORT": "0"}, tmp_path) as bot:
        [world] = Path(f"/proc/{bot.pid}/task/{bot.pid}/children").read_text().split()
        os.kill(int(world), signal.SIGKILL)
        bot.wait(ENDS_WITHIN)
        assert bot.stderr is not None
        told = bot.stderr.read()

    assert bot.returncode == REFUSED
    assert "The sandbox world went away" in told
    assert "makes another" in told


def test_a_database_that_was_named_is_kept(tmp_path: Path) -> None:
    kept = tmp_path / "mine.db"
    begin_anew(Settings(cosell_database_url=f"sqlite:///{kept}"))
    kept.write_text("mine")

    begin_anew(Settings(cosell_database_url=f"sqlite:///{kept}"))

    assert kept.read_text() == "mine"


def test_a_story_nobody_has_and_a_log_that_holds(tmp_path: Path) -> None:
    settings = {"COSELL_DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}

    code, said = ended("explain", settings, tmp_path, "nothing")
    verified, verdict = ended("audit", settings, tmp_path, "verify")

    assert code == REFUSED
    assert "No motion 'nothing' here" in said
    assert verified == 0
    assert "The log holds" in verdict


def _is_another(database: Path) -> bool:
    """Whether the table that marks the one of before is gone, and the bot's are there."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as present:
            names = {name for (name,) in present.execute("SELECT name FROM sqlite_master")}
    except sqlite3.OperationalError:  # it is being made
        return False
    return "motions" in names and "of_before" not in names


def _answers(world: str) -> bool:
    try:
        return httpx.get(f"{world}/world/health").is_success
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
