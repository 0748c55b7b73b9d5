"""Who reads a place: companies, invitations, guests and members, asked of Slack each time; doubt means nobody sends."""

from typing import Any

import pytest
from slack_sdk import WebClient

from handlers.audiences import MEMBERS_AT_MOST, Audiences
from handlers.channels import SlackMessenger, open_messenger
from handlers.desk import Identity
from handlers.directory import Directory
from handlers.pacing import Pacer
from motions.audiences import AudienceKind
from motions.errors import Unavailable
from motions.model import PartnerKey, Person, Role
from motions.policy import Configuration
from motions.revisions import InForce
from sandbox import cast
from tests.handlers import values
from tests.handlers.emulated_slack import US, World

ROOM, SHARED = "C0AWSCENT", "C0SHAREDAWS"
AWS = PartnerKey("aws")


@pytest.fixture
def messenger(quiet_world: World) -> SlackMessenger:
    return open_messenger(quiet_world.client(), InForce(on_grid()), US)


def on_grid(**policy: Any) -> Configuration:
    """A configuration in which AWS is known by its workspace and by its enterprise."""
    config = values.configuration()
    partners = tuple(
        p.model_copy(update={"team_ids": (*p.team_ids, cast.AWS_ENTERPRISE)}) if p.key == AWS else p
        for p in config.partners
    )
    return config.model_copy(update={"partners": partners, "policy": config.policy.model_copy(update=policy)})


def change(world: World, channel: str, **wish: Any) -> None:
    assert world.control("channels", {"id": channel, **wish})["ok"]


def calls(world: World, method: str) -> int:
    return len(world.look("calls", method=method)["calls"])


@pytest.mark.parametrize("guest", [cast.GINA, cast.SOLO], ids=["multi-channel guest", "single-channel guest"])
def test_a_guest_makes_a_channel_of_ours_nobodys(quiet_world: World, messenger: SlackMessenger, guest: Any) -> None:
    before = messenger.audience(ROOM)

    change(quiet_world, ROOM, members=[guest.id])

    after = messenger.audience(ROOM)
    assert before.kind is AudienceKind.INTERNAL
    assert (after.kind, after.why) == (AudienceKind.UNKNOWN, "a guest reads there, who is not one of our own people")


@pytest.mark.parametrize("guest", [cast.GINA, cast.SOLO], ids=["multi-channel guest", "single-channel guest"])
def test_a_guest_in_a_shared_channel_makes_it_nobodys(
    quiet_world: World, messenger: SlackMessenger, guest: Any
) -> None:
    before = messenger.audience(SHARED)

    change(quiet_world, SHARED, members=[guest.id])

    after = messenger.audience(SHARED)
    assert (before.kind, before.partners) == (AudienceKind.ONE_PARTNER, (AWS,))
    assert (after.kind, after.why) == (AudienceKind.UNKNOWN, "a guest reads there, who is not one of our own people")


def test_a_channel_is_internal_again_when_the_guest_has_left(quiet_world: World, messenger: SlackMessenger) -> None:
    change(quiet_world, ROOM, members=[cast.GINA.id])
    messenger.audience(ROOM)

    quiet_world.act("leave", cast.GINA, channel=ROOM)

    assert messenger.audience(ROOM).kind is AudienceKind.INTERNAL


def test_guests_are_ours_when_policy_says_so(quiet_world: World) -> None:
    trusting = open_messenger(quiet_world.client(), InForce(on_grid(guests_are_internal=True)), US)
    change(quiet_world, ROOM, members=[cast.GINA.id])

    assert trusting.audience(ROOM).kind is AudienceKind.INTERNAL
    assert trusting.audience(trusting_dm(quiet_world)).kind is AudienceKind.INTERNAL
    assert calls(quiet_world, "conversations.members") == 0


def trusting_dm(world: World) -> str:
    """The bot's direct message with the guest."""
    channel: str = world.client().conversations_open(users=cast.GINA.id)["channel"]["id"]
    return channel


