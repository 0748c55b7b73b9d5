"""Webhooks: one URL an event, signed notifications of every change, and best effort in delivering them."""

import base64
import json
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tests.sandbox.microsoft.microsoft_center import Center

REGISTRATION = "/webhooks/v1/registration"
HOOK = "http://127.0.0.1:9/hook"


def register(portal: Center, *events: str, url: str = HOOK) -> Any:
    body = {"WebhookUrl": url, "WebhookEvents": list(events)}
    return portal.http.post(REGISTRATION, json=body, headers={"Authorization": f"Bearer {portal.token}"})


def told(portal: Center) -> list[str]:
    return [each["event"] for each in portal.http.get("/_control/webhooks").json()["told"]]


def test_each_event_has_one_address(portal: Center) -> None:
    register(portal, "referral-created", "referral-updated")
    register(portal, "referral-updated", url=f"{HOOK}/2")

    registered = portal.http.get("/_control/webhooks").json()["registered"]

    assert registered == {"referral-created": HOOK, "referral-updated": f"{HOOK}/2"}


def test_there_is_no_registration_before_somebody_registers(portal: Center) -> None:
    headers = {"Authorization": f"Bearer {portal.token}"}

    assert portal.http.get(REGISTRATION, headers=headers).status_code == 404
    assert register(portal, "referral-created").json()["WebhookEvents"] == ["referral-created"]
    assert portal.http.get(REGISTRATION).status_code == 401


@pytest.mark.parametrize(("url", "event"), [("ftp://x", "referral-created"), (HOOK, "referral-deleted")])
def test_a_registration_that_makes_no_sense_is_refused(portal: Center, url: str, event: str) -> None:
    assert register(portal, event, url=url).status_code == 400


def test_every_change_of_either_side_is_told(portal: Center) -> None:
    register(portal, "referral-created", "referral-updated", "related-referral-created", "related-referral-updated")
    own = portal.create()
    portal.invite(own)
    portal.call("PATCH", f"/{own['id']}", json=[{"op": "replace", "path": "/name", "value": "x"}])
    portal.control("/review", id=own["id"], decision="accept")

    assert told(portal) == [
        "referral-created",
        "related-referral-created",
        "referral-updated",
        "related-referral-updated",
    ]


def test_a_notification_names_the_resource_and_nothing_of_it(portal: Center) -> None:
    register(portal, "referral-created")
    own = portal.create()

    (one,) = portal.http.get("/_control/webhooks").json()["told"]

    assert set(one["body"]) == {"EventName", "ResourceUri", "ResourceName", "AuditUri", "ResourceChangeUtcDate"}
    assert one["body"]["ResourceUri"].endswith(own["id"])
    assert "Contoso" not in json.dumps(one)


def test_notifications_are_lost_and_doubled_on_command(portal: Center) -> None:
    register(portal, "referral-created")
    portal.control("/webhooks", drop=1, duplicate=1)
    portal.create()
    portal.create()

    assert told(portal) == ["referral-created"] * 2


def test_a_test_event_may_be_asked_for_twice_a_minute(portal: Center) -> None:
    register(portal, "test-created")
    headers = {"Authorization": f"Bearer {portal.token}"}

    statuses = [portal.http.post(f"{REGISTRATION}/validationEvents", headers=headers).status_code for _ in range(3)]
    portal.later(minutes=1)

    assert statuses == [200, 200, 429]
    assert portal.http.post(f"{REGISTRATION}/validationEvents", headers=headers).status_code == 200
    assert told(portal) == ["test-created"] * 3


def test_the_certificate_it_serves_signed_exactly_these_bytes(portal: Center) -> None:
    body = '{"EventName": "referral-created"}'
    headers = portal.control("/sign", body=body).json()
    path = headers["x-ms-certificate-url"].removeprefix("http://testserver")
    certificate = x509.load_der_x509_certificate(portal.http.get(path).content)
    authority = x509.load_pem_x509_certificate(portal.http.get("/_control/authority.pem").content)
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)

    scheme, _, signature = headers["authorization"].partition(" ")
    key.verify(base64.b64decode(signature), body.encode(), padding.PKCS1v15(), SHA256())

    certificate.verify_directly_issued_by(authority)
    assert (scheme, headers["x-ms-signature-algorithm"]) == ("Signature", "rsa-sha256")
    assert "Microsoft Corporation" in certificate.subject.rfc4514_string()
