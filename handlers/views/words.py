"""The plain words for bands and states, so that every view says the same."""

from motions.model import Band, Motion, MotionState

CONFIDENCE = {
    Band.HIGH: "high",
    Band.GREY: "uncertain",
    Band.LOW: "low",
    Band.UNKNOWN: "not known",
}

STANDING = {
    MotionState.MATCHED: "Matched with {partner}. The brief and the referral are being prepared.",
    MotionState.AWAITING: "Waiting for a decision.",
    MotionState.FILING: "Approved. It is being filed with {partner}.",
    MotionState.IN_REVIEW: "Filed with {partner}{number}. {partner} is reviewing it.",
    MotionState.ACCEPTED: "{partner} accepted the referral{number}. The handoff is being prepared.",
    MotionState.HANDED_OFF: "Handed to {partner}'s seller. Waiting for them to act.",
    MotionState.ENGAGED: "{partner} is on it. The outcome is in the CRM.",
    MotionState.DENIED: "Denied. Nothing was filed.",
    MotionState.EXPIRED: "Withdrawn: it is no longer open for a decision.",
    MotionState.REJECTED: "{partner} rejected the referral{number}.",
    MotionState.NEEDS_PERSON: "Stopped. A person has to decide before anything moves.",
}


def confidence(band: Band, score: int) -> str:
    """'Confidence: high (72 of 100)'."""
    return f"Confidence: {CONFIDENCE[band]} ({score} of 100)"


def standing(motion: Motion, partner: str) -> str:
    """Where a motion stands, in one sentence; all of it is still to be escaped."""
    number = f" ({motion.referral_id})" if motion.referral_id else ""
    return STANDING[motion.state].format(partner=partner, number=number)
