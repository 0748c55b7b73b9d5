"""What a filing rests on, asked again whenever a call leaves: still granted, still approved, still these bytes."""

from motions.competitors import why_competitor, why_rival
from motions.deals import Money
from motions.drafting import REFERRAL, origins_in
from motions.effects import Effect, EffectStatus
from motions.errors import CompetitorNamed, Rejected, Unavailable
from motions.grants import Purpose, guard_for
from motions.invitations import ANSWERING
from motions.model import Motion, MotionId
from motions.performing import Guard
from motions.ports import Ports
from motions.proposals import Approval, Proposal, Verdict
from motions.records import MotionQuery, UnitOfWork
from motions.schema_rules import LOOKED_AT_AGAIN, SCHEMA, why_held
from motions.terms import why_out


def guard_of(motion: Motion, proposal: Proposal, ports: Ports) -> Guard:
    """Lets a call of the filing out only while approval and grant stand; whoever takes one back waits for the call."""
    origins = origins_in(proposal, REFERRAL)
    granted = guard_for(motion.partner, motion.opportunity_id, Purpose.REFERRAL, origins, ports)

    def guard(uow: UnitOfWork) -> str | None:
        uow.motions.locked(motion.id)
        if ports.config.portal_of(motion.partner) is None:
            raise Rejected(proposal.destination, "partners.yml names no portal of this partner any more")
        if (why := why_withdrawn(motion.id, proposal.seal, uow, ports)) is not None:
            raise Rejected(proposal.destination, why)
        if any(each.state in ANSWERING for each in uow.invitations.of_deal(motion.opportunity_id, motion.partner)):
            raise Rejected(proposal.destination, "the partner brings this deal itself, and it is being accepted")
        if (competing := why_kept_away(motion, uow, ports)) is not None:
            raise CompetitorNamed(proposal.destination, competing)
        if (held := why_held(proposal, uow)) is not None:
            raise Unavailable(SCHEMA, held, retry_after=LOOKED_AT_AGAIN)
        return granted(uow)

    return guard


def why_withdrawn(motion_id: MotionId, seal: str, uow: UnitOfWork, ports: Ports) -> str | None:
    """Why nothing more may be filed under this seal, or None."""
    approval, proposal = latest_referral(motion_id, uow)
    if approval.verdict is Verdict.REVOKED:
        return f"the approval was taken back by {approval.revoked_name or 'cosell'}"
    if approval.verdict is not Verdict.APPROVED or {approval.seal, proposal.seal} != {seal}:
        return "there is no approval of exactly this referral"
    standing = uow.standings.get(approval.standing) if approval.standing else None
    if standing is None:
        return None
    why = why_out(standing, ports.clock.now().date(), ports.config)
    return f"the standing approval of {standing.given_name} {why}" if why else None


def why_kept_away(motion: Motion, uow: UnitOfWork, ports: Ports) -> str | None:
    """Why nothing of this deal goes to the motion's partner, which competes on it, or None; the deal as last read."""
    deal = uow.deals.get(motion.opportunity_id)
    partner = ports.config.partner(motion.partner)
    if deal is not None and (why := why_competitor(deal, partner)) is not None:
        return why
    return why_rival(partner, uow.motions.find(MotionQuery(opportunity_id=motion.opportunity_id)), ports.config)


def beyond_approval(approval: Approval, worth: Money | None, uow: UnitOfWork, ports: Ports) -> str | None:
    """Why an approval does not cover a deal that is worth so much by now, or None."""
    if worth is None:
        return None
    standing = uow.standings.get(approval.standing) if approval.standing else None
    if standing is not None and (worth.currency != standing.up_to.currency or worth.amount > standing.up_to.amount):
        covers = f"the standing approval of {standing.given_name} covers up to {standing.up_to}"
        return f"the deal is worth {worth} now, and {covers}"
    limit = ports.config.policy.two_people_from
    if limit is not None and worth.amount >= limit and approval.first_by is None:
        return f"the deal is worth {worth} now, which needs the approval of two people"
    return None


def latest_referral(motion_id: MotionId, uow: UnitOfWork) -> tuple[Approval, Proposal]:
    """The newest request to file this motion's referral; there is one once anything was approved."""
    latest = uow.decisions.latest(motion_id)
    assert latest is not None
    return latest


def saga_key(motion_id: MotionId, seal: str, uow: UnitOfWork) -> str:
    """What the keys of this filing begin with; a corrected referral is filed under a key of its own."""
    firsts = [e for e in uow.effects.of(motion_id) if e.kind.endswith(".create")]
    over = sum(
        e.status is EffectStatus.REFUSED or (e.status is EffectStatus.HELD and _is_other(e, seal)) for e in firsts
    )
    return f"{motion_id}:file" if over == 0 else f"{motion_id}:file.{over}"


def what_left(motion_id: MotionId, key: str, uow: UnitOfWork) -> Effect | None:
    """The first call under this key that was let out: done, under way, or of unknown outcome."""
    let_out = (
        e for e in uow.effects.of(motion_id) if e.key.startswith(f"{key}.") and e.status is not EffectStatus.HELD
    )
    return next(let_out, None)


def _is_other(effect: Effect, seal: str) -> bool:
    return effect.payload.get("seal") != seal