def test_a_guests_direct_message_is_nobodys(quiet_world: World, messenger: SlackMessenger) -> None:
    assert messenger.audience(trusting_dm(quiet_world)).kind is AudienceKind.UNKNOWN


def test_a_conversation_we_opened_is_not_asked_about_again_but_its_person_is(
    quiet_world: World, messenger: SlackMessenger
) -> None:
    priya, gina = (Person(each.team, each.id, each.name, Role.SELLER) for each in (cast.PRIYA, cast.GINA))

    opened = [messenger.direct_channel(each) for each in (priya, gina, priya, gina)]

    assert opened[:2] == opened[2:]
    assert messenger.audience(opened[0]).kind is AudienceKind.INTERNAL
    assert messenger.audience(opened[1]).kind is AudienceKind.UNKNOWN  # she is a guest
    assert (calls(quiet_world, "conversations.open"), calls(quiet_world, "conversations.info")) == (2, 0)
    assert calls(quiet_world, "users.info") == 2


def test_somebody_of_another_company_in_a_channel_that_is_not_shared_settles_nothing(
    quiet_world: World, messenger: SlackMessenger
) -> None:
    change(quiet_world, ROOM, members=[cast.ALEX.id])

    assert messenger.audience(ROOM).kind is AudienceKind.UNKNOWN


@pytest.mark.parametrize(
    ("wish", "kind"),
    [
        ({"teams": [cast.MERIDIAN.id, cast.AWS.id]}, AudienceKind.ONE_PARTNER),
        ({"teams": [cast.MERIDIAN.id, cast.AWS.id, cast.AWS_GRID.id]}, AudienceKind.ONE_PARTNER),
        ({"teams": [cast.MERIDIAN.id, cast.AWS.id, cast.NORTHSTAR.id]}, AudienceKind.SEVERAL),
        ({"teams": [cast.MERIDIAN.id, cast.ELSEWHERE.id]}, AudienceKind.UNKNOWN),
        ({"invited": [cast.AWS.id]}, AudienceKind.UNKNOWN),
        ({"new_id": "C0NEWPLACE"}, AudienceKind.UNKNOWN),
    ],
    ids=["shared", "shared with a grid", "with two partners", "with strangers", "invited to", "under another id"],
)
def test_a_channel_that_becomes_shared_is_no_longer_internal(
    quiet_world: World, messenger: SlackMessenger, wish: dict[str, Any], kind: AudienceKind
) -> None:
    assert messenger.audience(ROOM).kind is AudienceKind.INTERNAL

    change(quiet_world, ROOM, **wish)

    assert messenger.audience(ROOM).kind is kind


def test_why_nobody_can_tell_is_said(quiet_world: World, messenger: SlackMessenger) -> None:
    change(quiet_world, ROOM, teams=[cast.MERIDIAN.id, cast.ELSEWHERE.id])

    assert messenger.audience(ROOM).why == "a company reads there that is no partner (T0ELSEWHERE)"
    assert "channel_not_found" in messenger.audience("C0NOWHERE").why


def test_a_partners_direct_message_is_theirs_and_a_strangers_nobodys(
    quiet_world: World, messenger: SlackMessenger
) -> None:
    change(quiet_world, SHARED, teams=[cast.MERIDIAN.id, cast.AWS.id, cast.AWS_GRID.id], members=[cast.RIVER.id])
    channel = quiet_world.client().conversations_open(users=cast.RIVER.id)["channel"]["id"]

    before = messenger.audience(channel)
    change(quiet_world, SHARED, teams=[cast.MERIDIAN.id, cast.AWS.id])

    assert before.partners == (AWS,)
    assert messenger.audience(channel).kind is AudienceKind.UNKNOWN  # asked anew: she is a stranger now


def test_a_members_profile_is_asked_once_and_membership_each_time(
    quiet_world: World, messenger: SlackMessenger
) -> None:
    for _ in range(3):
        messenger.audience(ROOM)

    assert calls(quiet_world, "users.info") == 4
    assert calls(quiet_world, "conversations.members") == 3
    assert calls(quiet_world, "conversations.info") == 3


