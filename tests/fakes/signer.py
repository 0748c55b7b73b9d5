"""A signer in memory: a digest over key and text instead of Ed25519, and as easily told from any other."""

from dataclasses import dataclass, field
from hashlib import sha256

from motions.grant_terms import Signature


@dataclass
class FakeSigner:
    """Implements `motions.ports.Signer`; a key is known once it has signed."""

    owner: str = ""  # two companies' keys of one name are two keys
    known: set[str] = field(default_factory=set)

    def sign(self, key: str, text: str) -> Signature:
        self.known.add(key)
        public = _public(f"{self.owner}{key}")
        return Signature(key, public, _signed(public, text))

    def is_signed(self, signature: Signature, text: str) -> bool:
        return signature.value == _signed(signature.public_key, text)

    def public_key(self, key: str) -> str | None:
        return _public(f"{self.owner}{key}") if key in self.known else None


def _public(key: str) -> str:
    return f"public half of {key}"


def _signed(public_key: str, text: str) -> str:
    return sha256(f"{public_key}:{text}".encode()).hexdigest()
