"""Keeping a deal from a partner that competes on it: a motion stops and a person is asked; decides no name.

`competitors` says who is one. What left before stays where it is, and is a person's to close.
"""

from motions.authority import latest_referral
from motions.competitors import CODE, NEXT_ACT, WITH_THEM, why_competitor
from motions.deals import Opportunity
from motions.errors import CompetitorNamed, Rejected
from motions.journal import ask_manager, clear_exceptions, take_back
from motions.model import Motion, MotionState
from motions.moving import advance, on_card
from motions.ports import Ports
from motions.records import UnitOfWork


def keep_away(motion: Motion, why: str, uow: UnitOfWork, ports: Ports) -> None:
    """Nothing was filed yet: take the approval back, and ask a person."""
    now = ports.clock.now()
    changes = {"approved_at": None}
    epoch = advance(uow, motion, MotionState.NEEDS_PERSON, at=now, actor="crm", next_act=NEXT_ACT, changes=changes)
    if epoch is None:
        return
    if motion.state is MotionState.FILING:
        take_back(uow, latest_referral(motion.id, uow)[0], by=None, at=now, why=why)
    said = f"{why}. Nothing was sent to {_name(motion, ports)}."
    ask_manager(motion, CODE, said, NEXT_ACT, uow, at=now)
    uow.enqueue(on_card(motion.id, epoch, "redraw"))


def stopped_by(refusal: Rejected, motion: Motion, uow: UnitOfWork, ports: Ports) -> bool:
    """Whether it was a competitor that stopped a filing of which nothing has left; the motion stops then."""
    if not isinstance(refusal, CompetitorNamed):
        return False
    keep_away(motion, str(refusal).removeprefix(f"{refusal.system}: "), uow, ports)
    return True


def look_again(motion: Motion, deal: Opportunity, uow: UnitOfWork, ports: Ports) -> bool:
    """The deal changed: whether its motion stops here because its partner is a competitor on it now."""
    why = why_competitor(deal, ports.config.partner(motion.partner))
    if why is None:
        if motion.state in WITH_THEM:
            clear_exceptions(uow, motion.id, at=ports.clock.now(), code=CODE)
        return False
    if motion.state in WITH_THEM and motion.referral_id is not None:
        ask_to_close(motion, why, uow, ports)
    elif motion.state in {MotionState.MATCHED, MotionState.AWAITING}:
        keep_away(motion, why, uow, ports)
    return True


def ask_to_close(motion: Motion, why: str, uow: UnitOfWork, ports: Ports) -> bool:
    """It was filed before: nothing more is sent, and a person closes what is there; False when one is asked already."""
    next_act = f"close {motion.referral_id} in {_name(motion, ports)}'s portal by hand, or correct the deal"
    said = f"{why}, and it was filed before as {motion.referral_id}."
    return ask_manager(motion, CODE, said, next_act, uow, at=ports.clock.now())


def _name(motion: Motion, ports: Ports) -> str:
    return ports.config.name_of(motion.partner)
