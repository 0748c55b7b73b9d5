"""response_url and acknowledgement replies: ephemeral, in-channel, replacing or deleting; knows no transport."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox import cast
from sandbox.slack import limits, posting
from sandbox.slack.conversations import Conversation, Message
from sandbox.slack.limits import POST_TEXT
from sandbox.slack.state import Hook
from sandbox.slack.wire import Blocks, Json, SlackError, read_json
from sandbox.slack.workspace import Workspace

_BAD_REQUEST, _NOT_FOUND = 400, 404


class Hooks:
    """The endpoint behind every response_url."""

    def __init__(self, slack: Workspace) -> None:
        self._slack = slack

    async def endpoint(self, request: Request) -> JSONResponse:
        """Use a response_url once."""
        try:
            hook = self._usable(request.path_params["secret"])
        except SlackError as gone:
            return JSONResponse(gone.body(), _NOT_FOUND)
        try:
            reply(self._slack, hook, await read_json(request))
        except SlackError as refusal:
            return JSONResponse(refusal.body(), _BAD_REQUEST)
        hook.uses_left -= 1
        return JSONResponse({"ok": True})

    def _usable(self, secret: str) -> Hook:
        hook = self._slack.state.hooks.get(secret)
        if hook is None:
            raise SlackError("no_service")
        if self._slack.clock.now() > hook.expires_at:
            raise SlackError("expired_url")
        if hook.uses_left == 0:
            raise SlackError("used_url")
        return hook


def reply(slack: Workspace, hook: Hook, answer: Json) -> None:
    """Do what an answer asks: delete or replace the original, or say something new."""
    conversation = slack.state.conversations[hook.channel]
    if answer.get("delete_original"):
        posting.remove(slack, conversation, _original(conversation, hook))
        return
    text, blocks = _content(answer)
    if answer.get("replace_original"):
        _replace(slack, conversation, _original(conversation, hook), text, blocks)
        return
    message = Message(
        slack.mint.ts(),
        conversation.id,
        cast.BOT_USER_ID,
        text,
        posting.with_ids(blocks, slack.mint),
        thread_ts=str(answer.get("thread_ts") or hook.thread_ts),
        viewer="" if answer.get("response_type") == "in_channel" else hook.user,
    )
    posting.post(slack, conversation, message)


def _original(conversation: Conversation, hook: Hook) -> Message:
    message = conversation.find(hook.message_ts, hook.user)
    if message is None:
        raise SlackError("message_not_found")
    return message


def _content(answer: Json) -> tuple[str, Blocks]:
    text, blocks = str(answer.get("text") or ""), answer.get("blocks") or []
    if not text and not blocks:
        raise SlackError("no_text")
    limits.check_text(text, POST_TEXT)
    return text, limits.check_message_blocks(blocks)


def _replace(slack: Workspace, conversation: Conversation, message: Message, text: str, blocks: Blocks) -> None:
    before = posting.as_shown(slack, conversation, message)
    message.text, message.blocks = text, posting.with_ids(blocks, slack.mint)
    message.edited = {"user": cast.BOT_USER_ID, "ts": slack.mint.ts()}
    posting.changed(slack, conversation, message, before)
