"""Microsoft's notifications: whether one is Microsoft's, and what it is known by; believes nothing else in it.

A notification names the certificate it is signed with. That certificate is fetched only from the one host it may be at,
must be issued to Microsoft by an authority the operator trusts, and its key must have signed exactly these bytes.
"""

import base64
import hashlib
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from threading import Lock
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from connectors.microsoft.client import TIMEOUT
from connectors.microsoft.refusals import SYSTEM
from motions.errors import Unavailable
from motions.ports import Clock

SIGNER = "pcnotifications-dispatch.microsoft.com"
ORGANIZATION = "Microsoft Corporation"
_ALGORITHMS: Mapping[str, HashAlgorithm] = {  # SHA-1 is long broken, whatever the published sample still takes
    "rsa-sha256": SHA256(),
    "rsa-sha384": SHA384(),
    "rsa-sha512": SHA512(),
}
_LARGEST = 32 * 1024  # of a certificate
_KEPT = 8  # certificates


class ForgedError(Exception):
    """Not Microsoft's; the message says why, for our own log."""


@dataclass(frozen=True)
class Notification:
    """What a notification tells: that something happened, to be looked into."""

    key: str  # the same whenever the same is told again
    event: str

    @property
    def is_change(self) -> bool:
        """Whether a referral of ours may have changed."""
        return "referral-" in self.event


def open_notifications(authorities: bytes, host: str, clock: Clock) -> "Notifications":
    """The reader that trusts these authorities (PEM) and fetches certificates from one host; raises ValueError."""
    return Notifications(x509.load_pem_x509_certificates(authorities), host, clock)


class Notifications:
    """Reads notifications; remembers the few certificates they are signed with."""

    def __init__(self, authorities: list[x509.Certificate], host: str, clock: Clock) -> None:
        self._trusted = Store(authorities)
        self._host = host
        self._clock = clock
        self._lock = Lock()
        self._certificates: dict[str, x509.Certificate] = {}

    def __call__(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """What is told; raises ForgedError, or Unavailable when the certificate cannot be fetched."""
        scheme, _, signature = headers.get("authorization", "").partition(" ")
        algorithm = _ALGORITHMS.get(headers.get("x-ms-signature-algorithm", "").casefold())
        if scheme.casefold() != "signature" or not signature or algorithm is None:
            raise ForgedError("there is no signature of a kind we take")
        certificate = self._certificate(headers.get("x-ms-certificate-url", ""))
        self._check(certificate)
        _check_signature(certificate, signature, algorithm, body)
        return _told(body)

    def _check(self, certificate: x509.Certificate) -> None:
        names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        if [name.value for name in names] != [ORGANIZATION]:
            raise ForgedError(f"the certificate is not {ORGANIZATION}'s")
        now = self._clock.now().astimezone(UTC).replace(tzinfo=None)
        verifier = PolicyBuilder().store(self._trusted).time(now).build_server_verifier(x509.DNSName(SIGNER))
        try:
            verifier.verify(certificate, [])
        except VerificationError as error:
            raise ForgedError("no authority we trust vouches for the certificate today") from error

    def _certificate(self, url: str) -> x509.Certificate:
        _check_place(url, self._host)
        with self._lock:
            known = self._certificates.get(url)
        return known or self._fetched(url)

    def _fetched(self, url: str) -> x509.Certificate:
        try:
            with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=False, trust_env=False) as answer:
                raw = b"".join(_within(answer))
        except httpx.InvalidURL as error:
            raise ForgedError("the certificate's address is none") from error
        except httpx.HTTPError as error:
            raise Unavailable(SYSTEM, "the certificate of a notification cannot be fetched") from error
        if not answer.is_success:
            raise Unavailable(SYSTEM, f"the certificate of a notification is not there (HTTP {answer.status_code})")
        certificate = _parsed(raw)
        self._check(certificate)  # before it takes a place among those kept
        with self._lock:
            if len(self._certificates) >= _KEPT:
                self._certificates.clear()
            self._certificates[url] = certificate
        return certificate


def _check_place(url: str, host: str) -> None:
    try:
        parts = urlsplit(url)
        is_there = parts.netloc.casefold() == host.casefold()
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(parts.hostname or ""))
    except ValueError as error:
        raise ForgedError("the certificate's address is none") from error
    if not (is_there and is_safe):
        raise ForgedError(f"the certificate is not at https://{host}")


def _is_this_machine(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _within(answer: httpx.Response) -> list[bytes]:
    parts, size = [], 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > _LARGEST:
            raise ForgedError("the certificate is too large to be one")
        parts.append(part)
    return parts


def _parsed(raw: bytes) -> x509.Certificate:
    try:
        is_pem = raw.lstrip().startswith(b"-----BEGIN")
        return x509.load_pem_x509_certificate(raw) if is_pem else x509.load_der_x509_certificate(raw)
    except ValueError as error:
        raise ForgedError("the certificate cannot be read") from error


def _check_signature(certificate: x509.Certificate, signature: str, algorithm: HashAlgorithm, body: bytes) -> None:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise ForgedError("the certificate has no RSA key")
    try:
        key.verify(base64.b64decode(signature, validate=True), body, padding.PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError) as error:  # of what is no base64, or no ASCII even
        raise ForgedError("the signature does not fit these bytes") from error


def _told(body: bytes) -> Notification:
    try:
        told = json.loads(body)
        said = [str(told[name]) for name in ("EventName", "ResourceUri", "ResourceChangeUtcDate")]
    except (ValueError, KeyError, TypeError) as error:
        raise ForgedError("the body is no notification") from error
    return Notification(hashlib.sha256("\n".join(said).encode()).hexdigest(), said[0])
