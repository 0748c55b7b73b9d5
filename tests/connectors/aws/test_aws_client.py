"""AWS's errors in our words, one call at a time: what was refused, what may work later, what nobody can tell."""

import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError, PartialCredentialsError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from connectors.aws.client import AwsClient, Pacer, connect
from motions.errors import AuthExpired, ConnectorError, NotVisible, OutcomeUnknown, Rejected, Unavailable
from motions.referrals import Field
from tests.connectors.aws.aws_world import READY, TODAY, Emulator


class PagedBoto:
    """Answers a listing in the pages it was given."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        self._pages = list(pages)
        self.asked: list[dict[str, Any]] = []

    def list_solutions(self, **parameters: Any) -> dict[str, Any]:
        self.asked.append(parameters)
        return self._pages[len(self.asked) - 1]


class FailingBoto:
    """Fails every operation the same way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, operation: str) -> Callable[..., object]:
        def fail(**_: object) -> object:
            raise self._error

        return fail


def client_of(emulator: Emulator, key: str = "sandbox") -> AwsClient:
    return AwsClient(emulator.boto(key), catalog="AWS", pacer=Pacer(0))


def read(client: AwsClient) -> object:
    return client.read("list_solutions")


def write(client: AwsClient) -> object:
    return client.write("associate_opportunity", **_association())


def _association(opportunity_id: str = "O1") -> dict[str, str]:
    return {
        "OpportunityIdentifier": opportunity_id,
        "RelatedEntityType": "Solutions",
        "RelatedEntityIdentifier": "S-0051001",
    }


@pytest.mark.parametrize(
    ("kind", "call", "ours"),
    [
        ("throttle", read, Unavailable),
        ("throttle", write, Unavailable),
        ("internal_error", read, Unavailable),
        ("internal_error", write, OutcomeUnknown),
        ("error_after_commit", read, Unavailable),
        ("http_503_html", read, Unavailable),
        ("http_503_html", write, OutcomeUnknown),
        ("drop_after_commit", read, Unavailable),
        ("access_denied", read, AuthExpired),
        ("access_denied", write, AuthExpired),
        ("quota", write, Rejected),
    ],
)
def test_a_failure_is_told_in_our_words(
    emulator: Emulator, kind: str, call: Callable[[AwsClient], object], ours: type[ConnectorError]
) -> None:
    emulator.fault("*", kind)

    with pytest.raises(ConnectorError) as failed:
        call(client_of(emulator))

    assert type(failed.value) is ours
    assert failed.value.__cause__ is not None


def test_throttling_names_how_long_to_wait(emulator: Emulator) -> None:
    emulator.fault("*", "throttle")

    with pytest.raises(Unavailable) as throttled:
        read(client_of(emulator))

    assert throttled.value.retry_after == 1.0


def test_a_write_whose_answer_never_arrived_is_in_doubt(emulator: Emulator) -> None:
    portal = emulator.portal()
    create = portal.saga(portal.draft(READY, TODAY).payload, "m1:file")[0]
    emulator.fault("CreateOpportunity", "drop_after_commit")

    with pytest.raises(OutcomeUnknown):
        create.send({})


