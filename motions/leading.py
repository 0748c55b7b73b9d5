"""Which of a deal's motions the deal's own fields in the CRM speak of, when several partners are on it."""

from collections.abc import Sequence

from motions.model import Motion, MotionState

_OVER = {MotionState.DENIED, MotionState.EXPIRED, MotionState.REJECTED}
_TAKEN = {MotionState.ACCEPTED, MotionState.HANDED_OFF}


def leading(of_deal: Sequence[Motion]) -> Motion:
    """The motion that is furthest with its partner; of two equally far the older."""
    return min(of_deal, key=lambda motion: (-_progress(motion), motion.matched_at, motion.id))


def _progress(motion: Motion) -> int:
    if motion.state in _OVER:
        return 0
    if motion.state is MotionState.ENGAGED:
        return 4
    if motion.state in _TAKEN:
        return 3
    return 1 if motion.referral_id is None else 2
