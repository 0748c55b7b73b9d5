"""Identifiers and ARNs in the service's own shapes, the same in every run; knows no record."""

import hashlib
import uuid

PARTNER_ACCOUNT = "222222222222"
AWS_ACCOUNT = "390403897881"
REGION = "us-east-1"
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def unique(kind: str, number: int, length: int) -> str:
    """A UUID (length 32) or a base-36 string, fixed by its kind and number."""
    digest = hashlib.sha256(f"{kind}:{number}".encode()).digest()
    if length == 32:  # noqa: PLR2004 - the length of a UUID's digits
        return str(uuid.UUID(bytes=digest[:16]))
    value = int.from_bytes(digest, "big")
    return "".join(_ALPHABET[value // 36**place % 36] for place in range(length))


def arn(catalog: str, kind: str, identifier: str) -> str:
    """The ARN of a resource; only opportunities and solutions carry the account."""
    account = PARTNER_ACCOUNT if kind in ("opportunity", "solution") else ""
    return f"arn:aws:partnercentral:{REGION}:{account}:catalog/{catalog}/{kind}/{identifier}"


def bare(identifier: str) -> str:
    """The id inside an ARN, or the id itself."""
    return identifier.rsplit("/", 1)[-1]
