"""A deal that a partner brought, once accepted: its motion starts where others arrive, with the referral known.

From then on it is followed like every other. A card of the same deal is withdrawn, and an approval of which nothing has
left is taken back: nothing is filed twice.
"""

from datetime import datetime

from motions.closing import telling
from motions.crm_requests import withdraw
from motions.deals import Opportunity
from motions.following import look
from motions.invitations import Invitation
from motions.joining import hand_over
from motions.journal import clear_exceptions, decide, take_back
from motions.model import Band, Motion, MotionState, PartnerScore, Reason, TriggerId
from motions.moving import advance, on_card, open_motion, work
from motions.offer_waking import accepted
from motions.opening import motion_id_of
from motions.ports import Ports
from motions.proposals import Verdict
from motions.records import UnitOfWork
from motions.referrals import ReferralStatus

_NEXT_ACT = "agree the next step with {partner}"


def take_on(invitation: Invitation, deal: Opportunity, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> None:
    """Open the deal's motion with this partner, or move the one there is, to where the partner works on it."""
    now, partner = ports.clock.now(), ports.config.name_of(invitation.partner)
    motion = uow.motions.locked(motion_id_of(deal.id, invitation.partner))
    if motion is None:
        motion = _motion(invitation, deal, status, uow, ports)
        open_motion(uow, motion, at=now, actor=partner)
    else:
        motion = _moved(motion, invitation, status, now, uow, ports)
    uow.enqueue(work(motion.id, motion.epoch, "record_engaged"))
    telling(motion, motion.epoch, "engaged", uow)
    hand_over(motion, uow, ports)
    accepted(motion, uow, ports)
    uow.enqueue(look(motion, invitation.portal, 1))


def _moved(
    motion: Motion, invitation: Invitation, status: ReferralStatus, now: datetime, uow: UnitOfWork, ports: Ports
) -> Motion:
    partner = ports.config.name_of(invitation.partner)
    asked = uow.decisions.latest(motion.id)
    why = f"{partner} brought the deal itself"
    if asked is not None:
        decide(uow, asked[0], Verdict.EXPIRED, by=None, at=now, reason=why)
        if motion.state is MotionState.FILING:
            take_back(uow, asked[0], by=None, at=now, why=why)
    withdraw(motion, Verdict.EXPIRED, None, uow, ports)
    next_act = _NEXT_ACT.format(partner=partner)
    changes = {**_told(invitation, status), "band": Band.HIGH, "reasons": _reasons(invitation, partner)}
    epoch = advance(uow, motion, MotionState.ENGAGED, at=now, actor=partner, next_act=next_act, changes=changes)
    assert epoch is not None  # the motion is locked
    clear_exceptions(uow, motion.id, at=now)
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    moved = uow.motions.get(motion.id)
    assert moved is not None
    return moved


def _motion(invitation: Invitation, deal: Opportunity, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> Motion:
    now, partner = ports.clock.now(), ports.config.name_of(invitation.partner)
    known = _score(invitation, deal, uow)
    return Motion(
        id=motion_id_of(deal.id, invitation.partner),
        opportunity_id=deal.id,
        partner=invitation.partner,
        state=MotionState.ENGAGED,
        epoch=1,
        trigger_id=TriggerId(f"invitation:{invitation.id}"),
        triggered_at=invitation.invited_at,
        seen_at=invitation.seen_at,
        matched_at=now,
        band=Band.HIGH,  # a person said that it is this deal
        score=known.score if known else 100,
        reasons=_reasons(invitation, partner),
        rule_version="",
        channel=invitation.channel,
        manager_email=invitation.manager_email,
        seller_email=deal.owner.email if deal.owner else None,
        deal_name=deal.name,
        account_name=deal.account.name if deal.account else "",
        next_act=_NEXT_ACT.format(partner=partner),
        approved_at=invitation.answered_at,
        referral_id=status.referral_id,
        pam=status.pam,
        partner_stage=status.partner_stage,
        next_step=status.next_step,
        updated_at=now,
        engagement=status.engagement,
        quality=status.quality,
        best_actions=status.best_actions,
    )


def _told(invitation: Invitation, status: ReferralStatus) -> dict[str, object]:
    """What is known of the referral now, as changes of a motion."""
    return {
        "approved_at": invitation.answered_at,
        "referral_id": status.referral_id,
        "pam": status.pam,
        "partner_stage": status.partner_stage,
        "next_step": status.next_step,
        **status.insights,
    }


def _reasons(invitation: Invitation, partner: str) -> tuple[Reason, ...]:
    return (Reason(f"{partner} brought this deal", 0.0, f"invitation {invitation.id}"),)


def _score(invitation: Invitation, deal: Opportunity, uow: UnitOfWork) -> PartnerScore | None:
    match = uow.matches.latest(deal.id)
    return next((each for each in match.ranked if each.partner == invitation.partner), None) if match else None
