"""What one round of keeping in step did: into the motion's log, onto its card, and to a person who must decide.

Decides nothing and sends nothing; `syncing` has done both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from motions.authority import latest_referral
from motions.closing import activity_key
from motions.competing import ask_to_close
from motions.errors import CompetitorNamed
from motions.in_step import Amendable, Progress, agreed_in, bring, progress_of
from motions.journal import ask_manager, clear_exceptions, write_log
from motions.merging import Agreed
from motions.model import Motion, MotionId
from motions.moving import on_card
from motions.performing import done
from motions.ports import Ports
from motions.proposals import Proposal
from motions.records import LogEntry, UnitOfWork
from motions.referrals import Field

CONFLICT, STOPPED = "sync-conflict", "sync-refused"


@dataclass(frozen=True)
class Round:
    """What one round found and did."""

    agreed: Mapping[Field, Agreed] = field(default_factory=dict)  # both say the same by themselves
    sent: Mapping[Field, str] = field(default_factory=dict)
    taken: Mapping[Field, Agreed] = field(default_factory=dict)  # changed in the portal's own pages
    torn: Mapping[Field, Agreed] = field(default_factory=dict)  # both changed it
    parked: Mapping[Field, str] = field(default_factory=dict)  # waits for the partner's decision
    shut: Mapping[Field, str] = field(default_factory=dict)  # the partner takes no change of it any more
    refused: tuple[str, str] | None = None  # a code and why
    seen_at: datetime | None = None  # the portal's stamp of what was compared
    worth: Mapping[str, object] | None = None  # the deal's own amount then

    @property
    def has_compared(self) -> bool:
        """Whether both sides were looked at: a round that could not do so has settled nothing."""
        return self.seen_at is not None


def keep(motion_id: MotionId, told: Round, n: int | str, uow: UnitOfWork, ports: Ports) -> list[int]:
    """Log what a round did, show it, and open or clear what a person must decide.

    Returns which of the changes made in the portal's own pages are not on the deal yet, counted from the first.
    """
    motion = uow.motions.locked(motion_id)
    assert motion is not None  # motions are never deleted
    _, proposal = latest_referral(motion_id, uow)
    portal = ports.portals[proposal.destination]
    assert isinstance(portal, Amendable)
    before = progress_of(motion_id, proposal, portal, uow)
    news = _news(told, before)
    if told.has_compared and not news.has_compared and (again := bring(motion, f"{n}.again", ports)) is not None:
        uow.enqueue(again)
    told = news
    labels = _labels(proposal)
    now, is_shown = ports.clock.now(), False
    for event, parts, values in _entries(told, before):
        detail = {**parts, "what": _listed(values, labels)}
        detail |= {"seen_at": told.seen_at.isoformat()} if told.seen_at else {}
        write_log(uow, now, event, motion_id, "cosell", detail)
        is_shown |= event != "sync.agreed"
    is_shown |= _conflicts(motion, told, labels, uow, ports)
    is_shown |= _refusals(motion, told, uow, ports)
    if is_shown and motion.card is not None:
        uow.enqueue(on_card(motion_id, motion.epoch, "redraw_now", n=f"step.{n}"))
    return [
        each for each in range(len(_taken(motion_id, uow))) if done(uow, activity_key(motion, activity(each))) is None
    ]


def activity(number: int) -> str:
    """The name of the activity that tells of one change in the portal's own pages."""
    return f"changed in the portal {number + 1}"


def lines_of(motion: Motion, number: int, ports: Ports, uow: UnitOfWork) -> tuple[str, ...]:
    """What was changed in the portal's own pages, for an activity on the deal."""
    _, proposal = latest_referral(motion.id, uow)
    labels, partner = _labels(proposal), ports.config.name_of(motion.partner)
    changes = [
        f"{labels[field]} is now {each.theirs or 'empty'} there; the CRM has {each.ours or 'nothing'}."
        for field, each in agreed_in(_taken(motion.id, uow)[number]).items()
    ]
    return (f"Somebody changed {motion.referral_id} in {partner}'s portal.", *changes)


