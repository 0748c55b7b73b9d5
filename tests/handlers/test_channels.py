"""The real messenger against the emulator: faults become ours, and only Slack's plain word settles an audience."""

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from handlers.channels import SlackMessenger, open_messenger, web_client
from motions.audiences import AudienceKind
from motions.errors import AuthExpired, ConnectorError, OutcomeUnknown, Rejected, Unavailable
from motions.model import Role
from motions.revisions import InForce
from motions.surfaces import Note
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import US, World


def messenger_of(client: WebClient) -> SlackMessenger:
    return open_messenger(client, InForce(values.configuration()), US)


@pytest.fixture
def messenger(quiet_world: World) -> SlackMessenger:
    return messenger_of(quiet_world.client())


def post(messenger: SlackMessenger, channel: str = "C0AWSCENT", key: str = "k") -> Any:
    return messenger.post(channel, messenger.render(Note("Hello")), key)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "ratelimited"}, Unavailable),
        ({"kind": "drop_after_accept"}, OutcomeUnknown),
        ({"kind": "http_503_html"}, OutcomeUnknown),
        ({"kind": "internal_error"}, OutcomeUnknown),
        ({"kind": "error", "error": "fatal_error"}, OutcomeUnknown),
        ({"kind": "error", "error": "service_unavailable"}, Unavailable),
        ({"kind": "error", "error": "invalid_auth"}, AuthExpired),
        ({"kind": "error", "error": "token_revoked"}, AuthExpired),
        ({"kind": "error", "error": "account_inactive"}, AuthExpired),
        ({"kind": "error", "error": "is_archived"}, Rejected),
        ({"kind": "error", "error": "not_in_channel"}, Rejected),
        ({"kind": "error", "error": "invalid_blocks"}, Rejected),
        ({"kind": "error", "error": "something_new"}, Rejected),
        ({"kind": "channel_refused"}, Rejected),
    ],
    ids=lambda value: str(value.get("error", value["kind"])) if isinstance(value, dict) else "",
)
def test_a_posts_failure_is_told_in_our_words(
    quiet_world: World, messenger: SlackMessenger, fault: dict[str, Any], error: type[ConnectorError]
) -> None:
    quiet_world.control("faults", {**fault, "method": "chat.postMessage"})

    with pytest.raises(error) as raised:
        post(messenger)

    assert type(raised.value) is error
    assert raised.value.system == "Slack"


@pytest.mark.parametrize("kind", ["drop_after_accept", "http_503_html", "internal_error"])
def test_an_update_without_an_answer_may_simply_be_repeated(
    quiet_world: World, messenger: SlackMessenger, kind: str
) -> None:
    ref = post(messenger)
    quiet_world.control("faults", {"kind": kind, "method": "chat.update"})

    with pytest.raises(Unavailable):
        messenger.update(ref, messenger.render(Note("New")))


def test_a_post_is_sent_once_even_when_its_answer_is_lost(quiet_world: World, messenger: SlackMessenger) -> None:
    quiet_world.control("faults", {"kind": "drop_after_accept", "method": "chat.postMessage"})

    with pytest.raises(OutcomeUnknown):
        post(messenger)

    assert len(quiet_world.look("calls", method="chat.postMessage")["calls"]) == 1


def test_slack_being_away_is_known_to_have_sent_nothing() -> None:
    with pytest.raises(Unavailable):
        post(messenger_of(web_client("xoxb-1", "http://127.0.0.1:9/api/")))


def test_a_revoked_token_is_an_admins_business(quiet_world: World) -> None:
    with pytest.raises(AuthExpired):
        post(messenger_of(quiet_world.client("xoxb-revoked")))


def test_a_refusal_says_how_to_mend_it(quiet_world: World, messenger: SlackMessenger) -> None:
    with pytest.raises(Rejected, match=r"coverage\.yml"):
        post(messenger, "C0NOWHERE")


def test_links_in_a_message_are_never_unfolded(quiet_world: World, messenger: SlackMessenger) -> None:
    post(messenger)

    (call,) = quiet_world.look("calls", method="chat.postMessage")["calls"]
    assert not call["args"]["unfurl_links"]
    assert not call["args"]["unfurl_media"]


def test_a_post_is_found_behind_many_others(quiet_world: World, messenger: SlackMessenger) -> None:
    since = quiet_world.clock.now() - timedelta(seconds=1)
    ref = post(messenger, key="first")
    for n in range(230):
        post(messenger, key=f"later.{n}")

    assert messenger.find_post("C0AWSCENT", "first", since) == ref
    assert len(quiet_world.look("calls", method="conversations.history")["calls"]) == 2


