"""One emulated model for the session, a writer in front of it, and no way to a live one."""

from collections.abc import Callable, Iterator

import pytest

from agents import claude
from agents.claude import ClaudeWriter, connect
from tests.fakes.emulated_model import EmulatedModel, Seconds, running_model


@pytest.fixture(autouse=True)
def no_live_model() -> None:
    claude.forbid_live()


@pytest.fixture(scope="session")
def emulator() -> Iterator[EmulatedModel]:
    with running_model() as running:
        yield running


@pytest.fixture
def model(emulator: EmulatedModel) -> EmulatedModel:
    emulator.reset()
    return emulator


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


WriterMaker = Callable[..., ClaudeWriter]


@pytest.fixture
def make_writer(model: EmulatedModel, seconds: Seconds) -> Iterator[WriterMaker]:
    made: list[ClaudeWriter] = []

    def make(deadline_seconds: float = 20.0, tokens_a_day: int = 1_000_000) -> ClaudeWriter:
        client = connect(api_key="a-key", base_url=model.url)
        writer = ClaudeWriter(
            client,
            "claude-haiku-5-5",
            monotonic=seconds,
            deadline_seconds=deadline_seconds,
            tokens_a_day=tokens_a_day,
        )
        made.append(writer)
        return writer

    yield make
    for writer in made:
        writer.close()


@pytest.fixture
def writer(make_writer: WriterMaker) -> ClaudeWriter:
    return make_writer()
