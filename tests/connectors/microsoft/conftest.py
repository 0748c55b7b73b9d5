"""One emulator for the whole run, emptied for each test that wants it."""

from collections.abc import Iterator

import pytest

from tests.connectors.microsoft.microsoft_world import Emulator, running_emulator


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    with running_emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.start_afresh()
    return running
