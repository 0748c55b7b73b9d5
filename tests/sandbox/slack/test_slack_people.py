"""Who is who across three organisations, as an app installed in one of them may know it."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import cast
from tests.sandbox.slack.slack_emulator import World

SHARED = "C0SHAREDAWS"


def test_a_shared_channel_names_its_organisations(client: WebClient) -> None:
    shared = client.conversations_info(channel=SHARED, include_num_members=True)["channel"]
    internal = client.conversations_info(channel="C0COSELLOPS")["channel"]

    assert (shared["is_ext_shared"], shared["is_shared"], shared["is_org_shared"]) == (True, True, False)
    assert shared["shared_team_ids"] == [cast.MERIDIAN.id, cast.AWS.id]
    assert shared["connected_team_ids"] == [cast.AWS.id]
    assert shared["context_team_id"] == cast.MERIDIAN.id
    assert shared["num_members"] == 7
    assert (internal["is_ext_shared"], internal["shared_team_ids"]) == (False, [cast.MERIDIAN.id])


def test_people_of_other_organisations_keep_their_address_to_themselves(client: WebClient) -> None:
    alex = client.users_info(user=cast.ALEX.id, include_locale=True)["user"]
    priya = client.users_info(user=cast.PRIYA.id, include_locale=True)["user"]

    assert (alex["team_id"], alex["is_stranger"]) == (cast.AWS.id, False)
    assert "email" not in alex["profile"]
    assert "locale" not in alex
    assert priya["profile"]["email"] == cast.PRIYA.email
    assert priya["locale"] == "en-US"
    assert "is_stranger" not in priya


def test_everybody_has_a_time_zone(client: WebClient) -> None:
    kim = client.users_info(user=cast.KIM.id)["user"]
    priya = client.users_info(user=cast.PRIYA.id)["user"]

    assert kim["tz"] == "Europe/Helsinki"
    assert kim["tz_offset"] in (7200, 10800)
    assert priya["tz_label"] in ("Eastern Standard Time", "Eastern Daylight Time")


def test_only_our_own_people_are_found_by_address(client: WebClient) -> None:
    found = client.users_lookupByEmail(email="Darcel.Schlecht@meridian.example")["user"]

    with pytest.raises(SlackApiError) as refused:
        client.users_lookupByEmail(email=cast.ALEX.email)
    assert found["id"] == "U0DARCELSCHLECHT"
    assert refused.value.response["error"] == "users_not_found"


def test_the_35_sellers_are_in_the_sales_channel(client: WebClient) -> None:
    members = client.conversations_members(channel=cast.SALES_CHANNEL, limit=200)["members"]

    assert len(members) == 38
    assert cast.seller_slack_id("Anna Snelling") in members


def test_without_a_shared_channel_somebody_is_a_stranger(client: WebClient, world: World) -> None:
    world.act("leave", cast.KIM, channel="C0SHAREDNST")

    stranger = client.users_info(user=cast.KIM.id)["user"]

    with pytest.raises(SlackApiError) as refused:
        client.conversations_open(users=cast.KIM.id)
    assert stranger["is_stranger"] is True
    assert refused.value.response["error"] == "invalid_user_combination"


def test_the_bot_lists_its_channels_page_by_page(client: WebClient) -> None:
    names = [
        channel["name"]
        for page in client.users_conversations(limit=3, types="public_channel,private_channel")
        for channel in page["channels"]
    ]

    assert names == [channel.name for channel in cast.CHANNELS]


def test_teams_and_bots_can_be_looked_up(client: WebClient) -> None:
    assert client.team_info()["team"]["name"] == cast.MERIDIAN.name
    assert client.team_info(team=cast.AWS.id)["team"]["domain"] == "aws-partner"
    assert client.bots_info(bot=cast.BOT_ID)["bot"]["app_id"] == cast.APP_ID
