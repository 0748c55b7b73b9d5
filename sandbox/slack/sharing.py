"""Channels that become shared, or no longer are, and ids that change on the way; decides no rights.

The events are those of Slack's reference: channel_shared, channel_unshared, channel_id_changed.
"""

from sandbox.slack.conversations import Conversation
from sandbox.slack.wire import Json
from sandbox.slack.workspace import Workspace


def change(slack: Workspace, room: Conversation, wish: Json) -> None:
    """Set who shares a channel ("teams"), who is invited to ("invited") and its id ("new_id"), and tell the app."""
    room.invited = tuple(wish.get("invited", room.invited))
    if "new_id" in wish:
        _rename(slack, room, str(wish["new_id"]))
    teams = tuple(wish.get("teams") or room.teams)
    before, room.teams = room.teams, teams
    for team in teams:
        if team not in before:
            _tell(slack, room, {"type": "channel_shared", "connected_team_id": team, "channel": room.id})
    for team in before:
        if team not in teams:
            gone = {"type": "channel_unshared", "previously_connected_team_id": team, "channel": room.id}
            _tell(slack, room, gone | {"is_ext_shared": room.is_shared})


def _rename(slack: Workspace, room: Conversation, new_id: str) -> None:
    old_id, room.id = room.id, new_id
    del slack.state.conversations[old_id]
    slack.state.conversations[new_id] = room
    for message in room.messages.values():
        message.channel = new_id
    _tell(slack, room, {"type": "channel_id_changed", "old_channel_id": old_id, "new_channel_id": new_id})


def _tell(slack: Workspace, room: Conversation, event: Json) -> None:
    slack.emit(event | {"event_ts": slack.mint.ts()}, room)
