"""Joins one emulated workspace's parts: memory, delivery, open pages, what each person saw; holds no Slack rule."""

from collections import deque
from datetime import timedelta

from sandbox import cast
from sandbox.clock import WorldClock
from sandbox.slack import payloads
from sandbox.slack.conversations import Conversation
from sandbox.slack.delivery import Delivery
from sandbox.slack.faults import Faults
from sandbox.slack.links import Links
from sandbox.slack.live import Live
from sandbox.slack.mint import Mint
from sandbox.slack.pacing import Pacer
from sandbox.slack.people import Person
from sandbox.slack.settings import Settings
from sandbox.slack.state import Hook, State, Trigger, new_state
from sandbox.slack.wire import Json

_REMEMBERED_CALLS = 20_000
_HOOK_LIFE = timedelta(minutes=30)


class Workspace:
    """One emulated Slack: everything its endpoints share. Touched from one event loop only."""

    def __init__(self, clock: WorldClock, *, with_sellers: bool) -> None:
        self.clock = clock
        self.settings = Settings()
        self.mint = Mint(clock)
        self.links = Links(self.mint)
        self.delivery = Delivery(self.settings, self.links, self.mint)
        self.live = Live()
        self._with_sellers = with_sellers
        self.reset()

    def reset(self) -> None:
        """Begin again with a fresh world; the app's configuration and connections stay."""
        self.delivery.forget()
        self.faults = Faults()
        self.pacer = Pacer()
        self.calls: deque[Json] = deque(maxlen=_REMEMBERED_CALLS)
        self.state: State = new_state(self.mint.epoch(), with_sellers=self._with_sellers)
        self.live.tell_all({"type": "workspace"})

    def emit(self, event: Json, conversation: Conversation | None) -> None:
        """Send an event to the app, if it subscribed to the kind and may see the conversation."""
        if conversation is not None and cast.BOT_USER_ID not in conversation.members:
            return
        name = event["type"]
        if name == "message" and conversation is not None:
            name = {"im": "message.im", "group": "message.groups"}.get(conversation.kind, "message.channels")
        if name in self.settings.bot_events:
            event_id, at = self.mint.id("Ev"), self.mint.epoch()
            self.delivery.emit(payloads.event_callback(event, conversation, event_id, at))

    def show(self, person_id: str, kind: str, content: Json, *, channel: str = "", ts: str = "") -> None:
        """Record what reached a person's eyes or client, for the leak oracle."""
        if person_id != cast.BOT_USER_ID:
            seen = self.state.seen.setdefault(person_id, [])
            seen.append({"kind": kind, "channel": channel, "ts": ts, "content": content})

    def notice(self, person_id: str, text: str) -> None:
        """Show a person a passing remark of Slack's own, such as a timed-out click."""
        self.show(person_id, "notice", {"text": text})
        self.live.tell(person_id, {"type": "notice", "text": text})

    def new_trigger(self, person: Person) -> str:
        """A trigger_id for a gesture made now."""
        trigger_id = self.mint.trigger_id()
        self.state.triggers[trigger_id] = Trigger(person.id, self.clock.now())
        return trigger_id

    def new_hook(self, person: Person, channel: str, base: str, *, message_ts: str = "", thread_ts: str = "") -> str:
        """A response_url for a gesture made now; `base` is where the emulator is reached."""
        secret = self.mint.secret()
        expires_at = self.clock.now() + _HOOK_LIFE
        self.state.hooks[secret] = Hook(person.id, channel, expires_at, message_ts, thread_ts)
        return f"{base}hooks/{cast.MERIDIAN.id}/{secret}"
