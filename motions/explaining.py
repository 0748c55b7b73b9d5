"""`cosell explain`: the whole story of a motion with times, who or what decided, and external ids; reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from motions.deals import OpportunityId
from motions.model import Motion, MotionId
from motions.records import MotionQuery, UnitOfWork


@dataclass(frozen=True)
class Clocks:
    """The three clocks from the source's own stamp, and the human wait shown apart."""

    match: timedelta
    first: timedelta | None
    e2e: timedelta | None
    human_wait: timedelta | None


@dataclass(frozen=True)
class Line:
    """One line of a story: when, what, who, and the particulars."""

    at: datetime
    event: str
    actor: str
    detail: str


@dataclass(frozen=True)
class Story:
    """A motion with its clocks, everything logged about it, and every effect."""

    motion: Motion
    clocks: Clocks
    lines: tuple[Line, ...]
    effects: tuple[tuple[str, str, str, str], ...]  # kind, status, external id, destination


def motions_named(asked: str, uow: UnitOfWork) -> Sequence[Motion]:
    """The motion with this id, or those of the deals this id or part of a name fits."""
    motion = uow.motions.get(MotionId(asked))
    if motion is not None:
        return [motion]
    deals = [OpportunityId(asked), *(deal.id for deal in uow.deals.search(asked))]
    return [m for deal in dict.fromkeys(deals) for m in uow.motions.find(MotionQuery(opportunity_id=deal))]


def tell(motion_id: MotionId, uow: UnitOfWork) -> Story | None:
    """The story of one motion, or None when there is no such motion."""
    motion = uow.motions.get(motion_id)
    if motion is None:
        return None
    trigger = uow.matches.trigger(motion.trigger_id)
    entries = [*uow.log.of(motion.opportunity_id), *uow.log.of(motion_id)]
    lines = [Line(e.at, e.event, e.actor, _said(dict(e.detail))) for e in sorted(entries, key=lambda e: e.seq)]
    if trigger is not None:
        changes = "; ".join(f"{c.field}: {c.before} -> {c.after}" for c in trigger.changes) or trigger.kind.value
        lines.insert(0, Line(trigger.source_at, "crm.changed", trigger.kind.value, changes))
    effects = tuple((e.kind, e.status.value, e.external_id or "", e.destination) for e in uow.effects.of(motion_id))
    return Story(motion, clocks_of(motion), tuple(lines), effects)


def clocks_of(motion: Motion) -> Clocks:
    """T_match, T_first, T_e2e from the trigger's source time; never with the human wait subtracted."""
    start = motion.triggered_at
    wait = motion.approved_at - motion.asked_at if motion.approved_at and motion.asked_at else None
    return Clocks(
        match=motion.matched_at - start,
        first=motion.first_at - start if motion.first_at else None,
        e2e=motion.logged_at - start if motion.logged_at else None,
        human_wait=wait,
    )


def _said(detail: dict[str, object]) -> str:
    return ", ".join(f"{key}={value}" for key, value in detail.items() if value not in (None, "", []))