@pytest.mark.parametrize("call", [read, write])
def test_nobody_listening_means_nothing_was_written(call: Callable[[AwsClient], object]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and never listening: a connection is refused
        boto = connect(
            endpoint_url=f"http://127.0.0.1:{taken.getsockname()[1]}", access_key_id="k", secret_access_key="s"
        )

        with pytest.raises(Unavailable):
            call(AwsClient(boto, catalog="AWS", pacer=Pacer(0)))


def test_unknown_keys_are_a_matter_for_an_admin(emulator: Emulator) -> None:
    with pytest.raises(AuthExpired):
        read(client_of(emulator, key="somebody-else"))


@pytest.mark.parametrize(
    ("error", "call", "ours"),
    [
        (NoCredentialsError(), read, AuthExpired),
        (PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"), write, AuthExpired),
        (ResponseParserError("not JSON"), read, Unavailable),
        (ResponseParserError("not JSON"), write, OutcomeUnknown),
        (ReadTimeoutError(endpoint_url="https://portal.example"), read, Unavailable),
        (ReadTimeoutError(endpoint_url="https://portal.example"), write, OutcomeUnknown),
    ],
)
def test_what_boto3_itself_fails_with_is_told_in_our_words(
    error: Exception, call: Callable[[AwsClient], object], ours: type[ConnectorError]
) -> None:
    boto: Any = FailingBoto(error)

    with pytest.raises(ConnectorError) as failed:
        call(AwsClient(boto, catalog="AWS", pacer=Pacer(0)))

    assert type(failed.value) is ours


def test_a_record_that_is_not_there_is_not_visible(emulator: Emulator) -> None:
    with pytest.raises(NotVisible):
        client_of(emulator).read("get_opportunity", Identifier="O999")


def test_a_token_used_for_other_bytes_is_refused(emulator: Emulator) -> None:
    client = client_of(emulator)
    request = dict(emulator.portal().draft(READY, TODAY).payload["create"])  # type: ignore[call-overload] # JSON
    client.write("create_opportunity", **request, ClientToken="t")

    with pytest.raises(Rejected):
        client.write("create_opportunity", **request | {"NationalSecurity": "No", "Origin": None}, ClientToken="t")


def test_parameters_botocore_refuses_are_refused_by_us(emulator: Emulator) -> None:
    with pytest.raises(Rejected):
        client_of(emulator).read("get_opportunity")


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("Customer.Account.CompanyName", "", Field.CUSTOMER),
        ("Customer.Account.Industry", "Alchemy", Field.INDUSTRY),
        ("Customer.Account.Address.StateOrRegion", "IL", Field.STATE),
        ("Customer.Account.Address.CountryCode", "XX", Field.COUNTRY),
        ("Customer.Account.Address.PostalCode", None, Field.POSTAL_CODE),
        ("Customer.Account.WebsiteUrl", "x", Field.WEBSITE),
        ("Project.Title", "x" * 300, Field.TITLE),
        ("Project.CustomerBusinessProblem", "short", Field.PROBLEM),
        ("Project.CustomerUseCase", "Fishing", Field.USE_CASE),
        ("Project.DeliveryModels", ["Carrier pigeon"], Field.DELIVERY_MODEL),
        ("Project.ExpectedCustomerSpend", [], Field.MONTHLY_SPEND),
        ("PrimaryNeedsFromAws", ["Money"], Field.HELP_WANTED),
        ("LifeCycle.TargetCloseDate", "2020-01-01", Field.CLOSE_DATE),
        ("LifeCycle.Stage", "Closed Lost", Field.STAGE),
        ("LifeCycle.NextSteps", "x" * 300, Field.NEXT_STEPS),
        ("OpportunityType", "Flat Renewal", Field.KIND),
    ],
)
def test_awss_complaint_leads_back_to_our_field(emulator: Emulator, path: str, value: object, field: Field) -> None:
    portal = emulator.portal()
    payload: Any = portal.draft(READY, TODAY).payload
    *parents, last = path.split(".")
    here = payload["create"]
    for name in parents:
        here = here[name]
    here[last] = value
    if value is None:
        del here[last]

    with pytest.raises(Rejected) as refused:
        portal.saga(payload, "m1:file")[0].send({})

    assert {problem.field for problem in refused.value.problems} == {field}
    assert all(problem.code and problem.fix for problem in refused.value.problems)


def test_every_page_of_a_listing_is_read() -> None:
    boto: Any = PagedBoto(
        {"SolutionSummaries": [{"Id": "S-1"}], "NextToken": "more"},
        {"SolutionSummaries": None, "NextToken": "yet more"},
        {"SolutionSummaries": [{"Id": "S-2"}], "NextToken": None},
    )

    found = list(AwsClient(boto, catalog="Sandbox", pacer=Pacer(0)).pages("list_solutions", "SolutionSummaries"))

    assert [one["Id"] for one in found] == ["S-1", "S-2"]
    assert [asked.get("NextToken") for asked in boto.asked] == [None, "more", "yet more"]
    assert {asked["Catalog"] for asked in boto.asked} == {"Sandbox"}


def test_an_outage_is_logged_once_when_it_starts_and_once_when_it_ends(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(emulator)
    emulator.fault("ListSolutions", "internal_error", times=3)

    with caplog.at_level(logging.WARNING, logger="connectors.aws.client"):
        for _ in range(3):
            with pytest.raises(Unavailable):
                read(client)
        read(client)
        read(client)

    assert [record.message.split()[0] for record in caplog.records] == [
        "outage.started",
        "outage.ended",
    ]


@pytest.mark.parametrize("kind", ["throttle", "quota"])
def test_an_answer_we_do_not_like_is_no_outage(emulator: Emulator, caplog: pytest.LogCaptureFixture, kind: str) -> None:
    emulator.fault("ListSolutions", kind)

    with pytest.raises(ConnectorError):
        read(client_of(emulator))

    assert not caplog.records


def test_writes_are_let_through_one_interval_apart() -> None:
    slept: list[float] = []
    moments = iter([100.0, 100.2, 100.3, 110.0])
    pacer = Pacer(1.0, sleep=slept.append, monotonic=lambda: next(moments))

    for _ in range(4):
        pacer.wait()

    assert slept == pytest.approx([0.8, 1.7])
