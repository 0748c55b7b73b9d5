"""The signed webhook: only what the CRM really sent, once, and clear refusals of everything else."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from handlers.alerts import Alerts, build_app, signature
from motions.deals import OpportunityId
from tests.handlers import values
from tests.handlers.fakes import RefusingStore, StillClock

SECRET = "shared-with-the-crm"
BODY = json.dumps({"opportunity_id": "006xx0000000001AAA", "stamped_at": "2026-11-21T15:29:58Z"}).encode()


class Hearing:
    """The use case, writing down what it heard."""

    def __init__(self) -> None:
        self.heard: list[tuple[OpportunityId, datetime]] = []
        self.is_news = True
        self.error: Exception | None = None

    def receive(self, opportunity_id: OpportunityId, stamped_at: datetime) -> bool:
        if self.error:
            raise self.error
        self.heard.append((opportunity_id, stamped_at))
        return self.is_news


@pytest.fixture
def hearing() -> Hearing:
    return Hearing()


@pytest.fixture
def store() -> RefusingStore:
    return RefusingStore()


@pytest.fixture
def client(hearing: Hearing, store: RefusingStore) -> TestClient:
    return TestClient(build_app(Alerts(hearing.receive, store, StillClock(), SECRET)))


def send(client: TestClient, body: bytes = BODY, header: str | None = None, at: datetime = values.NOW) -> Any:
    given = signature(SECRET, at, body) if header is None else header
    return client.post("/deal-alerts", content=body, headers={"X-Cosell-Signature": given})


def test_a_signed_alert_is_taken(client: TestClient, hearing: Hearing) -> None:
    answer = send(client)

    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    assert hearing.heard == [("006xx0000000001AAA", datetime(2026, 11, 21, 15, 29, 58, tzinfo=UTC))]


def test_the_same_alert_again_does_nothing(client: TestClient, hearing: Hearing) -> None:
    send(client)

    answer = send(client)

    assert (answer.status_code, answer.json()) == (200, {"status": "duplicate"})
    assert len(hearing.heard) == 1


def test_a_change_known_already_is_a_duplicate(client: TestClient, hearing: Hearing) -> None:
    hearing.is_news = False

    assert send(client).json() == {"status": "duplicate"}


def test_a_secret_being_changed_may_sign_beside_the_old_one(client: TestClient) -> None:
    header = signature(SECRET, values.NOW, BODY) + ",v1=" + "0" * 64

    assert send(client, header=header).status_code == 202


@pytest.mark.parametrize(
    "header",
    ["", "t=1", "v1=00", "t=abc,v1=00", "t=1,t=2,v1=00", f"t={'9' * 5000},v1=00", "nonsense"],
)
def test_a_header_that_is_no_signature_is_refused_with_its_form(client: TestClient, header: str) -> None:
    answer = send(client, header=header.encode("utf-8").decode("latin-1"))

    assert answer.status_code == 401
    assert "must read t=<unix time>" in answer.json()["error"]


@pytest.mark.parametrize(
    "header",
    [
        signature("another secret", values.NOW, BODY),
        signature(SECRET, values.NOW, BODY + b" "),
        signature(SECRET, values.NOW, BODY).replace("t=1", "t=2"),
    ],
    ids=["wrong secret", "another body", "another time"],
)
def test_a_wrong_signature_is_refused(client: TestClient, hearing: Hearing, header: str) -> None:
    answer = send(client, header=header)

    assert (answer.status_code, hearing.heard) == (401, [])
    assert "does not fit" in answer.json()["error"]


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-299, 202), (299, 202), (301, 401)])
def test_a_signature_is_good_for_five_minutes(client: TestClient, seconds: int, status: int) -> None:
    assert send(client, at=values.NOW + timedelta(seconds=seconds)).status_code == status


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"{", "body"),
        (b"\xff\xfe", "body"),
        (b"[]", "body"),
        (b"{}", "opportunity_id"),
        (b'{"opportunity_id": "006", "stamped_at": "yesterday"}', "stamped_at"),
        (b'{"opportunity_id": "006", "stamped_at": "2026-11-21T15:29:58"}', "stamped_at"),
        (b'{"opportunity_id": "006\' OR 1=1", "stamped_at": "2026-11-21T15:29:58Z"}', "opportunity_id"),
        (b'{"opportunity_id": "006xx", "stamped_at": "2026-11-21T15:29:58Z", "amount": 1}', "amount"),
    ],
)
def test_a_malformed_alert_is_refused_by_the_name_of_its_fault(client: TestClient, body: bytes, place: str) -> None:
    answer = send(client, body)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(f"{place}:")


def test_a_body_too_large_is_refused(client: TestClient) -> None:
    assert send(client, b"x" * 20_000).status_code == 413


def test_an_alert_that_fails_is_asked_for_again_and_then_taken(client: TestClient, hearing: Hearing) -> None:
    hearing.error = ConnectionError("secret")
    failed = send(client)
    hearing.error = None

    assert (failed.status_code, failed.headers["retry-after"]) == (503, "5")
    assert "secret" not in failed.text
    assert send(client).status_code == 202


def test_an_alert_that_cannot_be_kept_is_asked_for_again(client: TestClient, store: RefusingStore) -> None:
    store.is_down = True

    assert send(client).status_code == 503


def test_health_is_told_to_anybody(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_without_alerts_there_is_only_health() -> None:
    client = TestClient(build_app())

    assert client.post("/deal-alerts").status_code == 404
    assert client.get("/healthz").status_code == 200


def test_alerts_need_a_secret(hearing: Hearing, store: RefusingStore) -> None:
    with pytest.raises(ValueError, match="secret"):
        Alerts(hearing.receive, store, StillClock(), "")
