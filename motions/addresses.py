"""Where a partner's own cosell is and which key is its own: what partners.yml may say of it; connects to nothing."""

import base64
from urllib.parse import urlsplit

KEY_BYTES = 32  # of an Ed25519 public key
_HERE = {"127.0.0.1", "localhost", "::1"}


def a_key(key: str) -> str:
    """The key, if it may be one; ValueError says where it comes from."""
    try:
        is_key = len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except ValueError:
        is_key = False
    if not is_key:
        raise ValueError("public_key is what the partner's `cosell keys show` prints: 44 characters of base64")
    return key


def a_door(url: str) -> str:
    """The address, without a slash at its end; ValueError says what it looks like."""
    parts = urlsplit(url)
    is_here = parts.scheme == "http" and parts.hostname in _HERE
    is_bare = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
    if not (is_here or parts.scheme == "https") or not parts.hostname or not is_bare:
        raise ValueError("url is https:// and the host of the partner's cosell, such as https://cosell.example.com")
    return url.rstrip("/")
