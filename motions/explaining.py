"""`cosell explain`: a motion's whole story: what was known, who or what decided on it, what happened; reads only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from motions.deals import OpportunityId
from motions.effects import Effect
from motions.knowing import Known, known_of
from motions.model import Match, Motion, MotionId, Trigger
from motions.proposals import Approval, Proposal
from motions.records import LogEntry, MotionQuery, UnitOfWork
from motions.replaying import fold

_ROWS = {"motion", "approval", "exception", "changes"}
_HASH = re.compile(r"[0-9a-f]{64}")


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
class Basis:
    """A match, and what it was decided from; None when the version before decided it."""

    match: Match
    known: Known | None


@dataclass(frozen=True)
class Turn:
    """One request for a decision: what was known, what was proposed on it, and what became of it."""

    basis: Basis | None  # the newest match before the request
    brief: str
    brief_by: str
    missing: tuple[str, ...]
    proposal: Proposal
    approval: Approval
    decisions: tuple[LogEntry, ...]  # who said what of it, in order


@dataclass(frozen=True)
class Story:
    """A motion with its clocks, every decision with what was known, everything logged, and every effect."""

    motion: Motion
    clocks: Clocks
    basis: Basis | None  # the newest match of its deal
    turns: tuple[Turn, ...]
    lines: tuple[Line, ...]
    effects: tuple[Effect, ...]


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
    own = uow.log.of(motion_id)
    entries = sorted([*uow.log.of(motion.opportunity_id), *own], key=lambda e: e.seq)
    lines = [Line(e.at, e.event, e.actor, _said(e.detail)) for e in entries]
    if trigger is not None:
        lines.insert(0, Line(trigger.source_at, "crm.changed", trigger.kind.value, changed_by(trigger)))
    bases = [_basis(match) for match in uow.matches.of(motion.opportunity_id)]
    turns = tuple(_turn(motion, asked, own, bases) for asked in uow.decisions.of(motion_id))
    newest = bases[-1] if bases else None
    return Story(motion, clocks_of(motion), newest, turns, tuple(lines), tuple(uow.effects.of(motion_id)))


def changed_by(trigger: Trigger) -> str:
    """What a trigger says: the fields that changed, or who asked."""
    return "; ".join(f"{c.field}: {c.before} -> {c.after}" for c in trigger.changes) or trigger.kind.value


def clocks_of(motion: Motion) -> Clocks:
    """T_match, T_first, T_e2e from the trigger's source time; never with the human wait subtracted."""
    start = motion.triggered_at
    asked, approved = motion.asked_at, motion.approved_at
    # Approved by a standing approval before its card was out: nobody was waited for.
    wait = approved - asked if approved and asked and approved >= asked else None
    return Clocks(
        match=motion.matched_at - start,
        first=motion.first_at - start if motion.first_at else None,
        e2e=motion.logged_at - start if motion.logged_at else None,
        human_wait=wait,
    )


def _basis(match: Match) -> Basis:
    return Basis(match, None if match.known is None else known_of(match.known))


def _turn(
    motion: Motion, asked: tuple[Approval, Proposal], entries: Sequence[LogEntry], bases: Sequence[Basis]
) -> Turn:
    approval, proposal = asked
    brief, brief_by, missing = _brief_then(motion, proposal, entries)
    return Turn(
        basis=next((b for b in reversed(bases) if b.match.decided_at <= proposal.created_at), None),
        brief=brief,
        brief_by=brief_by,
        missing=missing,
        proposal=proposal,
        approval=approval,
        decisions=tuple(e for e in entries if _decides(e, proposal)),
    )


def _brief_then(motion: Motion, proposal: Proposal, entries: Sequence[LogEntry]) -> tuple[str, str, tuple[str, ...]]:
    """The brief as it stood when the proposal was made; the present one when the log does not tell."""
    made = next((e.seq for e in entries if e.event == "proposal.made" and e.detail["proposal"] == proposal.id), 0)
    then = fold(e for e in entries if e.seq <= made).get(("motion", motion.id, ""))
    if not then:
        return motion.brief, motion.brief_by, motion.missing
    missing = then["missing"][0]
    assert isinstance(missing, list)
    return str(then["brief"][0]), str(then["brief_by"][0]), tuple(missing)


def _decides(entry: LogEntry, proposal: Proposal) -> bool:
    return entry.event.startswith("approval.") and entry.detail.get("proposal") == proposal.id


def _said(detail: Mapping[str, object]) -> str:
    """The particulars on one line, hashes by their beginning; rows and their changes are for the replay."""
    told = {name: str(value) for name, value in detail.items() if value not in (None, "", [])}
    kept = {name: f"{said[:12]}…" if _HASH.fullmatch(said) else said for name, said in told.items()}
    return ", ".join(f"{name}={said}" for name, said in kept.items() if name not in _ROWS)
