"""Filing: one referral of ours and one of Microsoft's, wherever it was interrupted; and what is read back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from connectors.microsoft import values
from connectors.microsoft.client import MicrosoftClient
from connectors.microsoft.mapping import wire_body
from connectors.microsoft.portal import MicrosoftPortal, open_portal
from connectors.microsoft.refusals import Conflict
from motions.errors import AuthExpired, OutcomeUnknown, Rejected, Unavailable
from motions.referrals import Referral, Review
from sandbox.microsoft.logins import CLIENT_ID, CLIENT_SECRET, TENANT
from tests.connectors.microsoft.microsoft_world import READY, TODAY, Emulator
from tests.scenarios.microsofts import ACCOUNT

CALLS = ("create", "invite")
FAULTS = ("drop_after_commit", "error_after_commit", "throttle", "http_503_html", "unauthorized", "internal_error")


@pytest.fixture
def portal(emulator: Emulator, tmp_path: Path) -> MicrosoftPortal:
    return emulator.portal(tmp_path)


def payload_of(portal: MicrosoftPortal, referral: Referral = READY) -> Mapping[str, object]:
    return portal.draft(referral, TODAY).payload


def file(portal: MicrosoftPortal, referral: Referral = READY) -> dict[str, str]:
    ids: dict[str, str] = {}
    for step in portal.saga(payload_of(portal, referral), "m1:file"):
        ids[step.name] = step.send(ids)
    return ids


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FAULTS)
def test_started_again_from_any_call_it_ends_with_one_referral_on_each_side(
    emulator: Emulator, portal: MicrosoftPortal, call: str, fault: str
) -> None:
    emulator.fault(call, fault)
    for _life in range(3):  # each a process that knows nothing of the one before
        ids: dict[str, str] = {}
        try:
            for step in portal.saga(payload_of(portal), "m1:file"):
                ids[step.name] = step.find(ids) or step.send(ids)
        except (OutcomeUnknown, Unavailable):
            continue

    (own,), (theirs,) = emulator.filed(), emulator.filed("microsoft")
    assert own["engagement_id"] == theirs["engagement_id"]
    assert (ids["create"], ids["invite"]) == (own["id"], theirs["id"])


def test_sending_blindly_again_doubles_nothing(emulator: Emulator, portal: MicrosoftPortal) -> None:
    ids = file(portal)

    for step in portal.saga(payload_of(portal), "another:key"):
        assert step.send(ids) == ids[step.name]

    assert (len(emulator.filed()), len(emulator.filed("microsoft"))) == (1, 1)


def test_a_partner_led_deal_is_one_call_and_stands_at_once(emulator: Emulator, portal: MicrosoftPortal) -> None:
    ids = file(portal, replace(READY, help_wanted=(values.PARTNER_LED,)))

    assert (tuple(ids), emulator.filed("microsoft")) == (("create",), [])
    assert portal.status(ids["create"]).review is Review.ACCEPTED


def test_another_referral_under_the_same_deal_is_not_taken_for_ours(
    emulator: Emulator, portal: MicrosoftPortal
) -> None:
    ids = file(portal)
    other = portal.saga(payload_of(portal, replace(READY, problem="Another problem altogether, and a long one")), "m2")

    with pytest.raises(Conflict) as refused:
        other[0].send({})

    assert ids["create"] in str(refused.value)
    assert other[0].find({}) is None
    assert len(emulator.filed()) == 1


def test_what_microsoft_declined_is_filed_anew(emulator: Emulator, portal: MicrosoftPortal) -> None:
    ids = file(portal)
    emulator.control("/review", id=ids["create"], decision="decline")
    again = portal.saga(payload_of(portal), "m1:file.1")[0]

    assert again.find({}) is None
    assert again.send({}) != ids["create"]


def test_microsoft_joins_an_engagement_once_even_when_reading_lags(emulator: Emulator, portal: MicrosoftPortal) -> None:
    ids = file(portal)
    emulator.control(
        "/edit", id=ids["create"], operations=[{"op": "replace", "path": "/details/dealValue", "value": 5}]
    )
    emulator.fault("list", "stale_read", times=2)

    with pytest.raises(OutcomeUnknown):
        portal.saga(payload_of(portal), "m1:file")[1].send(ids)

    assert len(emulator.filed("microsoft")) == 1


def test_a_refusal_names_each_place(portal: MicrosoftPortal, emulator: Emulator) -> None:
    emulator.fault("create", "validation")

    with pytest.raises(Rejected) as refused:
        file(portal)

    (problem,) = refused.value.problems
    assert "could not be verified" in problem.message
    assert problem.field is not None


@pytest.mark.parametrize("fault", ["access_denied", "unauthorized"])
def test_who_is_not_let_in_is_told_what_to_do(portal: MicrosoftPortal, emulator: Emulator, fault: str) -> None:
    emulator.fault("create", fault, times=2)

    with pytest.raises(AuthExpired, match="Referral admin"):
        file(portal)

    assert emulator.filed() == []


def test_a_token_taken_back_early_is_replaced_without_anybody_noticing(
    emulator: Emulator, portal: MicrosoftPortal
) -> None:
    file(portal)
    emulator.control("/logins", expire_access=True)

    assert portal.changed_since(None)


def test_throttled_means_waiting_as_long_as_asked(emulator: Emulator, portal: MicrosoftPortal) -> None:
    file(portal)
    emulator.control("/limits", per_minute=1)
    portal.changed_since(None)

    with pytest.raises(Unavailable) as throttled:
        portal.changed_since(None)

    assert throttled.value.retry_after == 61.0


@pytest.mark.parametrize(
    ("kind", "error"), [("locked", Unavailable), ("conflict", Conflict), ("error_after_commit", Unavailable)]
)
def test_a_read_is_never_in_doubt(
    emulator: Emulator, portal: MicrosoftPortal, kind: str, error: type[Exception]
) -> None:
    emulator.fault("list", kind)

    with pytest.raises(error):
        portal.changed_since(None)


def test_every_page_is_read(emulator: Emulator, portal: MicrosoftPortal) -> None:
    client = portal._client
    create = payload_of(portal, replace(READY, help_wanted=(values.PARTNER_LED,)))["create"]
    assert isinstance(create, dict)
    body = wire_body(create)
    for number in range(103):
        client.create(body | {"externalReferenceId": f"006-{number:03}"}, "x")

    assert len(portal.changed_since(None)) == 103
    assert [one.same_crm_id for one in portal.look_alikes(replace(READY, crm_id="006-001"))] == [True]


def test_of_many_filed_by_hand_the_likeliest_is_first_and_none_is_left_out(
    emulator: Emulator, portal: MicrosoftPortal
) -> None:
    created = []
    for number in range(7):
        one = READY if number == 0 else replace(READY, title="Another", close_date=TODAY + timedelta(days=300))
        create = payload_of(portal, replace(one, help_wanted=(values.PARTNER_LED,)))["create"]
        assert isinstance(create, dict)
        body = {name: value for name, value in wire_body(create).items() if name != "externalReferenceId"}
        created.append(str(portal._client.create(body, f"by-hand-{number}")["id"]))

    twins = portal.look_alikes(READY)

    assert {twin.referral_id for twin in twins} == {*created}
    assert (twins[0].referral_id, twins[0].title) == (created[0], READY.title)


def test_a_list_s_link_is_never_followed_elsewhere(emulator: Emulator, portal: MicrosoftPortal, tmp_path: Path) -> None:
    seen: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url)
        link = {} if len(seen) > 1 else {"@odata.nextLink": "http://evil.example/v1.0/referrals?$skiptoken=abc"}
        return httpx.Response(200, json={"value": [], **link})

    client = emulator.client(tmp_path)
    client._http = httpx.Client(transport=httpx.MockTransport(answer))
    list(client.listed(filter="status eq 'New'"))

    assert {url.host for url in seen} == {"127.0.0.1"}
    assert seen[1].params["$skiptoken"] == "abc"


def test_a_change_of_microsoft_s_side_is_told_by_our_referral(emulator: Emulator, portal: MicrosoftPortal) -> None:
    ids = file(portal)
    emulator.clock.advance(timedelta(hours=1))
    emulator.control("/review", id=ids["create"], decision="receive")

    changes = portal.changed_since(emulator.clock.now())

    assert changes == ((ids["create"], emulator.clock.now()),)
    assert portal.status(ids["create"]).review is Review.PENDING


@pytest.mark.parametrize(
    ("decision", "review"),
    [("accept", Review.ACCEPTED), ("decline", Review.REJECTED), ("expire", Review.REJECTED), ("win", Review.ACCEPTED)],
)
def test_microsoft_s_side_decides(emulator: Emulator, portal: MicrosoftPortal, decision: str, review: Review) -> None:
    ids = file(portal)

    emulator.control("/review", id=ids["create"], decision=decision)

    assert portal.status(ids["create"]).review is review


def test_what_is_closed_wins_over_an_acceptance(emulator: Emulator, portal: MicrosoftPortal) -> None:
    ids = file(portal)
    emulator.control("/review", id=ids["create"], decision="accept")
    closing = [
        {"op": "replace", "path": "/status", "value": "Closed"},
        {"op": "replace", "path": "/substatus", "value": "Lost"},
        {"op": "add", "path": "/statusReason", "value": "Budget was cut"},
    ]
    emulator.control("/edit", id=ids["create"], operations=closing)

    status = portal.status(ids["create"])

    assert (status.review, status.comments) == (Review.REJECTED, "our own side was closed as Lost: Budget was cut")


def test_nothing_of_the_environment_leads_a_token_elsewhere(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    account = tmp_path / "microsoft.toml"
    account.write_text(ACCOUNT)
    portal = open_portal(
        api_url=emulator.url,
        login_url=f"{emulator.url}/login",
        tenant_id=TENANT,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        refresh_token=emulator.control("/sign_in")["refresh_token"],
        token_file=tmp_path / "sign-in.json",
        account_file=account,
        clock=emulator.clock,
    )

    assert (portal.key, portal.changed_since(None)) == ("microsoft", ())
    portal.close()


def test_an_outage_is_logged_once_and_a_service_that_is_away_did_nothing(
    emulator: Emulator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    login = emulator.signed_in(tmp_path)
    nobody = MicrosoftClient(emulator.http, "http://127.0.0.1:9", login)

    with caplog.at_level("WARNING"):
        for _ in range(2):
            with pytest.raises(Unavailable, match="cannot be reached"):
                nobody.create({"name": "x"}, "y")

    assert caplog.text.count("outage.started") == 1
