"""What Slack says of channels themselves: somebody came or left, it became shared or no longer is, its id changed."""

from typing import Any

from handlers.desk import Identity, UseCases
from handlers.envelopes import word

LOOKED_AT = ("member_left_channel", "channel_shared", "channel_unshared")


def changed(cases: UseCases, event: dict[str, Any]) -> None:
    """Who reads there may have changed."""
    if channel := word(event, "channel"):
        cases.recheck(channel)


def joined(cases: UseCases, us: Identity, event: dict[str, Any]) -> None:
    """Somebody came; when it was the bot, it asks what it is there for."""
    changed(cases, event)
    channel = word(event, "channel")
    if channel and event.get("user") == us.bot_user_id:
        cases.welcome(channel)


def moved(cases: UseCases, event: dict[str, Any]) -> None:
    """It is another channel to us from now on."""
    old, new = word(event, "old_channel_id"), word(event, "new_channel_id")
    if old and new:
        cases.moved(old, new)
