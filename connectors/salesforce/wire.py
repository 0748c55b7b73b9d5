"""The HTTP adapter under the vendor's client: a timeout on every call, the stand-in's address, what each answer says.

It is responsible for what the client leaves out (it has no timeout, no base-URL switch and drops response headers);
it refuses to know what is asked or answered.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from connectors.http import Timeout

_USAGE = re.compile(r"api-usage=(\d+)/(\d+)")


@dataclass(frozen=True)
class Budget:
    """How many of the org's daily API calls are used."""

    used: int
    total: int


@dataclass(frozen=True)
class Answer:
    """What the last response said besides its body."""

    status: int
    headers: Mapping[str, str]

    @property
    def date(self) -> datetime | None:
        """The server's own clock, in UTC."""
        try:
            return parsedate_to_datetime(self.headers.get("Date", ""))
        except ValueError:
            return None

    @property
    def budget(self) -> Budget | None:
        """The usage the server counted, this call included."""
        usage = _USAGE.search(self.headers.get("Sforce-Limit-Info", ""))
        return Budget(int(usage[1]), int(usage[2])) if usage else None


class Wire(HTTPAdapter):
    """One thread's transport."""

    def __init__(self, timeout: Timeout, emulator_url: str | None = None) -> None:
        super().__init__()
        self._timeout = (timeout.connect, timeout.read)
        self._emulator_url = emulator_url.rstrip("/") if emulator_url else None
        self.last: Answer | None = None

    # The signature is the base class's; the session passes everything by keyword.
    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send with our timeout, to the stand-in when there is one, and remember what the answer's headers say."""
        self.last = None
        kwargs["timeout"] = self._timeout
        if self._emulator_url:
            request = _redirected(request, self._emulator_url)
            kwargs["proxies"] = {}  # the stand-in is on this machine
        response = super().send(request, *args, **kwargs)
        self.last = Answer(response.status_code, response.headers)
        return response


def session_over(wire: Wire) -> requests.Session:
    """A session whose every call goes over this wire; plain HTTP has no adapter and fails."""
    session = requests.Session()
    session.adapters.clear()
    session.mount("https://", wire)
    return session


def _redirected(request: requests.PreparedRequest, base: str) -> requests.PreparedRequest:
    asked = urlsplit(request.url or "")
    moved = request.copy()
    moved.headers["Host"] = str(asked.netloc)
    moved.url = base + str(asked.path) + (f"?{asked.query}" if asked.query else "")
    return moved