def test_somebody_elses_metadata_is_no_post_of_ours(quiet_world: World) -> None:
    stranger = open_messenger(
        quiet_world.client(),
        InForce(values.configuration()),
        type(US)(US.team_id, US.bot_user_id, "B0ANOTHER", US.app_id),
    )
    since = quiet_world.clock.now() - timedelta(seconds=1)
    post(stranger)

    assert stranger.find_post("C0AWSCENT", "k", since) is None


def test_another_purposes_metadata_is_no_key(quiet_world: World, messenger: SlackMessenger) -> None:
    since = quiet_world.clock.now() - timedelta(seconds=1)
    metadata = {"event_type": "another", "event_payload": {"key": "k"}}
    quiet_world.client().chat_postMessage(channel="C0AWSCENT", text="Hello", metadata=metadata)

    assert messenger.find_post("C0AWSCENT", "k", since) is None


def test_a_partners_direct_message_is_read_by_that_partner(messenger: SlackMessenger) -> None:
    channel = messenger.direct_channel(values.person(Role.PARTNER))

    assert messenger.audience(channel).partners == (values.AWS,)


@pytest.mark.parametrize("error", ["channel_not_found", "missing_scope", "invalid_auth"])
def test_an_audience_slack_does_not_tell_is_unknown(quiet_world: World, messenger: SlackMessenger, error: str) -> None:
    quiet_world.control("faults", {"kind": "error", "error": error, "method": "conversations.info"})

    assert messenger.audience("C0AWSCENT").kind is AudienceKind.UNKNOWN


def test_an_audience_slack_cannot_tell_now_may_be_asked_later(quiet_world: World, messenger: SlackMessenger) -> None:
    quiet_world.control("faults", {"kind": "ratelimited", "method": "conversations.info", "retry_after": 3})

    with pytest.raises(Unavailable) as throttled:
        messenger.audience("C0AWSCENT")

    assert throttled.value.retry_after == 3


def test_an_audience_is_asked_each_time(quiet_world: World, messenger: SlackMessenger) -> None:
    for _ in range(2):
        messenger.audience("C0AWSCENT")

    assert len(quiet_world.look("calls", method="conversations.info")["calls"]) == 2


class Answering(WebClient):
    """A client whose conversations.info answers one thing."""

    def __init__(self, channel: dict[str, Any]) -> None:
        super().__init__("xoxb-1", base_url="http://127.0.0.1:9/", retry_handlers=[])
        self._channel = channel

    def conversations_info(self, **_: Any) -> Any:
        return {"channel": self._channel}

    def conversations_members(self, **_: Any) -> Any:
        return {"members": []}


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        ({"is_ext_shared": False}, AudienceKind.INTERNAL),
        ({"is_ext_shared": False, "is_org_shared": True, "is_shared": True}, AudienceKind.INTERNAL),
        ({}, AudienceKind.UNKNOWN),
        ({"is_ext_shared": True}, AudienceKind.UNKNOWN),
        ({"is_ext_shared": True, "shared_team_ids": [cast.MERIDIAN.id]}, AudienceKind.UNKNOWN),
        ({"is_ext_shared": True, "connected_team_ids": ["T0UNKNOWN"]}, AudienceKind.UNKNOWN),
        ({"is_ext_shared": True, "connected_team_ids": [cast.AWS.id, "T0UNKNOWN"]}, AudienceKind.UNKNOWN),
        ({"is_ext_shared": False, "is_pending_ext_shared": True}, AudienceKind.UNKNOWN),
        ({"is_ext_shared": False, "pending_connected_team_ids": ["T0X"]}, AudienceKind.UNKNOWN),
        ({"is_ext_shared": True, "shared_team_ids": [cast.MERIDIAN.id, cast.AWS.id]}, AudienceKind.ONE_PARTNER),
        ({"is_ext_shared": True, "conversation_host_id": cast.AWS.id}, AudienceKind.ONE_PARTNER),
        ({"is_ext_shared": True, "conversation_host_id": "E0OURS"}, AudienceKind.UNKNOWN),
    ],
)
def test_only_a_plain_answer_settles_an_audience(channel: dict[str, Any], kind: AudienceKind) -> None:
    assert messenger_of(Answering(channel)).audience("C1").kind is kind
