"""Files the app uploads: an address is handed out, bytes are put there, and completing shares them; never before."""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from sandbox import cast
from sandbox.slack import files, posting, rooms
from sandbox.slack.conversations import Message
from sandbox.slack.faults import Kind
from sandbox.slack.state import StoredFile, Upload
from sandbox.slack.wire import Call, Json, SlackError
from sandbox.slack.workspace import Workspace

_UPLOAD = "files.upload"  # what a fault of the upload itself is ordered under: it is no method of the Web API
_AWAY, _BAD = 503, 400
_LONGEST_ALT = 1000


def get_address(slack: Workspace, call: Call) -> Json:
    """files.getUploadURLExternal: a file's id, and where to put as many bytes as were named."""
    name, length = call.required("filename"), call.number("length", 0)
    if len(call.text("alt_txt")) > _LONGEST_ALT:
        raise SlackError("invalid_arguments", ["[ERROR] must be less than 1001 characters: alt_txt"])
    if length <= 0:
        raise SlackError("invalid_arguments", ["[ERROR] must be greater than 0: length"])
    file = StoredFile(
        id=slack.mint.id("F"),
        name=name,
        user=cast.BOT_USER_ID,
        channel="",
        data=b"",
        created=slack.mint.epoch(),
        base=call.base,
        alt=call.text("alt_txt"),
    )
    ticket = slack.mint.id("U")
    slack.state.uploads[file.id] = Upload(file, ticket, length)
    return {"ok": True, "upload_url": f"{call.base}upload/v1/{ticket}", "file_id": file.id}


def complete(slack: Workspace, call: Call) -> Json:
    """files.completeUploadExternal: one file, shared to one conversation; what is completed twice is shared twice."""
    wanted = call.structure("files")
    if not isinstance(wanted, list) or len(wanted) != 1 or not isinstance(wanted[0], dict):
        raise SlackError("invalid_arguments", ["[ERROR] the emulator takes one file at a time: files"])
    upload = slack.state.uploads.get(str(wanted[0].get("id")))
    if upload is None or upload.data is None:
        raise SlackError("file_not_found")
    conversation = rooms.writable(slack, call.required("channel_id"))
    thread_ts = call.text("thread_ts")
    if thread_ts and thread_ts not in conversation.messages:
        raise SlackError("thread_not_found")
    title = str(wanted[0].get("title") or upload.file.name)
    file = replace(upload.file, channel=conversation.id, data=upload.data, title=title)
    slack.state.files[file.id] = file
    message = Message(slack.mint.ts(), conversation.id, cast.BOT_USER_ID, call.text("initial_comment"))
    message.subtype, message.thread_ts = "file_share", thread_ts
    message.files = [files.file_part(file, conversation)]
    posting.post(slack, conversation, message)
    return {"ok": True, "files": [files.file_object(file)]}


@dataclass
class Uploads:
    """The endpoint behind an upload's address: whoever has it may put the bytes there, as long as they are as many."""

    slack: Workspace

    async def endpoint(self, request: Request) -> Response:
        """Take one file."""
        ticket = str(request.path_params["ticket"])
        upload = next((each for each in self.slack.state.uploads.values() if each.ticket == ticket), None)
        fault = self.slack.faults.take(_UPLOAD, "")
        if fault is not None and fault.kind is Kind.HTTP_503_HTML:
            return HTMLResponse("<!DOCTYPE html><h1>Slack is unavailable right now</h1>", _AWAY)
        data = await request.body()
        if upload is None or len(data) != upload.length:
            return PlainTextResponse("the upload does not fit what was announced", _BAD)
        upload.data = data
        told: Json = {"method": _UPLOAD, "args": {"file": upload.file.id}, "ok": True, "error": None, "ts": None}
        self.slack.calls.append({"at": self.slack.clock.now().isoformat(), "status": 200, **told})
        return PlainTextResponse(f"OK - {len(data)}")


METHODS = {"files.getUploadURLExternal": get_address, "files.completeUploadExternal": complete}
