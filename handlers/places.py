"""What Slack says of channels themselves: somebody came or left, it became shared or no longer is, its id changed."""

from typing import Any

from handlers.desk import UseCases
from handlers.envelopes import word

LOOKED_AT = ("member_joined_channel", "member_left_channel", "channel_shared", "channel_unshared")


def changed(cases: UseCases, event: dict[str, Any]) -> None:
    """Who reads there may have changed."""
    if channel := word(event, "channel"):
        cases.recheck(channel)


def moved(cases: UseCases, event: dict[str, Any]) -> None:
    """It is another channel to us from now on."""
    old, new = word(event, "old_channel_id"), word(event, "new_channel_id")
    if old and new:
        cases.moved(old, new)