def _news(told: Round, before: Progress) -> Round:
    """What of a round nobody else has kept meanwhile: another may have seen the same, or a newer version.

    Of an older version only what was sent still counts; it is as if the rest had not been looked at.
    """
    if told.seen_at is None or told.seen_at < (before.seen_at or told.seen_at):
        return Round(sent=told.sent, parked=before.parked, shut=before.shut, refused=told.refused)
    return replace(told, taken=_unknown(told.taken, before), agreed=_unknown(told.agreed, before))


def _unknown(found: Mapping[Field, Agreed], before: Progress) -> dict[Field, Agreed]:
    return {field: each for field, each in found.items() if before.agreed.get(field) != each}


def _taken(motion_id: MotionId, uow: UnitOfWork) -> list[LogEntry]:
    return [entry for entry in uow.log.of(motion_id) if entry.event == "sync.taken"]


def _entries(told: Round, before: Progress) -> Iterator[tuple[str, dict[str, object], Mapping[Field, str | None]]]:
    """The events of a round: what each remembers, and the values a reader is told."""
    if told.sent:  # agreed on with the outcome of its effect: told here it might undo what was sent since
        yield "sync.sent", {}, told.sent
    if told.taken:
        yield "sync.taken", {"agreed": _pairs(told.taken)}, {field: each.theirs for field, each in told.taken.items()}
    if told.agreed:
        parts: dict[str, object] = {"agreed": _pairs(told.agreed), "worth": told.worth}
        yield "sync.agreed", parts, {field: each.theirs for field, each in told.agreed.items()}
    if told.parked != before.parked:
        yield "sync.parked" if told.parked else "sync.unparked", {"parked": _named(told.parked)}, told.parked
    if told.shut != before.shut:
        yield "sync.shut" if told.shut else "sync.opened", {"shut": _named(told.shut)}, told.shut


def _conflicts(motion: Motion, told: Round, labels: Mapping[Field, str], uow: UnitOfWork, ports: Ports) -> bool:
    if not told.torn:
        return told.has_compared and clear_exceptions(uow, motion.id, at=ports.clock.now(), code=CONFLICT)
    partner = ports.config.name_of(motion.partner)
    torn = [
        f"{labels[field]}: the CRM says “{each.ours}”, {partner}'s portal says “{each.theirs or 'nothing'}”."
        for field, each in told.torn.items()
    ]
    said = f"Both sides changed the same of {motion.referral_id}. {' '.join(torn)} Nothing was overwritten."
    return _open(motion, CONFLICT, said, "make both the same, on either side; cosell goes on from there", uow, ports)


def _refusals(motion: Motion, told: Round, uow: UnitOfWork, ports: Ports) -> bool:
    if told.refused is None:
        return told.has_compared and clear_exceptions(uow, motion.id, at=ports.clock.now(), code=STOPPED)
    code, why = told.refused
    if code == CompetitorNamed.code:
        return ask_to_close(motion, why, uow, ports)
    partner = ports.config.name_of(motion.partner)
    said = f"{motion.referral_id} is not kept in step: {why.rstrip('. ')}. Nothing was sent."
    next_act = (
        f"mend what it says, or make the change in {partner}'s portal by hand; the deal's next change tries again"
    )
    return _open(motion, code, said, next_act, uow, ports)


def _open(motion: Motion, code: str, reason: str, next_act: str, uow: UnitOfWork, ports: Ports) -> bool:
    """Open an exception, anew when it says something else than the one that is open."""
    known = next((item for item in uow.exceptions.of(motion.id) if item.code == code), None)
    if known is not None and known.reason == reason:
        return False
    now = ports.clock.now()
    clear_exceptions(uow, motion.id, at=now, code=code)
    return ask_manager(motion, code, reason, next_act, uow, at=now)


def _labels(proposal: Proposal) -> dict[Field, str]:
    shown = {line.field: line.label for line in proposal.form}
    return {field: shown.get(field, field.value.replace("_", " ").capitalize()) for field in Field}


def _listed(values: Mapping[Field, str | None], labels: Mapping[Field, str]) -> str:
    return "; ".join(f"{labels[field]} {value or 'empty'}" for field, value in values.items())


def _pairs(agreed: Mapping[Field, Agreed]) -> dict[str, object]:
    return {field.value: [each.ours, each.theirs] for field, each in agreed.items()}


def _named(values: Mapping[Field, str]) -> dict[str, str]:
    return {field.value: value for field, value in values.items()}
