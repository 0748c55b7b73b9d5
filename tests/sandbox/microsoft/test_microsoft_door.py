"""The door: who is let in, what a call must carry, how errors look, and what goes wrong on command."""

import json
from pathlib import Path

import httpx
import pytest

from sandbox.microsoft.logins import SIGN_IN
from tests.sandbox.microsoft.microsoft_center import Center, example

ERROR = json.loads((Path(__file__).parent / "fixtures" / "error.json").read_text("utf-8"))


def test_a_refresh_token_outlives_the_one_that_was_given_for_it(portal: Center) -> None:
    first = portal.control("/sign_in").json()["refresh_token"]
    second = portal.sign_in(first).json()["refresh_token"]

    answers = [portal.sign_in(token) for token in (first, second, "another")]

    assert second != first
    assert [answer.status_code for answer in answers] == [200, 200, 400]


def test_without_rotation_the_same_token_goes_on(portal: Center) -> None:
    portal.control("/logins", rotates=False)
    token = portal.control("/sign_in").json()["refresh_token"]

    answers = [portal.sign_in(token) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "refresh_token" not in answers[0].json()


@pytest.mark.parametrize(("days", "status"), [(90, 200), (91, 400)])
def test_a_refresh_token_lapses_after_ninety_days_unused(portal: Center, days: int, status: int) -> None:
    token = portal.control("/sign_in").json()["refresh_token"]
    portal.later(days=days)

    answer = portal.sign_in(token)

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error_description"].startswith("AADSTS700082")
        assert answer.json()["error_codes"] == [700082]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_id": "x"}, "unauthorized_client"),
        ({"client_secret": "x"}, "invalid_client"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
    ],
)
def test_an_app_that_is_not_known_is_refused(portal: Center, form: dict[str, str], error: str) -> None:
    assert portal.sign_in(SIGN_IN, **form).json()["error"] == error


def test_an_unknown_tenant_is_refused(portal: Center) -> None:
    assert portal.http.post("/login/other/oauth2/v2.0/token", data={}).json()["error"] == "invalid_request"


def test_an_access_token_lasts_an_hour(portal: Center) -> None:
    portal.later(minutes=59)
    before = portal.call("GET").status_code
    portal.later(minutes=1)

    assert (before, portal.call("GET").status_code) == (200, 401)


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer nonsense", "Basic abc"])
def test_nobody_else_is_let_in(portal: Center, header: str) -> None:
    answer = portal.call("GET", Authorization=header)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthenticated")


def test_every_call_needs_an_id_that_comes_back(portal: Center) -> None:
    given = "5b7ba1a5-9c0d-4d5c-8f5b-0b8a6e7f1c11"

    assert portal.call("GET", client_request_id="7").json()["error"]["target"] == "client-request-id"
    assert portal.call("GET", client_request_id=given).headers["client-request-id"] == given


def test_an_error_has_the_published_members(portal: Center) -> None:
    answer = portal.call("POST", json={"name": "x"}).json()

    assert set(answer["error"]) == set(ERROR["error"])
    assert set(ERROR["error"]["innerError"]) <= set(answer["error"]["innerError"])
    assert len(answer["error"]["message"]) <= 1024


@pytest.mark.parametrize("raw", [b"", b"not json", b"[]"])
def test_a_body_that_cannot_be_read_is_malformed(portal: Center, raw: bytes) -> None:
    headers = {"Authorization": f"Bearer {portal.token}", "client-request-id": "5b7ba1a5-9c0d-4d5c-8f5b-0b8a6e7f1c11"}

    assert portal.http.post("/v1.0/engagements/referrals", content=raw, headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("throttle", 429, "tooManyRequests"),
        ("internal_error", 500, "generalException"),
        ("unauthorized", 401, "unauthenticated"),
        ("access_denied", 403, "accessDenied"),
        ("conflict", 409, "conflict"),
        ("locked", 423, "locked"),
        ("validation", 422, "invalidRequest"),
    ],
)
def test_a_fault_goes_wrong_as_often_as_it_was_ordered_and_does_nothing(
    portal: Center, kind: str, status: int, code: str
) -> None:
    portal.control("/faults", operation="create", kind=kind)

    answer = portal.call("POST", json=example())

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert ("Retry-After" in answer.headers) == (kind in {"throttle", "locked"})
    assert portal.call("GET").json()["@odata.count"] == 0
    assert portal.call("POST", json=example()).status_code == 201


def test_a_page_of_html_can_stand_in_the_way(portal: Center) -> None:
    portal.control("/faults", kind="http_503_html")

    answer = portal.call("GET")

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (503, "text/html")


@pytest.mark.parametrize("kind", ["error_after_commit", "drop_after_commit"])
def test_an_answer_can_be_lost_after_the_work_was_done(portal: Center, kind: str) -> None:
    portal.control("/faults", operation="create", kind=kind)

    try:
        answer = portal.call("POST", json=example())
    except httpx.HTTPError:
        answer = None

    assert answer is None or answer.status_code == 500 or answer.text == "{"
    assert portal.call("GET").json()["@odata.count"] == 1


def test_a_stale_read_shows_what_was_there_before_the_last_change(portal: Center) -> None:
    own = portal.create()
    for name in ("first", "second"):
        portal.call("PATCH", f"/{own['id']}", json=[{"op": "replace", "path": "/name", "value": name}])
    portal.create(externalReferenceId="006B")
    portal.control("/faults", operation="list", kind="stale_read")

    assert [each["name"] for each in portal.call("GET").json()["value"]] == ["first"]
    assert portal.call("GET").json()["@odata.count"] == 2


def test_calls_a_minute_are_counted_once_somebody_says_how_many(portal: Center) -> None:
    portal.control("/limits", per_minute=2)

    statuses = [portal.call("GET").status_code for _ in range(3)]
    portal.later(seconds=61)

    assert (statuses, portal.call("GET").status_code) == ([200, 200, 429], 200)


def test_faults_can_be_looked_at_and_taken_back(portal: Center) -> None:
    portal.control("/faults", kind="latency", times=3)

    shown = portal.http.get("/_control/faults").json()["faults"]
    portal.http.delete("/_control/faults")

    assert [(each["kind"], each["times"]) for each in shown] == [("latency", 3)]
    assert portal.http.get("/_control/faults").json() == {"faults": []}


@pytest.mark.parametrize(
    ("path", "arguments"),
    [("/faults", {"kind": "bogus"}), ("/reviewer", {"mode": "sleepy"}), ("/review", {}), ("/edit", {"id": "x"})],
)
def test_a_command_that_makes_no_sense_is_refused(portal: Center, path: str, arguments: dict[str, str]) -> None:
    assert 400 <= portal.control(path, **arguments).status_code < 500


def test_a_reset_leaves_nothing(portal: Center) -> None:
    portal.create()

    portal.control("/reset")

    assert portal.http.get("/_control/summary").json() == {"referrals": []}
    assert portal.call("GET").status_code == 401
