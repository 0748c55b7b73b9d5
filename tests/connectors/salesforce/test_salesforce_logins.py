"""Logging in: two flows, lazily, and never in a storm."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.http import Timeout
from connectors.salesforce.logins import Credentials, Logins
from connectors.salesforce.wire import Wire
from motions.errors import AuthExpired, Unavailable
from tests.connectors.salesforce.scripted_org import GRANTED, Scripted, ScriptedOrg, scripted_org
from tests.fakes.emulated_org import SECRET, EmulatedOrg, Hands, running_org

BOT = "cosell.bot@meridian.example"
NOTHING_FOUND = Scripted(200, {"totalSize": 0, "done": True, "records": []})


@pytest.fixture(scope="module")
def running() -> Iterator[EmulatedOrg]:
    with running_org(deals=5) as org:
        yield org


@pytest.fixture
def org(running: EmulatedOrg) -> EmulatedOrg:
    running.reset()
    return running


@pytest.fixture
def scripted() -> Iterator[ScriptedOrg]:
    with scripted_org() as org:
        org.answers = [NOTHING_FOUND]
        yield org


@pytest.fixture(scope="module")
def key_pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def test_a_gateway_calls_nobody_until_it_is_asked(org: EmulatedOrg) -> None:
    org.gateway()

    assert org.calls() == []


def test_client_credentials_log_in(org: EmulatedOrg) -> None:
    assert org.gateway().server_now() == org.clock.now()


def test_a_signed_assertion_logs_in(org: EmulatedOrg, key_pair: tuple[str, str]) -> None:
    private, public = key_pair
    org.control("register_jwt_key", {"public_key": public})

    gateway = org.gateway(consumer_secret=None, private_key=private, username=BOT)

    assert gateway.server_now() == org.clock.now()


def test_an_assertion_for_a_stranger_is_expired_credentials(org: EmulatedOrg, key_pair: tuple[str, str]) -> None:
    private, public = key_pair
    org.control("register_jwt_key", {"public_key": public})
    gateway = org.gateway(consumer_secret=None, private_key=private, username="nobody@meridian.example")

    with pytest.warns(UserWarning, match="self-authorize"), pytest.raises(AuthExpired, match="invalid_grant"):
        gateway.server_now()


def test_an_unreadable_key_is_said_to_be_one(org: EmulatedOrg) -> None:
    gateway = org.gateway(consumer_secret=None, private_key="-----BEGIN NOTHING-----", username=BOT)

    with pytest.raises(AuthExpired, match="private key is unreadable"):
        gateway.server_now()


def test_a_wrong_secret_is_tried_once_a_minute(org: EmulatedOrg) -> None:
    hands = Hands()
    gateway = org.gateway(hands=hands, consumer_secret="wrong")

    for _ in range(4):
        with pytest.raises(AuthExpired, match="invalid_client"):
            gateway.server_now()
    tried = len(org.calls("/oauth2/"))
    hands.seconds += 61
    with pytest.raises(AuthExpired):
        gateway.server_now()

    assert (tried, len(org.calls("/oauth2/"))) == (1, 2)


def test_a_shared_login_host_is_refused_before_anything_is_sent(org: EmulatedOrg) -> None:
    with pytest.raises(AuthExpired, match="INVALID AUTH"):
        org.gateway(domain="login").server_now()

    assert org.calls() == []


def test_a_refused_grant_does_not_take_a_newer_one_down_with_it(org: EmulatedOrg) -> None:
    hands = Hands()
    credentials = Credentials("meridian.my", "sandbox-consumer-key", SECRET)
    logins = Logins(credentials, lambda: Wire(Timeout(), org.url), monotonic=hands.monotonic)
    old = logins.current()
    new = logins.renew(old)

    logins.distrust(old)

    assert logins.renew(old) == logins.current() == new


def test_the_secret_is_in_no_message(org: EmulatedOrg) -> None:
    with pytest.raises(AuthExpired) as caught:
        org.gateway(consumer_secret="hunter2").server_now()

    assert "hunter2" not in f"{caught.value} {caught.value.__cause__}"


def test_a_token_endpoint_under_maintenance_is_waited_for(scripted: ScriptedOrg) -> None:
    scripted.logins = [Scripted(503, "<html>Down for maintenance</html>"), GRANTED]

    rows = scripted.gateway().query("SELECT Id FROM Account", about="Account")

    assert rows.records == ()


def test_a_token_endpoint_that_stays_down_is_unavailable(scripted: ScriptedOrg) -> None:
    scripted.logins = [Scripted(503, "<html>")]

    with pytest.raises(Unavailable):
        scripted.gateway().server_now()


def test_too_many_logins_are_waited_out(scripted: ScriptedOrg) -> None:
    scripted.logins = [Scripted(400, {"error": "invalid_grant", "error_description": "login rate exceeded"})]

    with pytest.raises(Unavailable, match="less often"):
        scripted.gateway().server_now()


@pytest.mark.parametrize("body", [[{"errorCode": "API_DISABLED_FOR_ORG", "message": "no"}], {"token": "none"}])
def test_a_token_answer_of_another_shape_is_a_refused_login(scripted: ScriptedOrg, body: object) -> None:
    scripted.logins = [Scripted(403 if isinstance(body, list) else 200, body)]

    with pytest.raises(AuthExpired, match="refused our login"):
        scripted.gateway().server_now()
