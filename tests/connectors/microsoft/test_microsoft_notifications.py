"""Notifications: only Microsoft's own are believed, and only that they are worth a look."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.microsoft.notifications import ForgedError, Notifications, open_notifications
from motions.errors import Unavailable
from tests.connectors.microsoft.microsoft_world import Emulator

BODY = json.dumps(
    {
        "EventName": "related-referral-updated",
        "ResourceUri": "https://api.partner.microsoft.com/v1.0/engagements/referrals/1",
        "ResourceName": "referral",
        "AuditUri": None,
        "ResourceChangeUtcDate": "2026-11-20T12:00:00.0000000Z",
    }
).encode()


def place(emulator: Emulator) -> str:
    return httpx.URL(emulator.url).netloc.decode()


@pytest.fixture
def read(emulator: Emulator) -> Notifications:
    """Ours, trusting the authority of the emulator as it is now."""
    authority = emulator.http.get(f"{emulator.url}/_control/authority.pem").content
    return open_notifications(authority, place(emulator), emulator.clock)


def signed(emulator: Emulator, **changes: str) -> dict[str, str]:
    """The headers the emulator posts this body with."""
    return {**emulator.control("/sign", body=BODY.decode()), **changes}


def test_a_notification_of_microsoft_s_is_taken(emulator: Emulator, read: Notifications) -> None:
    told = read(signed(emulator), BODY)

    assert (told.event, told.is_change) == ("related-referral-updated", True)


def test_the_same_told_again_has_the_same_key(emulator: Emulator, read: Notifications) -> None:
    again = json.dumps(json.loads(BODY), indent=1).encode()
    other = BODY.replace(b"12:00:00", b"12:00:01")
    keys = [read(emulator.control("/sign", body=each.decode()), each).key for each in (BODY, again, other)]

    assert keys[0] == keys[1] != keys[2]


def test_a_test_event_is_no_change(emulator: Emulator, read: Notifications) -> None:
    body = BODY.replace(b"related-referral-updated", b"test-created")

    assert not read(emulator.control("/sign", body=body.decode()), body).is_change


@pytest.mark.parametrize(
    "changes",
    [
        {"authorization": ""},
        {"authorization": "Bearer abc"},
        {"authorization": "Signature !!!"},
        {"authorization": "Signature " + "QUJD" * 86},
        {"authorization": "Signature ü"},
        {"x-ms-signature-algorithm": "rsa-sha1"},
        {"x-ms-signature-algorithm": ""},
        {"x-ms-certificate-url": ""},
        {"x-ms-certificate-url": "https://evil.example/cert.cer"},
        {"x-ms-certificate-url": "https://3psostorageacct.blob.core.windows.net.evil.example/c.cer"},
        {"x-ms-certificate-url": "http://[::1/c.cer"},
    ],
)
def test_headers_that_are_not_microsoft_s_are_refused(
    emulator: Emulator, read: Notifications, changes: Mapping[str, str]
) -> None:
    with pytest.raises(ForgedError):
        read(signed(emulator, **changes), BODY)


def test_an_address_nobody_can_ask_for_is_refused(emulator: Emulator, read: Notifications) -> None:
    url = signed(emulator)["x-ms-certificate-url"] + "\tx"

    with pytest.raises(ForgedError, match="address is none"):
        read(signed(emulator, **{"x-ms-certificate-url": url}), BODY)


def test_a_host_with_somebody_s_name_before_it_is_another_host(emulator: Emulator, read: Notifications) -> None:
    url = signed(emulator)["x-ms-certificate-url"].replace("http://", "http://evil@")

    with pytest.raises(ForgedError, match="not at https"):
        read(signed(emulator, **{"x-ms-certificate-url": url}), BODY)


def test_plain_http_is_for_this_machine_only(emulator: Emulator) -> None:
    authority = emulator.http.get(f"{emulator.url}/_control/authority.pem").content
    read = open_notifications(authority, "certificates.example", emulator.clock)

    with pytest.raises(ForgedError, match="not at https"):
        read(signed(emulator, **{"x-ms-certificate-url": "http://certificates.example/c.cer"}), BODY)


def test_other_bytes_than_were_signed_are_refused(emulator: Emulator, read: Notifications) -> None:
    with pytest.raises(ForgedError, match="does not fit"):
        read(signed(emulator), BODY + b" ")


def test_a_signed_body_that_is_no_notification_is_refused(emulator: Emulator, read: Notifications) -> None:
    for body in (b"[]", b"{}", b"not json"):
        with pytest.raises(ForgedError, match="no notification"):
            read(emulator.control("/sign", body=body.decode()), body)


@pytest.mark.parametrize(
    ("seal", "why"),
    [
        ({}, "no authority we trust"),  # another authority than the one trusted
        ({"organization": "Evil Corporation"}, "not Microsoft Corporation's"),
    ],
)
def test_a_certificate_of_somebody_else_is_refused(
    emulator: Emulator, read: Notifications, seal: dict[str, Any], why: str
) -> None:
    emulator.control("/seal", **seal)

    with pytest.raises(ForgedError, match=why):
        read(signed(emulator), BODY)


@pytest.mark.parametrize(
    ("seal", "why"),
    [
        ({"organization": "Evil Corporation"}, "not Microsoft Corporation's"),
        ({"signer": "dispatch.evil.example"}, "no authority we trust"),
    ],
)
def test_a_certificate_by_the_right_authority_for_the_wrong_name_is_refused(
    emulator: Emulator, seal: dict[str, Any], why: str
) -> None:
    emulator.control("/seal", **seal)
    authority = emulator.http.get(f"{emulator.url}/_control/authority.pem").content
    read = open_notifications(authority, place(emulator), emulator.clock)

    with pytest.raises(ForgedError, match=why):
        read(signed(emulator), BODY)


def test_a_certificate_that_has_ended_is_refused_although_it_was_taken_before(
    emulator: Emulator, read: Notifications
) -> None:
    read(signed(emulator), BODY)
    emulator.clock.advance(timedelta(days=400))

    with pytest.raises(ForgedError, match="no authority we trust"):
        read(signed(emulator), BODY)


def test_a_certificate_is_fetched_once(emulator: Emulator, read: Notifications) -> None:
    headers = signed(emulator)
    read(headers, BODY)
    emulator.control("/seal")  # another one stands at the same address now

    assert read(headers, BODY).is_change


def test_a_certificate_that_cannot_be_fetched_is_no_verdict(emulator: Emulator, read: Notifications) -> None:
    url = signed(emulator)["x-ms-certificate-url"]

    with pytest.raises(Unavailable):
        read(signed(emulator, **{"x-ms-certificate-url": url.replace("certificates", "nowhere")}), BODY)


def test_what_stands_at_the_address_must_be_a_certificate_of_a_sane_size(
    emulator: Emulator, read: Notifications
) -> None:
    base = signed(emulator)["x-ms-certificate-url"].partition("certificates/")[0]

    for path, why in (("_control/summary", "cannot be read"), ("_control/calls", "too large")):
        for _ in range(600 if path.endswith("calls") else 0):
            emulator.http.get(f"{emulator.url}/v1.0/engagements/referrals")
        with pytest.raises(ForgedError, match=why):
            read(signed(emulator, **{"x-ms-certificate-url": base + path}), BODY)


def test_an_authority_s_file_must_hold_certificates(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="PEM"):
        open_notifications(b"nothing", "x", emulator.clock)
