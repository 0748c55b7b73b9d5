"""Proposals and the approvals that seal them: typed payload, destination, audience, and a hash over all of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from motions.model import MotionId, PartnerKey, ProposalId, Token
from motions.referrals import FormField, Problem


class ProposalKind(StrEnum):
    """What a proposal wants done."""

    FILE_REFERRAL = "file referral"


@dataclass(frozen=True)
class Proposal:
    """An action somebody or something wants done. An edit makes a new one; this one never changes."""

    id: ProposalId
    motion_id: MotionId
    kind: ProposalKind
    destination: str  # 'aws', the portal's key
    audience: PartnerKey  # who will see the bytes
    payload: Mapping[str, object]
    form: tuple[FormField, ...]
    problems: tuple[Problem, ...]
    schema_version: str
    policy_version: str
    answers: Mapping[str, str]  # canonical field -> what a person typed
    created_at: datetime
    edited_by: str | None = None

    @property
    def is_ready(self) -> bool:
        return not self.problems

    @property
    def seal(self) -> str:
        """SHA-256 over the canonical JSON of everything an approval is about."""
        return sha256_of(
            {
                "kind": self.kind,
                "destination": self.destination,
                "audience": self.audience,
                "payload": self.payload,
                "policy_version": self.policy_version,
            }
        )


class Verdict(StrEnum):
    """How a request for a decision ended."""

    APPROVED = "approved"
    DENIED = "denied"
    REPLACED = "replaced"  # an edit or an answer made a new proposal
    EXPIRED = "expired"


@dataclass(frozen=True)
class Approval:
    """A request for one person's decision on the exact bytes of one proposal, and the decision once made."""

    token: Token
    proposal_id: ProposalId
    motion_id: MotionId
    epoch: int  # the motion's epoch this request belongs to
    seal: str
    expires_at: datetime
    verdict: Verdict | None = None
    decided_by: str | None = None  # Person.key
    decided_name: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


def canonical_json(value: object) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, no floats, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_of(value: object) -> str:
    """The hex digest of a JSON value's canonical spelling."""
    return sha256_of_text(canonical_json(value))


def sha256_of_text(text: str) -> str:
    """The hex digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
