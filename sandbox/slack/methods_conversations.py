"""conversations.*: what the app may know of channels and read in them; knows no HTTP."""

from collections.abc import Sequence

from sandbox import cast
from sandbox.slack import payloads, posting, rooms
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.mint import moment
from sandbox.slack.wire import Call, Json, SlackError
from sandbox.slack.workspace import Workspace

_MOST_USERS = 8


def info(slack: Workspace, call: Call) -> Json:
    """conversations.info."""
    conversation = rooms.visible(slack, call.required("channel"))
    with_members = call.flag("include_num_members")
    return {"ok": True, "channel": payloads.channel_object(conversation, with_members=with_members)}


def members(slack: Workspace, call: Call) -> Json:
    """conversations.members, everybody's of a shared channel."""
    conversation = rooms.visible(slack, call.required("channel"))
    ids, more = rooms.page(call, conversation.members)
    return {"ok": True, "members": ids} | more


def history(slack: Workspace, call: Call) -> Json:
    """conversations.history, newest first."""
    conversation = rooms.readable(slack, call.required("channel"))
    roots = [conversation.messages[ts] for ts in reversed(conversation.roots)]
    return _messages(slack, call, conversation, _within(call, roots))


def replies(slack: Workspace, call: Call) -> Json:
    """conversations.replies: the root, then its replies, oldest first."""
    conversation = rooms.readable(slack, call.required("channel"))
    asked = conversation.messages.get(call.required("ts"))
    if asked is None:
        raise SlackError("thread_not_found")
    root = conversation.messages[asked.thread_ts or asked.ts]
    thread = [root, *_within(call, conversation.replies(root.ts))]
    return _messages(slack, call, conversation, thread, default=1000)


def open_dm(slack: Workspace, call: Call) -> Json:
    """conversations.open: the bot's direct message with one person."""
    if call.text("channel"):
        return {"ok": True, "channel": {"id": rooms.visible(slack, call.text("channel")).id}}
    users = [user for user in call.text("users").strip("[]").replace('"', "").split(",") if user.strip()]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("too_many_users" if len(users) > _MOST_USERS else "method_not_supported_for_channel_type")
    person = rooms.known_person(slack, users[0].strip())
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    if slack.state.is_stranger(person):
        raise SlackError("invalid_user_combination")
    conversation = slack.state.dm(person)
    shown = payloads.channel_object(conversation) if call.flag("return_im") else {"id": conversation.id}
    return {"ok": True, "channel": shown}


def list_all(slack: Workspace, call: Call) -> Json:
    """conversations.list."""
    return _listed(call, [c for c in slack.state.conversations.values() if _listable(c)])


def of_user(slack: Workspace, call: Call) -> Json:
    """users.conversations: where the bot, or somebody, is."""
    person = rooms.known_person(slack, call.text("user") or cast.BOT_USER_ID)
    return _listed(call, [c for c in slack.state.of_member(person.id) if _listable(c)])


def join(slack: Workspace, call: Call) -> Json:
    """conversations.join: the bot enters a public channel."""
    conversation = rooms.visible(slack, call.required("channel"))
    if conversation.is_dm or conversation.private:
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.archived:
        raise SlackError("is_archived")
    if cast.BOT_USER_ID not in conversation.members:
        posting.join(slack, conversation, cast.BOT_USER_ID)
    return {"ok": True, "channel": payloads.channel_object(conversation)}


def _listed(call: Call, conversations: list[Conversation]) -> Json:
    kinds = {kind.strip() for kind in (call.text("types") or "public_channel").split(",")}
    wanted = [c for c in conversations if _type(c) in kinds and not (call.flag("exclude_archived") and c.archived)]
    found, more = rooms.page(call, wanted)
    return {"ok": True, "channels": [payloads.channel_object(c, with_members=True) for c in found]} | more


def _listable(conversation: Conversation) -> bool:
    return not conversation.private or cast.BOT_USER_ID in conversation.members


def _type(conversation: Conversation) -> str:
    if conversation.is_dm:
        return "im"
    return "private_channel" if conversation.private else "public_channel"


def _within(call: Call, messages: Sequence[Message]) -> list[Message]:
    oldest, latest = call.text("oldest", "0"), call.text("latest")
    low, high = moment(oldest), moment(latest) if latest else None
    inclusive = call.flag("inclusive")

    def wanted(message: Message) -> bool:
        at = moment(message.ts)
        if inclusive and at in (low, high):
            return True
        return at > low and (high is None or at < high)

    if not latest and low == 0:
        return list(messages)
    return [message for message in messages if wanted(message)]


def _messages(
    slack: Workspace, call: Call, conversation: Conversation, messages: list[Message], default: int = 100
) -> Json:
    found, more = rooms.page(call, messages, default)
    with_metadata = call.flag("include_all_metadata")
    shown = [
        payloads.message_object(m, slack.state.people[m.user], conversation, with_metadata=with_metadata) for m in found
    ]
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {"ok": True, "messages": shown, "has_more": has_more, "pin_count": 0} | more


METHODS = {
    "conversations.info": info,
    "conversations.members": members,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.open": open_dm,
    "conversations.list": list_all,
    "conversations.join": join,
    "users.conversations": of_user,
}
