"""What a partner asks to be corrected in a filed referral: asked of our people once, and shown on the motion's card.

A portal says it with the status of a review. `correcting` does what people answer; this refuses to know how.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from motions.correction_surfaces import CorrectionRequest
from motions.effects import EffectStatus
from motions.journal import ask, clear_exceptions, decide
from motions.model import Motion, MotionId, MotionState, ProposalId, Token
from motions.moving import at_portal
from motions.ports import Ports
from motions.proposals import Approval, Proposal, ProposalKind, Verdict
from motions.records import Segment, UnitOfWork
from motions.referrals import Field, FormField, Problem, ReferralStatus

KIND = ProposalKind.CORRECT_REFERRAL
ASKED, REFUSED = "action-required", "correction-refused"  # exceptions
ASKED_AT, ASKS = "asked_at", "asks"  # of a sealed payload: the portal's stamp, and the partner's own words
SEGMENT = "correct_referral"
_LASTS = timedelta(days=365)  # a partner names no day by which it wants to know


@dataclass(frozen=True)
class Correction:
    """What some corrected fields would change, in the portal's own paths and words; JSON throughout."""

    changes: Mapping[str, object]
    seen: Mapping[str, object]  # what stands at the same paths now
    form: tuple[FormField, ...] = ()  # the corrected fields as the portal would have them
    kept: Mapping[Field, str] = field(default_factory=dict)  # those of them that are kept in step
    problems: tuple[Problem, ...] = ()


@runtime_checkable
class Correctable(Protocol):
    """A portal that asks for changes of what is filed. Raises Unavailable, OutcomeUnknown, Rejected, AuthExpired."""

    def correction(self, referral_id: str, typed: Mapping[Field, str], our_domains: Sequence[str]) -> Correction:
        """What this would change and what would bounce; Rejected when the partner no longer asks. Nothing is sent."""

    def correct(
        self, referral_id: str, changes: Mapping[str, object], seen: Mapping[str, object], asked_at: datetime
    ) -> datetime:
        """Change exactly this, which hands the referral back to the partner, and give the portal's stamp.

        Raises Rejected, and writes nothing, where a value is no longer as it was seen, the partner no longer asks, or
        what it asks may be another thing: the referral changed since `asked_at`, the portal's stamp of the request.
        """

    def find_correction(self, referral_id: str, changes: Mapping[str, object]) -> datetime | None:
        """The portal's stamp when all of this stands there, or None."""


def ask_for(motion: Motion, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> bool:
    """Ask our people for what the partner asks, once for each time it does. False: nothing is new."""
    uow.motions.locked(motion.id)  # two looks at the same time ask once
    latest = uow.decisions.latest(motion.id, KIND)
    if latest is not None and not _asks_anew(*latest, status, uow):
        return False
    now = ports.clock.now()
    if latest is not None:
        decide(uow, latest[0], Verdict.REPLACED, by=None, at=now, reason="the partner asks anew")
    clear_exceptions(uow, motion.id, at=now, code=ASKED)
    proposal = Proposal(
        id=ProposalId(ports.ids.new()),
        motion_id=motion.id,
        kind=KIND,
        destination=ports.config.portal_of(motion.partner) or "",
        audience=motion.partner,
        payload={"referral": status.referral_id, ASKED_AT: status.modified_at.isoformat(), ASKS: status.comments or ""},
        form=status.form,
        problems=(),
        schema_version="1",
        policy_version=ports.config.policy.version,
        answers={},
        created_at=now,
    )
    ask(uow, proposal, request_of(proposal, motion, Token(ports.ids.new())))
    return True


def settle_elsewhere(motion: Motion, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> bool:
    """The partner asks no more although nobody answered here: it was settled in its own pages. False: it was not."""
    latest = uow.decisions.latest(motion.id, KIND)
    if latest is None or latest[0].verdict is not None or status.modified_at <= asked_at(latest[1]):
        return False
    return decide(uow, latest[0], Verdict.EXPIRED, by=None, at=ports.clock.now(), reason="settled in the portal")


def is_under_way(motion_id: MotionId, status: ReferralStatus, uow: UnitOfWork) -> bool:
    """Whether what the partner asks is answered already, and the portal has not been told yet or lags behind."""
    latest = uow.decisions.latest(motion_id, KIND)
    return latest is not None and latest[0].verdict is Verdict.APPROVED and not _asks_anew(*latest, status, uow)


def lost(motion: Motion, ports: Ports) -> Segment | None:
    """The segment that a decided correction stands still for; None when it is under way, or there is none."""
    latest = ports.durable.read(lambda uow: _unsent(motion.id, uow))
    if latest is None or ports.durable.is_under_way(f"{motion.id}:{motion.epoch}:{SEGMENT}"):
        return None
    return sending(motion, latest, again=f".again{ports.clock.now():%Y%m%dT%H}")


def sending(motion: Motion, proposal: Proposal, *, again: str = "") -> Segment:
    """The segment that tells the portal."""
    return at_portal(motion.id, motion.epoch, SEGMENT, proposal.destination, n=f"{proposal.id}{again}")


def request_of(proposal: Proposal, motion: Motion, token: Token) -> Approval:
    """The request for a decision on exactly these bytes."""
    return Approval(
        token=token,
        proposal_id=proposal.id,
        motion_id=motion.id,
        epoch=motion.epoch,
        seal=proposal.seal,
        expires_at=proposal.created_at + _LASTS,
    )


def shown(motion: Motion, latest: tuple[Approval, Proposal] | None) -> CorrectionRequest | None:
    """What a card says of it while it waits for a person."""
    if latest is None or motion.state is not MotionState.IN_REVIEW:
        return None
    approval, proposal = latest
    if approval.verdict is not None or approval.epoch != motion.epoch:
        return None
    return CorrectionRequest(approval.token, str(proposal.payload[ASKS]), tuple(line.label for line in proposal.form))


def effect_key(motion_id: MotionId, proposal: Proposal) -> str:
    """What a correction is named by for ever: one for each approval."""
    return f"{motion_id}:correct.{proposal.id}"


def asked_at(proposal: Proposal) -> datetime:
    """The portal's stamp of what was asked."""
    return datetime.fromisoformat(str(proposal.payload[ASKED_AT]))


def _unsent(motion_id: MotionId, uow: UnitOfWork) -> Proposal | None:
    latest = uow.decisions.latest(motion_id, KIND)
    if latest is None or latest[0].verdict is not Verdict.APPROVED:
        return None
    return latest[1] if _stamp(latest[1], uow) is None else None


def _asks_anew(approval: Approval, proposal: Proposal, status: ReferralStatus, uow: UnitOfWork) -> bool:
    match approval.verdict:
        case Verdict.APPROVED:
            stamp = _stamp(proposal, uow)
            # A correction hands the referral back, so what asks at its very stamp, as a look-up found it, asks again.
            return stamp is not None and status.modified_at >= stamp
        case Verdict.REVOKED:  # the portal did not take it, and asks still
            return True
        case _:
            return status.modified_at > asked_at(proposal)


def _stamp(proposal: Proposal, uow: UnitOfWork) -> datetime | None:
    """The portal's stamp of what an approved correction made, once it has."""
    made = (e for e in uow.effects.of(proposal.motion_id) if e.key == effect_key(proposal.motion_id, proposal))
    effect = next(made, None)
    if effect is None or effect.status is not EffectStatus.DONE or effect.external_id is None:
        return None
    return datetime.fromisoformat(effect.external_id)
