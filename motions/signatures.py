"""Whether every grant of the log was signed by whom it names: the texts again, and the keys this program knows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Protocol

from pydantic import ValidationError

from motions.auditing import Difference, Findings, Held, go_through, unsealed
from motions.canonical import value_of
from motions.grant_terms import Grant, Signature, confirmed_text, proposed_text
from motions.proposals import canonical_json
from motions.records import LogEntry, UnitOfWork


class Keys(Protocol):
    """As much of `motions.ports.Signer` as an audit needs."""

    def is_signed(self, signature: Signature, text: str) -> bool: ...
    def public_key(self, key: str) -> str | None: ...


def verify_signed(uow: UnitOfWork, keys: Keys) -> Findings:
    """Whether the chain holds, everything it names is unchanged, and each grant in it is signed by both sides."""
    findings = Findings()

    def look(held: Held) -> Iterator[Difference]:
        yield from unsealed(held, findings.counts)
        yield from unsigned(held, keys, findings.counts)

    go_through(uow, findings, look)
    return findings


def unsigned(held: Held, keys: Keys, counts: Counter[str]) -> Iterator[Difference]:
    """What the log of one grant says that nobody signed."""
    told: Mapping[str, object] = {}
    for entry in held.all(LogEntry):
        if entry.event not in {"grant.proposed", "grant.confirmed"}:
            continue
        told = {**told, **_said(entry)}
        grant = _grant_of(told)
        where = f"grant {held.subject}, entry {entry.seq}"
        counts["signatures"] += 1
        if grant is None:
            yield Difference(where, "it is no grant: somebody else wrote it")
            continue
        is_proposal = entry.event == "grant.proposed"
        signature = grant.our_signature if is_proposal else grant.their_signature
        text = proposed_text(grant) if is_proposal else confirmed_text(grant)
        if (why := _why_not(signature, text, keys)) is not None:
            yield Difference(where, why)


def _said(entry: LogEntry) -> Mapping[str, object]:
    said = entry.detail.get("grant" if entry.event == "grant.proposed" else "changes")
    return said if isinstance(said, dict) else {}


def _grant_of(told: Mapping[str, object]) -> Grant | None:
    try:
        return value_of(Grant, canonical_json(told))
    except ValidationError:
        return None


def _why_not(signature: Signature | None, text: str, keys: Keys) -> str | None:
    if signature is None or not keys.is_signed(signature, text):
        return "its signature is not of these terms: one of the two was changed"
    known = keys.public_key(signature.key)
    if known is None:
        return f"the key {signature.key!r} that signed it is not in COSELL_KEYS, so nobody can tell whose it is"
    if known != signature.public_key:
        return f"it was signed by another key than the {signature.key!r} that is in COSELL_KEYS"
    return None
