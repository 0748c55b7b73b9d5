"""What the app's configuration page at Slack would hold, and how patient the emulator is; changes by control API."""

from dataclasses import asdict, dataclass, field, fields

from sandbox.slack.wire import Json, SlackError

BOT_EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "channel_id_changed",
    "channel_shared",
    "channel_unshared",
    "entity_details_requested",
    "link_shared",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
)
SHORTCUTS = (
    {"name": "Co-sell this", "type": "message", "callback_id": "cosell.message"},
    {"name": "Co-sell a deal", "type": "global", "callback_id": "cosell.start"},
)
# As docs/slack.md has them added to the manifest.
PROMPTS = (
    {"title": "What waits for me?", "message": "queue"},
    {"title": "What is cosell doing?", "message": "status"},
    {"title": "What can I ask?", "message": "help"},
)


@dataclass
class Settings:
    """The app's configuration and the emulator's timing."""

    ack_seconds: float = 3.0
    # Slack's documented schedule for events: at once, after a minute, after five.
    retry_delays: list[float] = field(default_factory=lambda: [0.0, 60.0, 300.0])
    trigger_seconds: float = 3.0
    dedupe_client_msg_id: bool = False  # not documented for apps: off unless asked for
    commands: list[str] = field(default_factory=lambda: ["/cosell"])
    shortcuts: list[Json] = field(default_factory=lambda: [dict(each) for each in SHORTCUTS])
    is_agent: bool = False  # "Agents" on the app's page: guests are locked out then
    prompts: list[Json] = field(default_factory=lambda: [dict(each) for each in PROMPTS])
    work_objects: bool = True  # "Work Object Previews" on the app's page, for items
    unfurl_domains: list[str] = field(default_factory=lambda: ["lightning.force.com"])
    bot_events: list[str] = field(default_factory=lambda: list(BOT_EVENTS))
    request_url: str = ""  # set: signed HTTP instead of Socket Mode
    signing_secret: str = ""
    link_url: str = ""  # set: where Socket Mode apps are sent instead, such as a relay that measures

    def change(self, wish: Json) -> None:
        """Set the named settings."""
        known = {each.name for each in fields(self)}
        for name, value in wish.items():
            if name not in known:
                raise SlackError(f"unknown_setting: {name}")
            setattr(self, name, value)

    def shown(self) -> Json:
        """All settings, the secret hidden."""
        return asdict(self) | {"signing_secret": "set" if self.signing_secret else ""}
