"""An app declared an agent: sessions people can stop, and no guests.

Slack's words: docs.slack.dev/ai/agent-sessions, /reference/events/agent_session_stopped, /ai/developing-agents.
"""

from sandbox.slack.interactions import Actor
from sandbox.slack.wire import Json, SlackError


def locked_out(actor: Actor) -> Json | None:
    """What a guest hears who turns to an agent; None: they may."""
    if not (actor.slack.settings.is_agent and actor.person.guest_of):
        return None
    return actor.refused("agent_not_available", "Guests cannot use apps that are agents.")


async def stop(actor: Actor, body: Json) -> Json:
    """Press the stop button of a session that is worked on: {channel, thread_ts}; its status is the app's to change."""
    conversation, thread_ts = actor.room(str(body.get("channel"))), str(body.get("thread_ts"))
    session = actor.slack.state.sessions.get(f"{conversation.id}:{thread_ts}")
    if session is None or session.get("status") != "processing":
        raise SlackError("session_not_processing")
    event: Json = {
        "type": "agent_session_stopped",
        "channel": conversation.id,
        "thread_ts": thread_ts,
        "user": actor.person.id,
        "streaming_message_ts": [],
        "event_ts": actor.slack.mint.ts(),
    }
    actor.slack.emit(event, conversation)
    return {"ok": True}
