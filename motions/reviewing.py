"""The partner's review of a filed referral: looked at ever more rarely, or at once when the portal tells of a change.

Files nothing; what the review leads to is the next state, an exception, or another look.
"""

from datetime import timedelta
from typing import assert_never

from motions.corrections import ASKED, REFUSED, ask_for, is_under_way, lost, settle_elsewhere
from motions.following import FOLLOWED, look, look_of, must_be_of
from motions.in_step import bring
from motions.journal import ask_manager, clear_exceptions
from motions.model import Motion, MotionId, MotionState
from motions.moving import advance, at_portal, in_channel, note, on_card, reads_of, standing, work
from motions.ports import Ports
from motions.records import MotionQuery, Segment, UnitOfWork
from motions.referrals import ReferralStatus, Review

FILE_BY_HAND = "file-by-hand"  # an exception: a person is to file, since there is no portal for cosell to file in


def poll_review(motion_id: MotionId, epoch: int, n: int | str, ports: Ports) -> None:
    """Segment: ask the portal once; move on when it has decided, else ask again later, ever more rarely."""
    motion = standing(motion_id, epoch, MotionState.IN_REVIEW, ports)
    if motion is None or motion.referral_id is None:
        return
    portal = portal_key(motion, ports)
    status = ports.portals[portal].status(motion.referral_id)
    must_be_of(n, status, portal)
    again = lost(motion, ports) if status.review is Review.ACTION_REQUIRED else None
    ports.durable.transaction("reviewed", lambda uow: _reviewed(motion, status, n, again, uow, ports))


def watch_portal(portal: str, ports: Ports) -> int:
    """Sweep: have the portal's changed referrals looked at now; how many of them are ours and not over."""
    feed = f"portal:{portal}"
    since = ports.durable.read(lambda uow: uow.deals.watermark(feed))
    changes = ports.portals[portal].changed_since(since)
    with ports.store.transaction() as uow:
        woken = sum(look_at(portal, referral_id, look_of(stamp), uow) for referral_id, stamp in changes)
        if changes:
            uow.deals.set_watermark(feed, max(stamp for _, stamp in changes))
    return woken


def look_at(portal: str, referral_id: str, n: str, uow: UnitOfWork) -> int:
    """Have one referral looked at once this commits, if it is ours and not over; `n` names what asks for it."""
    found = uow.motions.find(MotionQuery(referral_id=referral_id, states=(MotionState.IN_REVIEW, *FOLLOWED)))
    for motion in found:
        uow.enqueue(_look(motion, portal, n))
    return len(found)


def portal_key(motion: Motion, ports: Ports) -> str:
    """The key of the portal a motion was filed in."""
    portal = ports.config.portal_of(motion.partner)
    assert portal is not None
    return portal


def _look(motion: Motion, portal: str, n: str) -> Segment:
    if motion.state is MotionState.IN_REVIEW:
        return at_portal(motion.id, motion.epoch, "poll_review", reads_of(portal), n=n)
    return look(motion, portal, n)


def _reviewed(
    motion: Motion, status: ReferralStatus, n: int | str, again: Segment | None, uow: UnitOfWork, ports: Ports
) -> None:
    _called_anew(motion, status, uow, ports)
    if again is not None:
        uow.enqueue(again)
    is_settled = status.review is not Review.ACTION_REQUIRED and settle_elsewhere(motion, status, uow, ports)
    if is_settled:
        _redraw(motion, status, uow)
    match status.review:
        case Review.ACCEPTED:
            _accepted(motion, status, uow, ports)
        case Review.PENDING:
            _pending(motion, status, n, uow, ports)
        case Review.REJECTED:
            _rejected(motion, status, uow, ports)
        case Review.ACTION_REQUIRED:
            _action_required(motion, status, n, uow, ports)
        case _:  # pragma: no cover - the type checker proves that there is no other
            assert_never(status.review)


