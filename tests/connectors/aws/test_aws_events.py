"""AWS's events: known again by their id, believed in nothing but where to look, and taken from a queue once kept."""

import json
from datetime import timedelta
from typing import Any, cast

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from connectors.aws.events import AwsEvent, event_of, is_authorised
from connectors.aws.queue import EventQueue, Message, open_queue
from motions.errors import AuthExpired, Unavailable
from tests.connectors.aws.aws_world import Emulator
from tests.connectors.aws.test_aws_edits import filed

SECRET = "0123456789abcdef0123456789abcdef"


def event(**changes: Any) -> bytes:
    told = {
        "id": "e1",
        "source": "aws.partnercentral-selling",
        "detail-type": "Opportunity Updated",
        "detail": {"schemaVersion": "1", "catalog": "AWS", "opportunity": {"identifier": "O1"}},
    }
    return json.dumps(told | changes).encode()


@pytest.mark.parametrize("kind", ["Opportunity Created", "Opportunity Updated", "Opportunity Won The Lottery"])
def test_whatever_happened_to_a_referral_it_is_looked_at(kind: str) -> None:
    assert event_of(event(**{"detail-type": kind}), "AWS") == AwsEvent("e1", "O1")


@pytest.mark.parametrize(
    "kind",
    ["Engagement Invitation Created", "Opportunity Engagement Invitation Created", "Engagement Invitation Expired"],
)
def test_invitations_are_looked_for_by_their_older_names_too(kind: str) -> None:
    detail = {"catalog": "AWS", "engagementInvitation": {"id": "engi-1"}}

    assert event_of(event(**{"detail-type": kind, "detail": detail}), "AWS") == AwsEvent("e1", None, is_invitation=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"detail": {"catalog": "Sandbox", "opportunity": {"identifier": "O1"}}},
        {"detail": {"catalog": "AWS", "opportunity": {"identifier": ["O1"]}}},
        {"detail": {"catalog": "AWS", "opportunity": {"identifier": "O\0"}}},
        {"detail": {"catalog": "AWS", "opportunity": {"identifier": "\ud800"}}},
        {"detail": {"catalog": "AWS", "opportunity": "O1"}},
        {"detail": "O1"},
        {"detail": None, "detail-type": None},
    ],
)
def test_what_names_nothing_of_ours_asks_for_nothing(changes: dict[str, Any]) -> None:
    assert event_of(event(**changes), "AWS") == AwsEvent("e1")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"[" * 100_000,
        b"\xff",
        event(source="aws.s3"),
        event(id=7),
        event(id="x" * 101),
        event(id="e\0"),
        event(id="\ud800"),
        event(id="e 1"),
        event(id=""),
    ],
)
def test_what_is_no_event_of_aws_s_is_known_by_its_bytes_and_asks_for_nothing(body: bytes) -> None:
    told = event_of(body, "AWS")

    assert told == event_of(body, "AWS")
    assert told.key.startswith("unread.")
    assert (told.referral_id, told.is_invitation) == (None, False)


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({"x-cosell-key": SECRET}, True),
        ({"x-cosell-key": SECRET + "0"}, False),
        ({"x-cosell-key": "ü"}, False),
        ({}, False),
    ],
)
def test_a_delivery_is_let_in_by_the_secret_alone(headers: dict[str, str], is_let_in: bool) -> None:
    assert is_authorised(headers, SECRET) is is_let_in


def queue(emulator: Emulator, *, key: str = "sandbox", name: str = "cosell-events") -> EventQueue:
    return open_queue(
        f"{emulator.url}/sqs/{name}", endpoint_url=f"{emulator.url}/sqs", access_key_id=key, secret_access_key="sandbox"
    )


def test_what_happened_waits_in_the_queue_until_it_is_taken_away(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.aws.queue.WAIT_SECONDS", 0)
    _, referral = filed(emulator)
    waiting = queue(emulator)

    told = [event_of(message.body, "AWS") for message in waiting.receive()]
    hidden = waiting.receive()
    emulator.clock.advance(timedelta(seconds=31))
    again = waiting.receive()
    for message in again:
        waiting.delete(message)
    emulator.clock.advance(timedelta(seconds=31))

    assert referral in {each.referral_id for each in told}
    assert hidden == []
    assert [event_of(message.body, "AWS") for message in again] == told
    assert waiting.receive() == []


def test_a_queue_that_is_not_there_is_unavailable(emulator: Emulator) -> None:
    with pytest.raises(Unavailable, match="NonExistentQueue"):
        queue(emulator, name="elsewhere").receive()


@pytest.mark.parametrize(("code", "kind"), [("AccessDeniedException", AuthExpired), ("InternalError", Unavailable)])
def test_a_queue_that_does_not_let_us_in_is_a_person_s_to_mend(code: str, kind: type[Exception]) -> None:
    class Refusing:
        def receive_message(self, **_given: object) -> object:
            raise ClientError({"Error": {"Code": code}}, "ReceiveMessage")

        def delete_message(self, **_given: object) -> object:
            raise ClientError({"Error": {"Code": code}}, "DeleteMessage")

    refusing = EventQueue(cast("BaseClient", Refusing()), "https://q")

    with pytest.raises(kind):
        refusing.receive()
    with pytest.raises(kind):
        refusing.delete(Message(b"", "r"))


@pytest.mark.parametrize(
    ("url", "region"),
    [("https://sqs.eu-west-1.amazonaws.com/1/events", "eu-west-1"), ("http://127.0.0.1:1/aws/sqs/events", "us-east-1")],
)
def test_a_queue_is_asked_in_the_region_its_address_names(url: str, region: str) -> None:
    made = open_queue(url, endpoint_url=None, access_key_id="k", secret_access_key="s")

    assert made.region == region
