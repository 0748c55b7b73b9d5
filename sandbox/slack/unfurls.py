"""Links the app has registered for: it is told when somebody posts one, and may attach what it knows of it.

Slack tells it of links in every channel of its workspace, of nobody else's people's posts, and never of an app's.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from sandbox import cast
from sandbox.slack import entities, limits, posting
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.wire import Call, Json, SlackError
from sandbox.slack.workspace import Workspace

_LINK = re.compile(r"https?://[^\s|<>]+")
_MOST = 5  # blocks of one preview are few; links of one message that Slack asks about, too


def links_in(text: str, domains: Sequence[str]) -> list[Json]:
    """The links of a text whose host is one of these domains or below one."""
    found = []
    for url in dict.fromkeys(_LINK.findall(text)):
        host = urlsplit(url).hostname or ""
        domain = next((each for each in domains if host == each or host.endswith(f".{each}")), None)
        if domain:
            found.append({"domain": domain, "url": url})
    return found[:_MOST]


def tell(slack: Workspace, conversation: Conversation, message: Message) -> None:
    """Tell the app of the links it is registered for in a message of our own people."""
    author = slack.state.people[message.user]
    links = links_in(message.text, slack.settings.unfurl_domains)
    if not links or author.is_external or message.is_bot or message.viewer:
        return
    event: Json = {
        "type": "link_shared",
        "user": message.user,
        "channel": conversation.id,
        "message_ts": message.ts,
        "links": links,
        "unfurl_id": f"{conversation.id}-{message.ts}",
        "source": "conversations_history",
        "is_bot_user_member": cast.BOT_USER_ID in conversation.members,
        "event_ts": slack.mint.ts(),
    }
    event |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
    slack.emit(event, conversation if event["is_bot_user_member"] else None)


def unfurl(slack: Workspace, call: Call) -> Json:
    """chat.unfurl by channel and ts, as blocks or as Work Objects: what is attached again replaces what was."""
    conversation = slack.state.conversation(call.required("channel"))
    if conversation is None:
        raise SlackError("cannot_find_channel")
    message = conversation.messages.get(call.required("ts"))
    if message is None:
        raise SlackError("cannot_unfurl_message")
    previews = _previews(slack, call)
    shared = {link["url"] for link in links_in(message.text, slack.settings.unfurl_domains)}
    before = posting.as_shown(slack, conversation, message)
    if not set(previews) <= shared:
        raise SlackError("cannot_unfurl_url")
    for url, preview in previews.items():
        _attach(message, url, preview)
    posting.changed(slack, conversation, message, before)
    return {"ok": True}


def _previews(slack: Workspace, call: Call) -> dict[str, Json]:
    """What is to stand under each link."""
    unfurls, metadata = call.structure("unfurls"), call.structure("metadata")
    if metadata is not None:
        given = metadata.get("entities") if isinstance(metadata, dict) else None
        checked = [entities.check(slack, each, entities.UNDER_A_LINK) for each in given or [None]]
        return {entity["app_unfurl_url"]: entities.attached(slack, entity) for entity in checked}
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackError("missing_unfurls")
    return {url: _drawn(slack, preview) for url, preview in unfurls.items()}


def _drawn(slack: Workspace, preview: Json) -> Json:
    blocks = preview.get("blocks")
    if not isinstance(blocks, list) or not blocks or set(preview) - {"blocks", "preview"}:
        raise SlackError("invalid_unfurls_format")
    limits.check_message_blocks(blocks)
    return {"fallback": "[no preview available]", "blocks": posting.with_ids(blocks, slack.mint)}


def _attach(message: Message, url: str, preview: Json) -> None:
    others = [each for each in message.attachments if each.get("app_unfurl_url") != url]
    attached = {
        "id": len(others) + 1,
        "from_url": url,
        "app_unfurl_url": url,
        "is_app_unfurl": True,
        "app_id": cast.APP_ID,
        **preview,
    }
    message.attachments = [*others, attached]


METHODS = {"chat.unfurl": unfurl}
