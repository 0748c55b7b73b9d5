"""Proposals and the approvals that seal them: typed payload, destination, audience, and a hash over all of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from motions.deals import Money
from motions.model import MotionId, PartnerKey, ProposalId, Token
from motions.referrals import FormField, Problem


class ProposalKind(StrEnum):
    """What a proposal wants done."""

    FILE_REFERRAL = "file referral"
    ANSWER_INVITATION = "answer an invitation"  # a deal the partner brings: accept or reject it
    DRAFT_OFFER = "draft a private offer"  # in a partner's marketplace; never published
    IMPORT_SHEET = "import a partner's sheet"
    CORRECT_REFERRAL = "correct a referral"  # a filed one, where the partner asks for changes
    WRITE_CRM = "write to the CRM"  # the match onto the deal, where policy asks a person first


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
    REVOKED = "taken back"  # approved, and taken back before anything left
    COVERED = "covered"  # the approval of the filing says it too


@dataclass(frozen=True)
class Approval:
    """A request for a decision on the exact bytes of one proposal, and the decision once made."""

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
    first_by: str | None = None  # the first of two people, while and after the second is waited for
    first_name: str | None = None
    first_at: datetime | None = None
    standing: Token | None = None  # the standing approval under which it was approved
    revoked_by: str | None = None
    revoked_name: str | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class StandingApproval:
    """One person's approval in advance: this play with this partner, up to an amount, until a day included."""

    token: Token
    play: str
    partner: PartnerKey
    up_to: Money
    until: date
    policy_version: str
    given_by: str  # Person.key
    given_name: str
    given_email: str
    seal: str
    asked_at: datetime  # when its terms were shown; it counts from `given_at` on
    given_at: datetime | None = None
    revoked_by: str | None = None
    revoked_name: str | None = None
    revoked_at: datetime | None = None

    @property
    def is_sealed(self) -> bool:
        """Whether its terms are still the ones its giver was shown."""
        return self.seal == seal_of_terms(
            self.play, self.partner, self.up_to, self.until, self.policy_version, by=self.given_by
        )


def seal_of_terms(play: str, partner: PartnerKey, up_to: Money, until: date, policy_version: str, *, by: str) -> str:
    """SHA-256 over everything a standing approval says, and who says it."""
    return sha256_of(
        {
            "play": play,
            "partner": partner,
            "up_to": [str(up_to.amount), up_to.currency],
            "until": until.isoformat(),
            "policy_version": policy_version,
            "by": by,
        }
    )


def canonical_json(value: object) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, no floats, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_of(value: object) -> str:
    """The hex digest of a JSON value's canonical spelling."""
    return sha256_of_text(canonical_json(value))


def sha256_of_text(text: str) -> str:
    """The hex digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
