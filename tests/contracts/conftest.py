"""What several contract suites run against: the emulated portals, one of each for a module."""

from collections.abc import Iterator

import pytest

from tests.connectors.aws.aws_world import Emulator, running_emulator
from tests.connectors.microsoft import microsoft_world as microsoft


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """AWS Partner Central."""
    with running_emulator() as running:
        yield running


@pytest.fixture(scope="module")
def microsofts() -> Iterator[microsoft.Emulator]:
    """Partner Center."""
    with microsoft.running_emulator() as running:
        yield running
