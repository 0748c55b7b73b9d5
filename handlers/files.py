"""Files in Slack: fetched whole, or put into a conversation, at Slack's own addresses alone; reads none of them."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from slack_sdk import WebClient

from handlers.slack_errors import name_of, translated
from motions.errors import Rejected, Unavailable, UserMistake
from motions.sheet_drops import SharedFile

_SYSTEM: Final = "Slack"
_HOST: Final = "slack.com"
_FILES: Final = ("https", "files.slack.com")
_PATIENCE: Final = httpx.Timeout(10, read=30)  # a download is repeated, never a write
_OK, _TOO_MANY, _SERVER_ERROR = 200, 429, 500
_GONE: Final = {"file_not_found", "file_deleted"}
_HERE: Final = {"hosted", "snippet"}  # of a file whose bytes Slack has; text such as CSV is a snippet there


class SlackFiles:
    """The Files port over the Web API."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def fetch(self, file_id: str, at_most: int) -> SharedFile:
        """One file whole, and never more than `at_most` bytes of it."""
        facts = self._facts(file_id)
        name = str(facts.get("name") or file_id)
        if facts.get("is_external") or facts.get("mode") not in _HERE:
            raise UserMistake("It lies outside Slack, where cosell does not go. Upload the file itself.")
        size = facts.get("size")
        if isinstance(size, int) and size > at_most:
            raise _too_large(at_most)
        address = str(facts.get("url_private_download") or facts.get("url_private") or "")
        return SharedFile(name, self._download(self._slacks_own(address), at_most))

    def upload(self, name: str, data: bytes, alt: str = "") -> str:
        """Put a file where nobody sees it; Slack forgets it again unless it is shared."""
        with translated("files.getUploadURLExternal"):
            answer = self._client.files_getUploadURLExternal(filename=name, length=len(data), alt_txt=alt or None)
        address = self._slacks_own(str(answer["upload_url"]))
        try:
            taken = httpx.post(address, content=data, timeout=_PATIENCE, follow_redirects=False)
        except httpx.HTTPError as error:
            raise Unavailable(_SYSTEM, "the upload of a file broke off") from error
        _check_upload(taken)
        return str(answer["file_id"])

    def share(self, file_id: str, name: str, channel: str, thread_ts: str | None = None, words: str = "") -> None:
        """Show an uploaded file in a thread or a channel; Slack does it a moment after it answers."""
        with translated("files.completeUploadExternal", sends_once=True):
            self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": name}],
                channel_id=channel,
                thread_ts=thread_ts,
                initial_comment=words or None,
            )

    def _facts(self, file_id: str) -> Mapping[str, Any]:
        try:
            with translated("files.info"):
                facts: Mapping[str, Any] = self._client.files_info(file=file_id)["file"]
        except Rejected as error:
            if name_of(error.__cause__) in _GONE:
                raise UserMistake("It is not in Slack any more, or not where cosell may read it.") from error
            raise
        return facts

    def _slacks_own(self, address: str) -> str:
        """Where bytes are, or go; neither they nor the token go to another host, whatever an answer says."""
        found, ours = urlsplit(address), urlsplit(str(self._client.base_url))
        allowed = _FILES if ours.hostname == _HOST else (ours.scheme, ours.netloc)
        if (found.scheme, found.netloc) != allowed:
            raise Rejected(_SYSTEM, "a file's address is not Slack's own; nothing went there")
        return address

    def _download(self, address: str, at_most: int) -> bytes:
        headers = {"Authorization": f"Bearer {self._client.token}"}
        try:
            with (
                httpx.Client(timeout=_PATIENCE, follow_redirects=False) as http,
                http.stream("GET", address, headers=headers) as answer,
            ):
                _check(answer)
                return _whole(answer, at_most)
        except httpx.HTTPError as error:
            raise Unavailable(_SYSTEM, "the download of a file broke off") from error


def _check(answer: httpx.Response) -> None:
    _must_be_there(answer, "fetched")
    # Who may not read it is sent to the sign-in page, with a status that looks like success.
    if answer.status_code != _OK or answer.headers.get("Content-Type", "").startswith("text/html"):
        raise Rejected(_SYSTEM, "the file may not be fetched; install the app again with the scopes of manifest.yml")


def _check_upload(answer: httpx.Response) -> None:
    _must_be_there(answer, "uploaded")
    if answer.status_code != _OK:
        raise Rejected(_SYSTEM, f"the upload of a file was refused ({answer.status_code})")


def _must_be_there(answer: httpx.Response, what: str) -> None:
    if answer.status_code == _TOO_MANY or answer.status_code >= _SERVER_ERROR:
        wait = answer.headers.get("Retry-After", "")
        raise Unavailable(_SYSTEM, f"a file cannot be {what} now", retry_after=float(wait) if wait.isdigit() else None)


def _whole(answer: httpx.Response, at_most: int) -> bytes:
    data = bytearray()
    for part in answer.iter_bytes():
        data += part
        if len(data) > at_most:
            raise _too_large(at_most)
    return bytes(data)


def _too_large(at_most: int) -> UserMistake:
    return UserMistake(f"It is larger than {at_most // 1024 // 1024} MB, so it was not fetched. Split it.")
