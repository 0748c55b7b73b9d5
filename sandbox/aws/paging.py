"""Pages and their opaque tokens, the same for every list; knows nothing of what is listed."""

import base64
import binascii
from typing import TypeVar, cast

from sandbox.aws.wire import Body, Code, FieldError, malformed, text

T = TypeVar("T")
_PAGE = 20


def paged(items: list[T], request: Body) -> tuple[list[T], str | None]:
    """One page, and the token of the next."""
    size = cast("int", request.get("MaxResults", _PAGE))
    start = _offset(text(request, "NextToken"))
    following = start + size
    token = base64.urlsafe_b64encode(f"page:{following}".encode()).decode() if following < len(items) else None
    return items[start:following], token


def _offset(token: str) -> int:
    if not token:
        return 0
    try:
        kind, _, offset = base64.urlsafe_b64decode(token).decode().partition(":")
        if kind == "page":
            return int(offset)
    except (binascii.Error, ValueError):
        pass
    raise malformed([FieldError("nextToken", "The NextToken is not valid.", Code.VALUE)])
