"""AWS's events as EventBridge words them: what one is known by, and what it is worth looking at; believes nothing else.

They come twice, in any order, or not at all, and name an id and nothing of what changed.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeGuard

SOURCE: Final = "aws.partnercentral-selling"
HEADER: Final = "x-cosell-key"  # in lower case: the header an API destination's connection authorises itself with
# An id of an event, or of what it is about: what any store takes, and no more than that.
_ID: Final = re.compile(r"[!-~]{1,100}")
_INVITATION: Final = "Engagement Invitation"  # older rules say "Opportunity Engagement Invitation"


@dataclass(frozen=True)
class AwsEvent:
    """One event: the same key whenever it is told again."""

    key: str
    referral_id: str | None = None
    is_invitation: bool = False


def is_authorised(headers: Mapping[str, str], secret: str) -> bool:
    """Whether a delivery carries the secret, compared in constant time."""
    return hmac.compare_digest(headers.get(HEADER, "").encode(), secret.encode())


def event_of(body: bytes, catalog: str) -> AwsEvent:
    """What an event asks to be looked at: nothing, when it is of another catalog or source, or is none at all."""
    told = _parsed(body)
    key = told.get("id")
    if not _is_id(key) or told.get("source") != SOURCE:
        return AwsEvent(f"unread.{hashlib.sha256(body).hexdigest()}")
    detail = _part(told, "detail")
    if detail.get("catalog") != catalog:
        return AwsEvent(key)
    identifier = _part(detail, "opportunity").get("identifier")
    return AwsEvent(
        key=key,
        referral_id=identifier if _is_id(identifier) else None,
        is_invitation=_INVITATION in str(told.get("detail-type")),
    )


def _is_id(told: object) -> TypeGuard[str]:
    return isinstance(told, str) and _ID.fullmatch(told) is not None


def _parsed(body: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _part(told: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}
