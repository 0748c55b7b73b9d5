"""Logging in: client credentials and JWT bearer through the real client, refusals in OAuth's shape."""

import base64

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceExpiredSession

from tests.sandbox.salesforce.salesforce_rig import DOMAIN, Emulator

BOT = "cosell.bot@meridian.example"


def _key_pair() -> tuple[str, str]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return (
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    )


def _token(emulator: Emulator, form: dict[str, str], secret: str | None = None) -> requests.Response:
    basic = base64.b64encode(f"sandbox-consumer-key:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"} if secret else {}
    return requests.post(f"{emulator.base}/services/oauth2/token", data=form, headers=headers, timeout=20)


def test_client_credentials_open_a_session_on_my_domain(emulator: Emulator) -> None:
    sf = emulator.login()

    assert f"https://{sf.sf_instance}" == DOMAIN
    assert sf.query(f"SELECT Id FROM User WHERE Username = '{BOT}'")["totalSize"] == 1


def test_client_credentials_may_come_in_the_body(emulator: Emulator) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": "sandbox-consumer-key",
        "client_secret": "sandbox-consumer-secret",
    }

    reply = _token(emulator, form)

    assert reply.json().keys() >= {"access_token", "instance_url", "id", "token_type", "issued_at"}
    assert reply.json()["instance_url"] == DOMAIN


def test_a_registered_key_logs_in_by_jwt(emulator: Emulator) -> None:
    private, public = _key_pair()
    emulator.control("POST", "/register_jwt_key", public_key=public)

    sf = emulator.login(username=BOT, consumer_key="sandbox-consumer-key", privatekey=private)

    assert sf.query("SELECT COUNT() FROM Opportunity")["totalSize"] > 0


def test_a_jwt_signed_with_another_key_is_refused(emulator: Emulator) -> None:
    emulator.control("POST", "/register_jwt_key", public_key=_key_pair()[1])

    with pytest.raises(SalesforceAuthenticationFailed, match="invalid_grant"):
        emulator.login(username=BOT, consumer_key="sandbox-consumer-key", privatekey=_key_pair()[0])


def test_a_jwt_for_a_shared_login_host_does_not_find_the_app(emulator: Emulator) -> None:
    private, public = _key_pair()
    emulator.control("POST", "/register_jwt_key", public_key=public)
    from simple_salesforce.login import SalesforceLogin  # noqa: PLC0415 - the client class has no switch for this case

    with pytest.raises(SalesforceAuthenticationFailed, match="app_not_found"):
        SalesforceLogin(
            username=BOT,
            consumer_key="sandbox-consumer-key",
            privatekey=private,
            domain="login",
            instance_url="meridian.my",
            session=emulator.session(),
        )


@pytest.mark.parametrize(
    ("form", "secret", "error"),
    [
        ({"grant_type": "client_credentials"}, "wrong", "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "nobody"}, None, "invalid_client_id"),
        ({"grant_type": "password"}, None, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "x.y.z"}, None, "invalid_grant"),
    ],
)
def test_refused_logins_name_the_oauth_error(
    emulator: Emulator, form: dict[str, str], secret: str | None, error: str
) -> None:
    reply = _token(emulator, form, secret)

    assert reply.status_code == 400
    assert reply.json()["error"] == error
    assert reply.json()["error_description"]


def test_a_call_without_a_session_is_refused(emulator: Emulator) -> None:
    reply = emulator.get("/services/data/v66.0/limits")

    assert reply.status_code == 401
    assert reply.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_the_client_logs_in_again_after_its_session_died(emulator: Emulator) -> None:
    sf = emulator.login()
    emulator.control("POST", "/faults", kind="401_once")

    found = sf.query("SELECT COUNT() FROM Account")

    assert found["totalSize"] == 85


def test_a_permanent_401_reaches_the_caller(emulator: Emulator) -> None:
    sf = emulator.login()
    emulator.control("POST", "/faults", kind="401_always")

    with pytest.raises(SalesforceExpiredSession):
        sf.query("SELECT COUNT() FROM Account")


def test_the_versions_need_no_session(emulator: Emulator) -> None:
    versions = emulator.get("/services/data").json()

    assert {"label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0"} in versions
