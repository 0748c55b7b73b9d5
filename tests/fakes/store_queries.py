"""What the fake store looks for: motions by query, deals by text."""

from motions.deals import Opportunity
from motions.model import Motion
from motions.records import MotionQuery


def is_wanted(motion: Motion, query: MotionQuery) -> bool:
    """Whether every condition that is set holds."""
    equal = ("opportunity_id", "referral_id", "handoff_token", "handoff", "manager_email", "seller_email", "partner")
    return (
        all(getattr(query, name) in {None, getattr(motion, name)} for name in equal)
        and (query.states is None or motion.state in query.states)
        and (query.due_before is None or (motion.due_at is not None and motion.due_at <= query.due_before))
        and (query.idle_since is None or (motion.updated_at is not None and motion.updated_at <= query.idle_since))
        and (query.moved_since is None or (motion.updated_at is not None and motion.updated_at > query.moved_since))
        and (motion.card is None or not query.without_card)
        and (motion.handoff is None or not query.without_handoff)
    )


def closeness(deal: Opportunity, asked: str) -> int | None:
    """0 for the very deal or account, 1 for a beginning, 2 for anything inside, None for no likeness."""
    names = [deal.name.casefold(), deal.account.name.casefold() if deal.account else ""]
    text = asked.casefold()
    if asked in {deal.id, deal.id[:15]} or text in names:
        return 0
    if any(name.startswith(text) for name in names):
        return 1
    return 2 if any(text in name for name in names) else None


def owner_of(deal: Opportunity, name: str) -> str:
    """A field of the deal's owner, or nothing."""
    return getattr(deal.owner, name) or "" if deal.owner else ""
