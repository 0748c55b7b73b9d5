"""The emulated Marketplace through unmodified boto3: its published rules, its change sets and its locks."""

import threading
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import boto3
import httpx
import pytest
import uvicorn
from botocore.exceptions import ClientError
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.clock import WorldClock
from sandbox.marketplace.app import build_app
from sandbox.marketplace.catalog import PRODUCT, UNLISTED
from tests.serving import KEPT_ALIVE
from tests.waiting import wait_until

CATALOG = {"Catalog": "AWSMarketplace"}
MINUTE = timedelta(seconds=61)
NEW = "$New.Entity.Identifier"


class Desk:
    """A seller with boto3, and whoever runs the sandbox."""

    def __init__(self, url: str, clock: WorldClock) -> None:
        self.url, self.clock = url, clock
        session = boto3.Session("sandbox", "sandbox", region_name="us-east-1")
        self.boto: Any = session.client("marketplace-catalog", endpoint_url=url)

    def start(self, *changes: Any, **more: Any) -> str:
        """Start a change set."""
        return str(self.boto.start_change_set(**CATALOG, ChangeSet=list(changes), **more)["ChangeSetId"])

    def described(self, change_set: str) -> Any:
        return self.boto.describe_change_set(**CATALOG, ChangeSetId=change_set)

    def refused(self, *changes: Any, **more: Any) -> tuple[str, int, str]:
        """How StartChangeSet refuses."""
        with pytest.raises(ClientError) as error:
            self.start(*changes, **more)
        found = error.value.response
        return found["Error"]["Code"], found["ResponseMetadata"]["HTTPStatusCode"], found["Error"]["Message"]

    def control(self, path: str, **body: Any) -> None:
        httpx.post(f"{self.url}/_control{path}", json=body).raise_for_status()


