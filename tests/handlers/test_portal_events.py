"""A portal's notifications: each once, only when it is the portal's, and nothing of it but a reason to look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from handlers.portal_events import Heard, PortalEvents, portal_route
from motions.errors import Unavailable
from tests.handlers.fakes import RefusingStore, StillClock


@dataclass
class Portal:
    """What tells, and what is woken by it."""

    heard: Heard | None = field(default_factory=lambda: Heard("1", is_change=True))
    error: Unavailable | None = None
    bodies: list[bytes] = field(default_factory=list)
    woken: int = 0

    def read(self, headers: Mapping[str, str], body: bytes) -> Heard | None:
        assert headers["authorization"] == "Signature x"
        self.bodies.append(body)
        if self.error:
            raise self.error
        return self.heard

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
def store() -> RefusingStore:
    return RefusingStore()


@pytest.fixture
def client(portal: Portal, store: RefusingStore) -> TestClient:
    events = PortalEvents(portal.read, store, StillClock(), portal.wake)
    return TestClient(Starlette(routes=[portal_route("microsoft", events)]))


def post(client: TestClient, body: bytes = b"{}") -> Any:
    return client.post("/portal-events/microsoft", content=body, headers={"Authorization": "Signature x"})


def test_a_change_wakes_the_sweep_once_however_often_it_is_told(client: TestClient, portal: Portal) -> None:
    answers = [post(client), post(client), post(client)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.json()["status"] for answer in answers] == ["accepted", "duplicate", "duplicate"]
    assert portal.woken == 1


def test_another_change_wakes_it_again(client: TestClient, portal: Portal) -> None:
    post(client)
    portal.heard = Heard("2", is_change=True)
    post(client)

    assert portal.woken == 2


def test_what_is_no_change_wakes_nobody(client: TestClient, portal: Portal) -> None:
    portal.heard = Heard("1", is_change=False)

    assert post(client).status_code == 200
    assert portal.woken == 0


def test_what_is_not_the_portal_s_is_refused_and_not_remembered(client: TestClient, portal: Portal) -> None:
    portal.heard = None
    refused = post(client)
    portal.heard = Heard("1", is_change=True)

    assert (refused.status_code, post(client).json()) == (401, {"status": "accepted"})


def test_what_cannot_be_checked_now_is_to_come_again(client: TestClient, portal: Portal) -> None:
    portal.error = Unavailable("Microsoft Partner Center", "the certificate cannot be fetched")

    answer = post(client)

    assert (answer.status_code, answer.headers["Retry-After"], portal.woken) == (503, "5", 0)


def test_a_body_that_is_too_large_is_not_read(client: TestClient, portal: Portal) -> None:
    assert post(client, b"x" * 20_000).status_code == 413
    assert portal.bodies == []


def test_a_referral_it_names_is_looked_at_in_the_transaction_that_keeps_it(
    portal: Portal, store: RefusingStore
) -> None:
    looked: list[tuple[str, str]] = []
    events = PortalEvents(
        portal.read,
        store,
        StillClock(),
        portal.wake,
        lambda about, key, uow: looked.append((about, key)) if uow is not None else None,
    )
    client = TestClient(Starlette(routes=[portal_route("microsoft", events)]))
    portal.heard = Heard("1", is_change=False, about="O1")

    post(client)
    post(client)

    assert looked == [("O1", "1")]
    assert portal.woken == 0
