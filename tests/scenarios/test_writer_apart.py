"""The bot with the model in a process of its own: no key here, the same texts, and the playbook when it is gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import httpx
import pytest

from motions.model import Motion
from tests.bot.command import started
from tests.bot.test_writer_process import SECRET, free_port
from tests.scenarios.company import Company
from tests.scenarios.scene import Scene, playing, settings_for
from tests.waiting import wait_until

MODEL = "claude-haiku-5-5"
HONEST = {"trick": "obey", "mode": "adversary"}  # without an order it repeats what it was told, and that holds


@dataclass
class Played:
    """A brief written elsewhere, one after the other process had ended, and what the bot itself held."""

    with_it: Motion
    without_it: Motion
    model_calls: int
    secrets_here: tuple[str, ...]


@pytest.fixture(scope="module")
def played(world: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    world.begin()
    world.do("/model/_control/reset")
    world.do("/model/_control/mode", **HONEST)
    address = f"http://127.0.0.1:{free_port()}"
    writer = _writer(address, world, tmp_path_factory.mktemp("writer"))
    more = {"cosell_writer_url": address, "cosell_writer_secret": SECRET, "cosell_model": MODEL}
    with playing(world, settings_for(world, tmp_path_factory.mktemp("bot"), **more)) as scene:
        first = scene.asked(world.new_deal())
        calls = len(world.look("/model/_control/calls")["calls"])
        _end(writer)
        yield Played(first, _asked_again(scene), calls, scene.settings.secrets)
    world.do("/model/_control/reset")


def test_the_other_process_writes_and_signs_with_the_model_s_name(played: Played) -> None:
    assert played.with_it.brief_by == MODEL
    assert played.with_it.brief
    assert played.model_calls == 2  # the brief, and the words for the partner


def test_the_bot_holds_no_key_of_the_model(played: Played) -> None:
    assert "sk-of-the-writer" not in played.secrets_here
    assert SECRET in played.secrets_here


def test_without_it_the_playbook_writes_and_says_why(played: Played) -> None:
    assert played.without_it.brief_by == f"playbook v1 ({MODEL} could not be reached)"


def _writer(address: str, world: Company, folder: Path) -> "Popen[str]":
    settings = {
        "ANTHROPIC_API_KEY": "sk-of-the-writer",
        "ANTHROPIC_BASE_URL": f"{world.url}/model",
        "COSELL_WRITER_URL": address,
        "COSELL_WRITER_SECRET": SECRET,
        "COSELL_MODEL": MODEL,
    }
    process = started("writer", settings, folder)
    wait_until(lambda: _lives(address), within=30, what="the writer")
    return process


def _lives(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=2).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _end(process: "Popen[str]") -> None:
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 0


def _asked_again(scene: Scene) -> Motion:
    return scene.asked(scene.company.new_deal())
