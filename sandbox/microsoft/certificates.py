"""The certificate that signs notifications, and the authority that issued it; made at the first need, never kept."""

import base64
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ALGORITHM = "rsa-sha256"
SIGNER = "pcnotifications-dispatch.microsoft.com"
_BITS = 2048
_LASTS = timedelta(days=365)


class Seal:
    """One authority and one signing certificate; `organization` may be somebody else's, to be refused.

    Seals of one `authority` share their keys, which take a moment to make; another number is another authority.
    """

    def __init__(
        self, now: datetime, organization: str = "Microsoft Corporation", signer: str = SIGNER, authority: int = 0
    ) -> None:
        root_key, self._key = _key(authority, "root"), _key(authority, "signer")
        root_name = _name("Sandbox issuing authority", organization)
        self._root = _certificate(root_name, root_name, root_key, root_key, now, signer=None)
        self._leaf = _certificate(_name(signer, organization), root_name, self._key, root_key, now, signer=signer)

    @property
    def authority_pem(self) -> bytes:
        """The authority's certificate: what a receiver is to trust."""
        return self._root.public_bytes(Encoding.PEM)

    @property
    def certificate_der(self) -> bytes:
        """The signing certificate, as it is served."""
        return self._leaf.public_bytes(Encoding.DER)

    def sign(self, body: bytes) -> str:
        """The signature of a body, in base64."""
        return base64.b64encode(self._key.sign(body, padding.PKCS1v15(), SHA256())).decode()


@cache
def _key(_authority: int, _of: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=_BITS)


def _name(common: str, organization: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    by: rsa.RSAPrivateKey,
    now: datetime,
    *,
    signer: str | None,
) -> x509.Certificate:
    is_authority = signer is None
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LASTS)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if signer is not None:
        names = x509.SubjectAlternativeName([x509.DNSName(signer)])
        builder = builder.add_extension(names, critical=False).add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
    return builder.sign(by, SHA256())
