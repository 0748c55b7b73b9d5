"""Ed25519 keys in files of their own, and what is signed with them; the only module that touches those keys.

A key is made at its first use, readable by this user alone. Several machines share one folder, or each would sign with
keys the others do not know.
"""

import base64
import os
import re
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from bot.settings import SettingsError
from motions.grant_terms import Signature

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


class FileKeys:
    """`motions.ports.Signer` over one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sign(self, key: str, text: str) -> Signature:
        """Sign a text; the key is made when there is none. Raises SettingsError when the folder cannot be used."""
        try:
            private = self._read(key) or self._made(key)
        except (OSError, ValueError, TypeError) as error:
            path = self._folder / f"{key}.pem"
            raise SettingsError(f"The key {path} cannot be used ({error}). See COSELL_KEYS.") from error
        return Signature(key, _public(private), _encoded(private.sign(text.encode())))

    def is_signed(self, signature: Signature, text: str) -> bool:
        """Whether the key that a signature names signed exactly this text."""
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signature.public_key, validate=True))
            key.verify(base64.b64decode(signature.value, validate=True), text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    def public_key(self, key: str) -> str | None:
        """The public half of a key of this folder, or None when it holds no such key."""
        try:
            private = self._read(key)
        except (OSError, ValueError, TypeError):
            return None
        return _public(private) if private else None

    def _read(self, key: str) -> Ed25519PrivateKey | None:
        try:
            found = load_pem_private_key(self._path(key).read_bytes(), password=None)
        except FileNotFoundError:
            return None
        if not isinstance(found, Ed25519PrivateKey):
            raise TypeError("it is no Ed25519 key")
        return found

    def _made(self, key: str) -> Ed25519PrivateKey:
        """A new key, or the one that another process made meanwhile: the name appears with the whole file behind it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=".")  # readable by this user alone
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self._path(key))
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
        made = self._read(key)
        assert made is not None
        return made

    def _path(self, key: str) -> Path:
        if not _NAME.fullmatch(key):
            raise ValueError(f"{key!r} cannot be the name of a key")
        return self._folder / f"{key}.pem"


def _public(key: Ed25519PrivateKey) -> str:
    return _encoded(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
