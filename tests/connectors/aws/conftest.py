"""One emulator for the whole run, emptied for each test that wants it."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.connectors.aws.aws_world import Emulator, running_emulator

# For a release, or after a change of the rules: pytest tests/connectors/aws/test_aws_generated.py with this profile.
settings.register_profile("thousand", max_examples=1000)


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    with running_emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.start_afresh()
    return running