@pytest.fixture(scope="module")
def serving() -> Iterator[Desk]:
    clock = WorldClock()
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Mount("/marketplace", build_app(clock))]),
            port=0,
            log_level="critical",
            timeout_keep_alive=KEPT_ALIVE,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, what="the emulator's start")
    yield Desk(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/marketplace", clock)
    server.should_exit = True
    thread.join(5)


@pytest.fixture
def desk(serving: Desk) -> Desk:
    serving.control("/reset")
    serving.control("/knobs", delay_seconds=0)
    return serving


def create(product: str = PRODUCT, **details: Any) -> dict[str, Any]:
    document = {"ProductId": product, **details}
    return {
        "ChangeType": "CreateOffer",
        "ChangeName": "New",
        "Entity": {"Type": "Offer@1.0"},
        "DetailsDocument": document,
    }


def change(kind: str, details: Any, target: str = NEW) -> dict[str, Any]:
    return {"ChangeType": kind, "Entity": {"Type": "Offer@1.0", "Identifier": target}, "DetailsDocument": details}


def terms(**term: Any) -> dict[str, Any]:
    return {"Terms": [term]}


def made(desk: Desk) -> str:
    """A draft's id."""
    (first, *_) = desk.described(desk.start(create(Name="One")))["ChangeSet"]
    return str(first["Entity"]["Identifier"]).partition("@")[0]


def test_an_offer_that_is_made_is_a_draft_nobody_sees(desk: Desk) -> None:
    offer = made(desk)

    entity = desk.boto.describe_entity(**CATALOG, EntityId=offer)

    assert (entity["EntityType"], entity["EntityIdentifier"]) == ("Offer@1.0", f"{offer}@1")
    assert entity["EntityArn"].endswith(f"AWSMarketplace/Offer/{offer}")
    assert entity["DetailsDocument"]["State"] == "Draft"


def test_a_change_set_goes_on_by_itself_and_locks_what_it_changes(desk: Desk) -> None:
    offer = made(desk)
    desk.control("/knobs", delay_seconds=60)
    rename = change("UpdateInformation", {"Name": "Another"}, offer)

    running = desk.start(rename)

    assert desk.described(running)["Status"] == "PREPARING"
    assert desk.refused(rename)[:2] == ("ResourceInUseException", 423)
    desk.clock.advance(MINUTE)
    assert desk.described(running)["Status"] == "APPLYING"
    desk.clock.advance(MINUTE)
    done = desk.described(running)
    assert (done["Status"], bool(done["EndTime"])) == ("SUCCEEDED", True)
    assert desk.start(rename)


def test_a_token_starts_one_change_set_and_another_request_under_it_is_refused(desk: Desk) -> None:
    first = desk.start(create(), ClientRequestToken="t1")

    assert desk.start(create(), ClientRequestToken="t1") == first
    assert desk.refused(create(Name="Other"), ClientRequestToken="t1")[:2] == ("ValidationException", 422)


def test_change_sets_are_listed_by_name_and_by_offer(desk: Desk) -> None:
    started = desk.start(create(), ChangeSetName="cosell 1")
    desk.start(create(), ChangeSetName="cosell 2")
    offer = desk.described(started)["ChangeSet"][0]["Entity"]["Identifier"].partition("@")[0]

    def found(name: str, value: str) -> list[str]:
        asked = [{"Name": name, "ValueList": [value]}]
        listed = desk.boto.list_change_sets(**CATALOG, FilterList=asked)["ChangeSetSummaryList"]
        return [one["ChangeSetId"] for one in listed]

    assert found("ChangeSetName", "cosell 1") == found("EntityId", offer) == [started]
    assert found("Status", "FAILED") == []
    with pytest.raises(ClientError, match="is not supported here"):
        found("AfterStartTime", "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("kind", "details", "said"),
    [
        ("CreateOffer", {"Name": "No product"}, "ProductId"),
        ("CreateOffer", {"ProductId": PRODUCT, "Name": "a<b"}, "illegal characters"),
        ("UpdateInformation", {}, "At least one"),
        ("UpdateInformation", {"Description": "x" * 256}, "Description"),
        ("UpdateTargeting", {}, "PositiveTargeting or NegativeTargeting"),
        ("UpdateTargeting", {"PositiveTargeting": {"BuyerAccounts": []}}, "list size"),
        ("UpdateTargeting", {"PositiveTargeting": {"BuyerAccounts": ["12"]}}, "12-digit"),
        ("UpdateValidityTerms", {}, "Terms is required"),
        ("UpdateValidityTerms", terms(Type="ValidityTerm", AgreementDuration="12 months"), "ISO 8601"),
        ("UpdateValidityTerms", terms(Type="ValidityTerm", AgreementEndDate="soon"), "YYYY-MM-DD"),
        ("UpdateValidityTerms", terms(Type="RenewalTerm"), "only be ValidityTerm"),
        (
            "UpdatePaymentScheduleTerms",
            terms(Type="PaymentScheduleTerm", CurrencyCode="CHF", Schedule=[]),
            "currencies",
        ),
        ("UpdatePaymentScheduleTerms", terms(Type="PaymentScheduleTerm", CurrencyCode="USD"), "Schedule is required"),
        (
            "UpdatePaymentScheduleTerms",
            terms(Type="Other", CurrencyCode="USD", Schedule=[{"ChargeAmount": "1.234", "ChargeDate": "1/1/2027"}]),
            "up to 2 decimal places",
        ),
        ("UpdateAvailability", {"AvailabilityEndDate": "2027"}, "YYYY-MM-DD"),
        ("UpdateLegalTerms", {}, "Terms is required"),
        ("ReleaseOffer", {"Now": True}, "must be empty"),
        ("UpdateEverything", {}, "not supported for Offer@1.0"),
    ],
)
def test_what_breaks_a_published_rule_is_refused_at_once(desk: Desk, kind: str, details: Any, said: str) -> None:
    first = create() if kind != "CreateOffer" else {**create(), "DetailsDocument": details}
    rest = [] if kind == "CreateOffer" else [change(kind, details)]

    code, status, message = desk.refused(first, *rest)

    assert (code, status) == ("ValidationException", 422)
    assert said in message


def test_what_does_not_fit_the_service_model_is_refused(desk: Desk) -> None:
    assert "changeSet" in desk.refused(*(create() for _ in range(21)))[2]
    assert "changeSetName" in desk.refused(create(), ChangeSetName="x" * 101)[2]
    assert "clientRequestToken" in desk.refused(create(), ClientRequestToken="with spaces")[2]
    with pytest.raises(ClientError, match="must be AWSMarketplace"):
        desk.boto.start_change_set(Catalog="Other", ChangeSet=[create()])


def test_the_same_change_twice_another_entity_and_what_is_not_there_are_refused(desk: Desk) -> None:
    rename = change("UpdateInformation", {"Name": "Twice"})
    product = {**create(), "Entity": {"Type": "SaaSProduct@1.0"}}

    assert "once in a change set" in desk.refused(create(), rename, deepcopy(rename))[2]
    assert "not supported here" in desk.refused(product)[2]
    assert desk.refused(change("UpdateInformation", {"Name": "x"}, "offer-none"))[:2] == (
        "ResourceNotFoundException",
        404,
    )
    assert desk.refused(create("prod-none"))[:2] == ("ResourceNotFoundException", 404)
    with pytest.raises(ClientError, match="does not exist"):
        desk.boto.describe_entity(**CATALOG, EntityId="offer-none")
    with pytest.raises(ClientError, match="does not exist"):
        desk.described("none")


def test_what_fails_later_fails_as_a_whole_and_says_every_reason(desk: Desk) -> None:
    charge = {"ChargeAmount": "1.00", "ChargeDate": "2020-01-01"}
    payment = terms(Type="PaymentScheduleTerm", CurrencyCode="USD", Schedule=[charge, charge])
    started = desk.start(
        create(UNLISTED),
        change("UpdatePaymentScheduleTerms", payment),
        change("UpdateAvailability", {"AvailabilityEndDate": "2020-01-01"}),
    )

    failed = desk.described(started)

    codes = [error["ErrorCode"] for each in failed["ChangeSet"] for error in each["ErrorDetailList"]]
    assert (failed["Status"], failed["FailureCode"]) == ("FAILED", "CLIENT_ERROR")
    assert codes == [
        "INCOMPATIBLE_PRODUCT",
        "DUPLICATE_CHARGE_DATES",
        "INVALID_CHARGE_DATES",
        "INVALID_AVAILABILITY_END_DATE",
    ]
    assert httpx.get(f"{desk.url}/_control/summary").json()["offers"] == []


def test_only_a_whole_offer_is_released_and_then_it_stays(desk: Desk) -> None:
    offer = made(desk)
    release = change("ReleaseOffer", {}, offer)
    torn = desk.described(desk.start(release))

    desk.start(
        change("UpdateLegalTerms", terms(Type="LegalTerm"), offer),
        change("UpdateSupportTerms", terms(Type="SupportTerm"), offer),
        change("UpdatePricingTerms", terms(Type="FixedUpfrontPricingTerm"), offer),
    )
    whole = desk.described(desk.start(release))
    after = desk.described(desk.start(change("UpdateInformation", {"Name": "Late"}, offer)))

    assert torn["ChangeSet"][0]["ErrorDetailList"][0]["ErrorCode"] == "MISSING_MANDATORY_TERMS"
    assert whole["Status"] == "SUCCEEDED"
    assert desk.boto.describe_entity(**CATALOG, EntityId=offer)["DetailsDocument"]["State"] == "Released"
    assert after["ChangeSet"][0]["ErrorDetailList"][0]["ErrorCode"] == "INVALID_UPDATE_REQUEST"


def test_a_rehearsal_changes_nothing(desk: Desk) -> None:
    assert desk.described(desk.start(create(), Intent="VALIDATE"))["Status"] == "SUCCEEDED"
    assert httpx.get(f"{desk.url}/_control/summary").json()["offers"] == []


def test_only_the_sandbox_s_own_key_signed_for_this_service_is_let_in(desk: Desk) -> None:
    for key, region in (("other", "us-east-1"), ("sandbox", "eu-west-1")):
        stranger: Any = boto3.Session(key, key, region_name=region).client("marketplace-catalog", endpoint_url=desk.url)
        with pytest.raises(ClientError) as refused:
            stranger.describe_entity(**CATALOG, EntityId=PRODUCT)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
