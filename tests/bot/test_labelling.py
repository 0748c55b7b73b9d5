"""`cosell policy check` against the sandbox's org: what it prints, and when it says that something is to be done."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from bot.embedded import World, start_world
from bot.labelling import check
from bot.settings import DEFAULTS, Settings
from tests.bot.command import ended


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    running = start_world(0, tick_seconds=None, deals=10)
    yield running
    running.stop()


@pytest.fixture
def settings(world: World, tmp_path: Path) -> Settings:
    """Settings on the world, with a configuration of their own."""
    shutil.copytree(DEFAULTS, tmp_path / "config")
    return Settings(cosell_config=tmp_path / "config").on_sandbox(world.url)


def without(settings: Settings, field: str) -> None:
    """Nobody labelled this field."""
    path = settings.config_folder / "fields.yml"
    path.write_text(yaml.safe_dump([row for row in yaml.safe_load(path.read_text()) if row["field"] != field]))


def test_what_nobody_labelled_and_nobody_reads_is_listed_and_fine(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(settings)

    said = capsys.readouterr().out
    assert "Without a label, so restricted:" in said
    assert "LeadSource" in said
    assert "*" not in said
    assert "cosell reads none of them" in said


def test_a_field_that_cosell_reads_must_have_a_label(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    without(settings, "Description")

    assert not check(settings)

    said = capsys.readouterr().out
    assert "Description*" in said
    assert "cosell reads 2 of them (*)" in said  # the deal's and the task's


def test_a_field_that_is_gone_from_the_crm_is_named(
    settings: Settings, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = f"{world.url}/salesforce/_control/faults"
    httpx.post(faults, json={"kind": "hide_field", "object": "Opportunity", "field": "Amount"}).raise_for_status()
    try:
        assert not check(settings)
    finally:
        httpx.delete(faults)

    assert "Opportunity: Amount*, CurrencyIsoCode" in capsys.readouterr().out


def test_the_command_asks_the_sandbox_when_nothing_else_is_configured(tmp_path: Path) -> None:
    code, said = ended("policy", {}, tmp_path, "check")

    assert (code, "cosell reads none of them" in said) == (0, True)