class Pages(WebClient):
    """A client with one channel of ours, whose members come in pages; one of them is a guest."""

    def __init__(self, *pages: list[str]) -> None:
        super().__init__("xoxb-1", base_url="http://127.0.0.1:9/", retry_handlers=[])
        self._pages = pages
        self.asked: list[str] = []

    def conversations_info(self, **_: Any) -> Any:
        return {"channel": {"is_ext_shared": False}}

    def conversations_members(self, *, cursor: str | None = None, **_: Any) -> Any:
        page = int(cursor or 0)
        following = str(page + 1) if page + 1 < len(self._pages) else ""
        return {"members": self._pages[page], "response_metadata": {"next_cursor": following}}

    def users_info(self, *, user: str, **_: Any) -> Any:
        self.asked.append(user)
        flags = {"is_restricted": user == "U0GUEST", "deleted": user == "U0GONE"}
        return {"user": {"id": user, "team_id": US.team_id, **flags}}


def test_members_are_read_page_by_page() -> None:
    whole = open_messenger(Pages(["U1"], ["U2"], ["U3"]), InForce(on_grid()), US)
    late = open_messenger(Pages(["U1"], ["U2"], ["U0GUEST"]), InForce(on_grid()), US)

    assert whole.audience(ROOM).kind is AudienceKind.INTERNAL
    assert late.audience(ROOM).kind is AudienceKind.UNKNOWN


def test_a_deleted_account_reads_nothing() -> None:
    assert open_messenger(Pages(["U1", "U0GONE"]), InForce(on_grid()), US).audience(ROOM).kind is AudienceKind.INTERNAL


def test_a_room_too_big_to_look_through_is_nobodys() -> None:
    full = open_messenger(Pages([cast.BOT_USER_ID] * MEMBERS_AT_MOST), InForce(on_grid()), US).audience(ROOM)
    over = open_messenger(Pages([cast.BOT_USER_ID] * (MEMBERS_AT_MOST + 1)), InForce(on_grid()), US).audience(ROOM)

    assert full.kind is AudienceKind.INTERNAL
    assert (over.kind, "too many to look for guests" in over.why) == (AudienceKind.UNKNOWN, True)


def test_looking_for_guests_keeps_to_slacks_pace() -> None:
    crowd = Pages([f"U{n}" for n in range(150)])
    standing = Pacer(lambda: 1000.0)
    audiences = Audiences(crowd, InForce(on_grid()), US, Directory(crowd), standing)

    with pytest.raises(Unavailable):
        audiences.of(ROOM)

    assert len(crowd.asked) == 100


class OfAMember(Pages):
    """The same, with what Slack says of its one member."""

    def __init__(self, **user: Any) -> None:
        super().__init__(["U1"])
        self._user = user

    def users_info(self, **_: Any) -> Any:
        return {"user": {"id": "U1", "team_id": "T0OTHER", **self._user}}


@pytest.mark.parametrize(
    ("user", "kind"),
    [
        ({"enterprise_user": {"enterprise_id": "E0OURS", "teams": ["T0OTHER"]}}, AudienceKind.INTERNAL),
        ({"enterprise_user": {"enterprise_id": "E0OTHER", "teams": ["T0OTHER"]}}, AudienceKind.UNKNOWN),
        ({}, AudienceKind.UNKNOWN),
        ({"team_id": US.team_id, "is_stranger": True}, AudienceKind.UNKNOWN),
        ({"team_id": US.team_id, "is_bot": True}, AudienceKind.INTERNAL),
    ],
    ids=["another workspace of our grid", "another grid", "another company", "a stranger", "an app of ours"],
)
def test_every_workspace_of_our_own_grid_is_ours(user: dict[str, Any], kind: AudienceKind) -> None:
    us = Identity(US.team_id, US.bot_user_id, US.bot_id, US.app_id, enterprise_id="E0OURS")

    assert open_messenger(OfAMember(**user), InForce(on_grid()), us).audience(ROOM).kind is kind