def _accepted(motion: Motion, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    partner = ports.config.name_of(motion.partner)
    epoch = advance(
        uow,
        motion,
        MotionState.ACCEPTED,
        at=now,
        actor=partner,
        next_act="cosell writes the acceptance to the CRM and hands over",
        changes={
            "pam": status.pam,
            "partner_stage": status.partner_stage,
            "next_step": status.next_step or motion.next_step,
            **status.insights,
        },
    )
    if epoch is not None:
        clear_exceptions(uow, motion.id, at=now)
        uow.enqueue(work(motion.id, epoch, "close_loop"))
        uow.enqueue(on_card(motion.id, epoch, "redraw"))
        if (segment := bring(motion, "accepted", ports, epoch=epoch)) is not None:  # what waited for the decision
            uow.enqueue(segment)


def _pending(motion: Motion, status: ReferralStatus, n: int | str, uow: UnitOfWork, ports: Ports) -> None:
    """The partner has not decided, or looks again at what a person corrected."""
    changed = clear_exceptions(uow, motion.id, at=ports.clock.now(), code=ASKED)
    changed |= clear_exceptions(uow, motion.id, at=ports.clock.now(), code=REFUSED)
    if status.waits_for is not None:
        reason = f"{ports.config.name_of(motion.partner)} has no portal that cosell can file in"
        if ask_manager(motion, FILE_BY_HAND, reason, status.waits_for, uow, at=ports.clock.now()):
            uow.enqueue(in_channel(motion.id, motion.epoch, "share_pack", motion.channel, n=status.referral_id))
            changed = True
    else:
        changed |= clear_exceptions(uow, motion.id, at=ports.clock.now(), code=FILE_BY_HAND)
    if changed:
        _redraw(motion, status, uow)
    _ask_again(motion, n, uow, ports)


def _called_anew(motion: Motion, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> None:
    """What is filed by hand gets the partner's own reference afterwards."""
    if status.referral_id == motion.referral_id:
        return
    partner = ports.config.name_of(motion.partner)
    note(uow, motion.id, {"referral_id": status.referral_id}, at=ports.clock.now(), actor=f"{partner}'s portal")
    uow.enqueue(work(motion.id, motion.epoch, "record_news", n=look_of(status.modified_at)))
    _redraw(motion, status, uow)


def _ask_again(motion: Motion, n: int | str, uow: UnitOfWork, ports: Ports) -> None:
    if not isinstance(n, int):
        return  # a sweep's extra look: the regular polling goes on by itself
    policy = ports.config.policy
    wait = min(policy.review_poll_after * 2 ** min(n, 12), policy.review_poll_at_most)
    uow.enqueue(
        at_portal(
            motion.id,
            motion.epoch,
            "poll_review",
            reads_of(portal_key(motion, ports)),
            n=n + 1,
            delay=max(wait, timedelta(seconds=1)),
        )
    )


def _rejected(motion: Motion, status: ReferralStatus, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    partner = ports.config.name_of(motion.partner)
    epoch = advance(
        uow, motion, MotionState.REJECTED, at=now, actor=partner, next_act="nothing: the partner's portal said no"
    )
    if epoch is None:
        return
    clear_exceptions(uow, motion.id, at=now)
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    uow.enqueue(work(motion.id, epoch, "record_status"))
    reason = f"{partner} rejected {status.referral_id}: {status.comments or 'no comment given'}"
    ask_manager(motion, "referral-rejected", reason, "read the comment and talk to the partner's manager", uow, at=now)


def _action_required(motion: Motion, status: ReferralStatus, n: int | str, uow: UnitOfWork, ports: Ports) -> None:
    """The motion stays in review: once a person has corrected the referral the portal decides again."""
    changed = clear_exceptions(uow, motion.id, at=ports.clock.now(), code=FILE_BY_HAND)  # who asks back has it
    if not is_under_way(motion.id, status, uow):
        partner = ports.config.name_of(motion.partner)
        changed |= bool(status.form) and ask_for(motion, status, uow, ports)
        reason = f"{partner} asks for changes to {status.referral_id}: {status.comments or 'no comment given'}"
        by_hand = f"correct {status.referral_id} in the partner's portal"
        next_act = f"press Correct on its card, or {by_hand}" if status.form else by_hand
        changed |= ask_manager(motion, ASKED, reason, next_act, uow, at=ports.clock.now())
    if changed:
        _redraw(motion, status, uow)
    _ask_again(motion, n, uow, ports)


def _redraw(motion: Motion, status: ReferralStatus, uow: UnitOfWork) -> None:
    stamp = f"{status.modified_at:%Y%m%dT%H%M%S}"
    uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=stamp))
