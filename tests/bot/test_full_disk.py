"""A full disk: one line at the start; while running it is told once, waited out, and nothing is lost."""

import json
import resource
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.embedded import start_world
from tests.bot.command import COSELL, ENDS_WITHIN, environment_of, running_bot
from tests.scenarios.company import CENTRAL, Company
from tests.waiting import wait_until

REFUSED = 2


@pytest.fixture
def company() -> Iterator[Company]:
    world = start_world(0, tick_seconds=None, deals=60)
    with httpx.Client(base_url=world.url, timeout=20) as http:
        made = Company(world.url, http)
        made.calm()
        yield made
    world.stop()


def test_at_the_start_one_line_says_so(company: Company, tmp_path: Path) -> None:
    settings = environment_of(company.url, tmp_path)
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))

    # No file may grow past this: what a full disk does to a database that is to be made.
    started = subprocess.run(
        ["sh", "-c", f"ulimit -f 64; exec {COSELL} run"],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN,
    )

    assert started.returncode == REFUSED, started.stderr
    assert len(started.stderr.strip().splitlines()) == 1, started.stderr
    assert "Free some space" in started.stderr


def test_while_running_it_is_told_once_waited_out_and_nothing_is_lost(company: Company, tmp_path: Path) -> None:
    port = _free_port()
    settings = environment_of(company.url, tmp_path) | {"COSELL_PORT": str(port)}

    with running_bot(settings, tmp_path) as bot:
        wait_until(lambda: _ready(port).get("status") == "ready", within=40, what="a ready bot")
        _let_grow(bot.pid, (tmp_path / "cosell.db-wal").stat().st_size)
        company.new_deal()
        not_ready = wait_until(lambda: _fails(port), within=40, what="a store that fails")
        alive = httpx.get(f"http://127.0.0.1:{port}/healthz").status_code
        _let_grow(bot.pid, resource.RLIM_INFINITY)
        wait_until(lambda: company.posted(CENTRAL), within=90, what="the card")
        wait_until(lambda: _ready(port).get("status") == "ready", within=60, what="a ready bot again")
        counted = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        bot.send_signal(signal.SIGTERM)
        _, errors = bot.communicate(timeout=ENDS_WITHIN)

    told = [json.loads(line) for line in errors.splitlines()]
    outages = [line["event"] for line in told if line.get("system") == "the database"]
    assert not_ready["checks"]["store"] == "fails"
    assert alive == httpx.codes.OK
    assert outages == ["outage.started", "outage.ended"]
    assert [line for line in told if line["level"] in {"ERROR", "CRITICAL"}] == []
    assert len(company.posted(CENTRAL)) == 1
    assert 'cosell_effects_total{kind="slack.card",status="done"} 1.0' in counted
    assert 'cosell_outages_total{system="the database"} 1.0' in counted


def _let_grow(pid: int, size: int) -> None:
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def _ready(port: int) -> dict[str, Any]:
    try:
        found: dict[str, Any] = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10).json()
    except httpx.TransportError:
        return {}
    return found


def _fails(port: int) -> dict[str, Any] | None:
    said = _ready(port)
    return said if said.get("checks", {}).get("store") == "fails" else None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
