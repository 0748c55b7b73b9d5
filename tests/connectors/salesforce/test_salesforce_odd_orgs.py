"""Orgs that the emulator does not imitate: objects nobody may see, answers refused in part, no stand-in at all."""

import socket
from collections.abc import Iterator

import pytest
import requests

from connectors.http import Timeout
from connectors.salesforce.feed import SalesforceFeed
from connectors.salesforce.fields import VITAL, FieldMap
from connectors.salesforce.records import SalesforceCrm
from connectors.salesforce.wire import Wire, session_over
from motions.deals import OpportunityId
from motions.errors import NotVisible, Unavailable
from tests.connectors.salesforce.scripted_org import Scripted, ScriptedOrg, described, found, refused, scripted_org

DEAL = OpportunityId("0065e00000000Q1AAI")
ROW: dict[str, object] = {
    "Id": DEAL,
    "Name": "Isdom - GTX Pro",
    "StageName": "Qualification",
    "IsClosed": False,
    "IsWon": False,
    "CreatedDate": "2026-10-01T08:00:00.000+0000",
    "SystemModstamp": "2026-11-21T00:00:00.000+0000",
    "AccountId": "0015e000000000BAAQ",
    "OwnerId": "0055e000000000CAAQ",
}
GONE = refused(404, "NOT_FOUND", "The requested resource does not exist")


@pytest.fixture
def org() -> Iterator[ScriptedOrg]:
    with scripted_org() as scripted:
        scripted.paths = {
            "Opportunity/describe": described(*VITAL, "AccountId", "OwnerId"),
            "Account/describe": GONE,
            "User/describe": GONE,
            "Contact/describe": GONE,
        }
        yield scripted


def answers(**odd: Scripted) -> Scripted:
    """The five answers of a context, some of them odd."""
    usual = {"deal": found(ROW)} | dict.fromkeys(("roles", "people", "tasks", "events"), found())
    each = [
        {"referenceId": name, "httpStatusCode": one.status, "httpHeaders": {}, "body": one.body}
        for name, one in {**usual, **odd}.items()
    ]
    return Scripted(200, {"compositeResponse": each})


def test_a_deal_is_read_without_the_account_and_the_user_nobody_shows_us(org: ScriptedOrg) -> None:
    org.answers = [found(ROW)]
    feed = SalesforceFeed(org.gateway(), FieldMap(), dict)

    [deal] = feed.open_deals().deals

    assert deal.account is not None
    assert deal.owner is not None
    assert (deal.account.name, deal.owner.name) == ("0015e000000000BAAQ", "0055e000000000CAAQ")
    assert {"the account's name", "the owner's name"} <= set(feed.unreadable)


def test_objects_nobody_shows_us_are_named_in_the_context(org: ScriptedOrg) -> None:
    refusal = refused(400, "INVALID_TYPE", "sObject type 'Contact' is not supported.")
    org.paths["/composite"] = answers(roles=refusal, people=refusal, events=refused(403, "INSUFFICIENT_ACCESS"))

    context = SalesforceCrm(org.gateway(), FieldMap()).context(DEAL)

    assert context.unreadable[-3:] == ("contact roles", "the account's contacts", "events")


def test_a_role_whose_contact_nobody_shows_us_is_left_out(org: ScriptedOrg) -> None:
    contact = {"Id": "0035e000000000DAAQ", "Name": "Ada Okafor"}
    org.paths["/composite"] = answers(
        roles=found({"Role": "Evaluator", "Contact": None}, {"Role": "Decision Maker", "Contact": contact})
    )

    context = SalesforceCrm(org.gateway(), FieldMap()).context(DEAL)

    assert [(each.name, each.role) for each in context.contacts] == [("Ada Okafor", "Decision Maker")]


def test_one_answer_that_is_only_late_is_no_empty_list(org: ScriptedOrg) -> None:
    org.paths["/composite"] = answers(tasks=refused(500, "QUERY_TIMEOUT"))

    with pytest.raises(Unavailable):
        SalesforceCrm(org.gateway(), FieldMap()).context(DEAL)


def test_a_query_refused_for_a_field_that_describe_still_shows_is_a_refusal(org: ScriptedOrg) -> None:
    org.answers = [refused(400, "INVALID_FIELD", "No such column 'AccountId' on entity 'Opportunity'.")]

    with pytest.raises(NotVisible, match=r"Opportunity\.AccountId"):
        SalesforceFeed(org.gateway(), FieldMap(), dict).open_deals()


def test_without_a_stand_in_the_asked_host_is_called_with_our_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        wire = Wire(Timeout(connect=5, read=0.1))
        session = session_over(wire)
        session.mount("http://", wire)

        with pytest.raises(requests.ReadTimeout):
            session.get(f"http://127.0.0.1:{silent.getsockname()[1]}/")

    assert wire.last is None


def test_a_plain_http_address_is_refused() -> None:
    with pytest.raises(requests.exceptions.InvalidSchema):
        session_over(Wire(Timeout())).get("http://meridian.my.salesforce.com/")
