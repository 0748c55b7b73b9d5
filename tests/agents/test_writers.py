"""Which writer there is, and where its client may go."""

import logging
from collections.abc import Iterator

import pytest

from agents import claude
from agents.claude import ClaudeWriter, connect
from agents.playbook import PlaybookWriter
from agents.writers import open_writer
from tests.agents.samples import BRIEF, CUSTOMER, HAIKU, STANDING
from tests.fakes.emulated_model import EmulatedModel

KEY = "the-key-of-settings"


@pytest.fixture
def opened(model: EmulatedModel) -> Iterator[ClaudeWriter]:
    writer = open_writer(api_key=KEY, base_url=model.url, model=HAIKU)
    assert isinstance(writer, ClaudeWriter)
    yield writer
    writer.close()


def test_without_a_key_the_playbook_writes_and_says_so() -> None:
    writer = open_writer(api_key=None, base_url="https://api.anthropic.com", model=HAIKU)

    assert isinstance(writer, PlaybookWriter)
    assert writer.name == "playbook v1 (no AI model configured)"


def test_with_a_key_claude_writes(opened: ClaudeWriter, model: EmulatedModel) -> None:
    model.say(CUSTOMER, STANDING)

    assert opened.name == HAIKU
    assert opened.brief(BRIEF).written_by == HAIKU


def test_opening_a_writer_calls_nobody(opened: ClaudeWriter, model: EmulatedModel) -> None:
    assert model.calls == []


@pytest.mark.parametrize(
    "base_url", ["https://api.anthropic.com", "http://127.0.0.1.evil.example", "http://10.0.0.1", "nonsense"]
)
def test_tests_cannot_reach_a_live_model(base_url: str) -> None:
    assert claude.ALLOW_LIVE is False

    with pytest.raises(RuntimeError, match="live models are forbidden"):
        connect(api_key=KEY, base_url=base_url)


@pytest.mark.parametrize("base_url", ["http://localhost:1", "http://127.0.0.2:1", "http://[::1]:1"])
def test_this_machine_is_no_live_model(base_url: str) -> None:
    connect(api_key=KEY, base_url=base_url).close()


def test_the_host_is_logged_and_the_key_is_not(model: EmulatedModel, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "agents")

    connect(api_key=KEY, base_url=model.url).close()

    assert [record.message for record in caplog.records] == ["model.connected host=127.0.0.1"]


def test_the_environment_cannot_send_a_deal_elsewhere(model: EmulatedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_BASE_URL", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "another")
    monkeypatch.setenv("ANTHROPIC_PROFILE", "another")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "X-Evil: 1\nHost: evil.example\nanthropic-beta: files-api")
    writer = open_writer(api_key=KEY, base_url=model.url, model=HAIKU)
    model.say(CUSTOMER, STANDING)

    text = writer.brief(BRIEF)

    assert isinstance(writer, ClaudeWriter)
    writer.close()
    assert text.written_by == HAIKU
    headers = model.calls[0]["headers"]
    assert model.url.endswith(headers["host"])
    assert not {"x-evil", "anthropic-beta", "traceparent"} & set(headers)


def test_no_environment_variable_puts_texts_into_traces(model: EmulatedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE", "content")

    client = connect(api_key=KEY, base_url=model.url)

    client.close()
    assert client.open_telemetry["propagation"] is False
    assert client.open_telemetry["traces"]["content_mode"] == "metadata_only"


def test_the_client_waits_and_retries_little(model: EmulatedModel) -> None:
    client = connect(api_key=KEY, base_url=model.url)

    client.close()
    assert client.max_retries == 1
    assert str(client.timeout) == "Timeout(connect=3.0, read=25.0, write=25.0, pool=25.0)"
