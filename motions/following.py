"""What a partner's portal says of a referral after the handoff: into our books, the joint pipeline and the CRM.

The partner's own seller moves stage, close date and next step there. Nothing of ours is written to the portal here:
`syncing` does that, and every look asks for it: a colleague may have changed our side of it in the portal's own pages.
"""

from datetime import UTC, datetime

from motions.deals import CosellFields
from motions.errors import Unavailable
from motions.in_step import bring
from motions.joining import portal_says, wake
from motions.merging import TAKES
from motions.model import Motion, MotionId, MotionState
from motions.moving import at_portal, note, on_card, reads_of, work
from motions.ports import Ports
from motions.recording import record, status_of
from motions.records import Segment, UnitOfWork
from motions.referrals import Field, ReferralStatus

FOLLOWED = (MotionState.HANDED_OFF, MotionState.ENGAGED)

# What of it goes onto the deal in the CRM, and the field that the admin's table names it by.
_TAKEN = {"partner_stage": Field.STAGE, "next_step": Field.NEXT_STEPS}
_STAMPED = "at"
_READS_SETTLE = 3.0  # seconds until a portal reads back what it has just told of


def look(motion: Motion, portal: str, n: int | str) -> Segment:
    """One look at a referral that was handed off; `n` is a number, or names the change that asks for it."""
    return at_portal(motion.id, motion.epoch, "follow_portal", reads_of(portal), n=n)


def look_of(stamp: datetime) -> str:
    """What a look for the sake of one change is called; later changes have greater names."""
    return f"{_STAMPED}{stamp.astimezone(UTC):%Y%m%dT%H%M%S%f}"


def must_be_of(n: int | str, status: ReferralStatus, portal: str) -> None:
    """Raise Unavailable when a look for the sake of a change saw the referral as it was before."""
    if isinstance(n, str) and n.startswith(_STAMPED) and look_of(status.modified_at) < n:
        older = f"read back {status.referral_id} as it was before the change it told of"
        raise Unavailable(portal, older, retry_after=_READS_SETTLE)


def follow_portal(motion_id: MotionId, _epoch: int, n: int | str, ports: Ports) -> None:
    """Segment: look once at a referral its partner works on."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    portal = ports.config.portal_of(motion.partner) if motion else None
    if motion is None or motion.state not in FOLLOWED or motion.referral_id is None or portal is None:
        return
    status = ports.portals[portal].status(motion.referral_id)
    must_be_of(n, status, portal)
    ports.durable.transaction("followed", lambda uow: _followed(motion_id, status, n, uow, ports))


def record_news(motion_id: MotionId, _epoch: int, n: int | str, ports: Ports) -> None:
    """Segment: the partner's stage and next step into our own fields of the CRM."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    if motion is not None:
        record(motion, f"news.{n}", CosellFields(status=status_of(motion)), ports)


def _followed(motion_id: MotionId, status: ReferralStatus, n: int | str, uow: UnitOfWork, ports: Ports) -> None:
    motion = uow.motions.locked(motion_id)
    assert motion is not None  # motions are never deleted
    said = {name: getattr(status, name) for name, of in _TAKEN.items() if ports.config.policy.sync.get(of) in TAKES}
    told = {**said, **status.insights}
    news = {name: value for name, value in told.items() if value not in {None, getattr(motion, name)}}
    if news.keys() & status.insights.keys() and motion.card is not None:
        uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=f"insights.{n}"))
    if news:
        partner = ports.config.name_of(motion.partner)
        note(uow, motion.id, news, at=ports.clock.now(), actor=f"{partner}'s portal")
        uow.enqueue(work(motion.id, motion.epoch, "record_news", n=n))
    if portal_says(motion, status.partner_stage, status.partner_close_date, uow, ports):
        wake(motion.partner, uow, ports)
    if (segment := bring(motion, f"portal{n}", ports)) is not None:
        uow.enqueue(segment)
