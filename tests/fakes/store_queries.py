"""What the fake store looks for: motions by query, deals by text."""

from datetime import datetime
from decimal import Decimal

from motions.deals import Opportunity, OpportunityId
from motions.decision_records import ExceptionQuery
from motions.desk_records import Sleeper
from motions.model import Motion
from motions.records import MotionQuery
from tests.fakes.store_rows import Rows


def is_wanted(motion: Motion, query: MotionQuery) -> bool:
    """Whether every condition that is set holds."""
    equal = (
        "opportunity_id",
        "referral_id",
        "handoff_token",
        "handoff",
        "manager_email",
        "seller_email",
        "partner",
        "channel",
    )
    return (
        all(getattr(query, name) in {None, getattr(motion, name)} for name in equal)
        and (query.states is None or motion.state in query.states)
        and (query.due_before is None or (motion.due_at is not None and motion.due_at <= query.due_before))
        and (query.idle_since is None or (motion.updated_at is not None and motion.updated_at <= query.idle_since))
        and (query.moved_since is None or (motion.updated_at is not None and motion.updated_at > query.moved_since))
        and (motion.due_at is not None or not query.with_due)
        and (query.cold_at is None or is_cold(motion, query.cold_at))
        and (motion.card is None or not query.without_card)
        and (motion.handoff is None or not query.without_handoff)
    )


def worth_of(motion: Motion, rows: Rows) -> Decimal:
    """The amount of a motion's deal, whatever its currency; below every other when it has none."""
    deal = rows.deals.get(motion.opportunity_id)
    return deal.amount.amount if deal and deal.amount else Decimal("-Infinity")


def is_cold(motion: Motion, at: datetime) -> bool:
    """Whether somebody is waited for, and was nudged or is late."""
    return motion.due_at is not None and (motion.nudges > 0 or motion.due_at <= at)


def is_on_desk(motion: Motion, query: MotionQuery, rows: Rows) -> bool:
    """Whether the deal is where the query looks, and the motion asleep or awake as it asks."""
    return (
        is_in_place(motion.opportunity_id, query, rows)
        and (query.awake_for is None or not is_asleep(motion.id, query.awake_for, rows))
        and (query.asleep_for is None or is_asleep(motion.id, query.asleep_for, rows))
    )


def is_in_place(opportunity_id: OpportunityId | None, query: MotionQuery | ExceptionQuery, rows: Rows) -> bool:
    """Whether a deal is in the region and segment that are asked for."""
    deal = rows.deals.get(opportunity_id) if opportunity_id else None
    region, segment = place_of(deal) if deal else ("", "")
    return query.region in {None, region} and query.segment in {None, segment}


def place_of(deal: Opportunity) -> tuple[str | None, str | None]:
    """A deal's region and segment."""
    return (deal.owner.region if deal.owner else None, deal.account.industry if deal.account else None)


def is_asleep(subject: str, sleeper: Sleeper, rows: Rows) -> bool:
    """Whether somebody has put this off past a moment."""
    end = rows.snoozes.get((sleeper.person, subject))
    return end is not None and end > sleeper.at


def has_changed(opportunity_id: OpportunityId, since: datetime | None, rows: Rows) -> bool:
    """Whether an open deal's stamp, or a trigger of the deal, is after a moment; True when nobody asks."""
    deal = rows.deals.get(opportunity_id)
    stamps = [deal.modified_at] if deal is not None and not deal.is_closed else []
    seen = [trigger.seen_at for trigger in rows.triggers.values() if trigger.opportunity_id == opportunity_id]
    return since is None or any(at > since for at in (*stamps, *seen))


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
