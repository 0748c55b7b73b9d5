"""The emulator, small and fresh for each test, and a client that is logged in to it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.sandbox.salesforce.salesforce_rig import DEALS, Client, Emulator, serve


@pytest.fixture(scope="session")
def _shared_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    yield from serve(tmp_path_factory.mktemp("salesforce") / "org.sqlite", DEALS)


@pytest.fixture
def emulator(_shared_emulator: Emulator) -> Iterator[Emulator]:
    yield _shared_emulator
    _shared_emulator.renew()


@pytest.fixture(scope="session")
def whole_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The org with all 8,800 deals; nobody may write to it."""
    yield from serve(tmp_path_factory.mktemp("whole") / "org.sqlite", None)


@pytest.fixture
def sf(emulator: Emulator) -> Client:
    return emulator.login()


@pytest.fixture
def soql(sf: Client) -> Callable[[str], list[Mapping[str, Any]]]:
    """Runs a query to its end and gives the records."""
    return lambda text: sf.query_all(text)["records"]


@pytest.fixture
def deal_id(soql: Callable[[str], list[Mapping[str, Any]]]) -> str:
    """Some open deal with an account and an amount, in the first stages."""
    found = soql(
        "SELECT Id FROM Opportunity WHERE IsClosed = false AND AccountId != null AND Amount != null "
        "AND StageName IN ('Prospecting', 'Qualification') ORDER BY Id LIMIT 1"
    )
    return str(found[0]["Id"])
