"""Files people share: kept whole, told of as Slack does, handed out to whoever may read the conversation."""

import struct
from mimetypes import guess_type
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox import cast
from sandbox.slack import rooms
from sandbox.slack.conversations import Conversation
from sandbox.slack.faults import Kind
from sandbox.slack.state import StoredFile
from sandbox.slack.wire import Call, Json, SlackError
from sandbox.slack.workspace import Workspace

_NOT_FOUND, _TOO_MANY, _AWAY = 404, 429, 503
_SIZED = 24  # bytes, after which a PNG's header has told its size
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_DOWNLOAD = "files.download"  # what a fault of a download is ordered under: it is no method of the Web API


def file_object(file: StoredFile) -> Json:
    """A file as messages and files.info show it."""
    kind = file.name.rpartition(".")[2].lower() if "." in file.name else "text"
    key = f"{cast.MERIDIAN.id}-{file.id}"
    address = f"{file.base}files-pri/{key}"
    elsewhere = f"https://files.elsewhere.example/{file.id}"
    mimetype = guess_type(file.name)[0] or "application/octet-stream"
    is_text = mimetype.startswith("text/")  # which Slack keeps as a snippet that people may edit there
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": mimetype,
        **({"alt_txt": file.alt} if file.alt else {}),
        **_size_of(file.data),
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": cast.MERIDIAN.id,
        "editable": is_text,
        "size": len(file.data),
        "mode": "external" if file.is_external else "snippet" if is_text else "hosted",
        "is_external": file.is_external,
        "external_type": "gdrive" if file.is_external else "",
        "is_public": True,
        "public_url_shared": False,
        "url_private": elsewhere if file.is_external else f"{address}/{quote(file.name)}",
        "url_private_download": elsewhere if file.is_external else f"{address}/download/{quote(file.name)}",
        "permalink": f"{file.base}files/{file.user}/{file.id}/{quote(file.name)}",
        "channels": [file.channel],
        "file_access": "visible",
    }


def _size_of(data: bytes) -> Json:
    """How large a PNG is, as its header says; Slack tells it of every picture."""
    if not data.startswith(_PNG) or len(data) < _SIZED:
        return {}
    width, height = struct.unpack(">II", data[16:24])
    return {"original_w": width, "original_h": height}


def file_part(file: StoredFile, conversation: Conversation) -> Json:
    """A file in a message; in a shared channel the app is told no more than that there is one."""
    if conversation.is_shared:
        return {"id": file.id, "created": 0, "timestamp": 0, "user": "", "file_access": "check_file_info"}
    return file_object(file)


def info(slack: Workspace, call: Call) -> Json:
    """files.info: of a file in a conversation the bot is in."""
    return {"ok": True, "file": file_object(_seen(slack, call.required("file"))), "comments": []}


class Downloads:
    """The endpoint behind url_private: the token goes in the header, and anybody without one meets the sign-in page."""

    def __init__(self, slack: Workspace) -> None:
        self._slack = slack

    async def endpoint(self, request: Request) -> Response:
        """Hand out one file."""
        if request.headers.get("authorization", "") != f"Bearer {cast.BOT_TOKEN}":
            return RedirectResponse(f"/?redir={quote(request.url.path)}", 302)
        team, _, file_id = str(request.path_params["key"]).partition("-")
        try:
            file = _seen(self._slack, file_id)
        except SlackError:
            return HTMLResponse("<!DOCTYPE html><h1>File not found</h1>", _NOT_FOUND)
        if team != cast.MERIDIAN.id or file.is_external:
            return HTMLResponse("<!DOCTYPE html><h1>File not found</h1>", _NOT_FOUND)
        told: Json = {"method": _DOWNLOAD, "args": {"file": file.id}, "ok": True, "error": None, "ts": None}
        self._slack.calls.append({"at": self._slack.clock.now().isoformat(), "status": 200, **told})
        fault = self._slack.faults.take(_DOWNLOAD, file.channel)
        if fault is not None and fault.kind is Kind.HTTP_503_HTML:
            return HTMLResponse("<!DOCTYPE html><h1>Slack is unavailable right now</h1>", _AWAY)
        if fault is not None and fault.kind is Kind.RATE_LIMITED:
            return Response(status_code=_TOO_MANY, headers={"Retry-After": str(fault.retry_after)})
        return Response(file.data, media_type=str(file_object(file)["mimetype"]))


METHODS = {"files.info": info}


def _seen(slack: Workspace, file_id: str) -> StoredFile:
    """The file, when the bot is where it was shared."""
    file = slack.state.files.get(file_id)
    if file is None:
        raise SlackError("file_not_found")
    try:
        rooms.readable(slack, file.channel)
    except SlackError as hidden:
        raise SlackError("file_not_found") from hidden
    return file
